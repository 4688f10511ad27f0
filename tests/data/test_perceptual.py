"""Near-duplicates: the same picture saved otherwise is found, another picture is not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sftviz.data.perceptual import SIGNATURE, difference_hash, near_groups, near_pairs, signature_of


def _signed(hashes: np.ndarray) -> np.ndarray:
    """Signatures of pictures that only their hashes tell apart."""
    signatures = np.zeros(len(hashes), SIGNATURE)
    signatures["hash"] = hashes
    signatures["mirrored"] = ~hashes
    return signatures


def test_groups_join_chains_and_a_tenth_of_the_bits_is_the_limit() -> None:
    bits = np.zeros((5, 256), np.uint8)
    bits[:, 126:] = 1  # as many as a photograph has
    bits[1, :26] = 1
    bits[2, :52] = 1  # far from the first, but near the second
    bits[3, 90:117] = 1  # one bit too many from all of them
    bits[4] = bits[3]
    groups = near_groups(_signed(np.packbits(bits, axis=1))).tolist()
    assert groups[0] == groups[1] == groups[2]
    assert groups[3] == groups[4] != groups[0]


def test_drawings_on_a_plain_ground_are_not_all_alike() -> None:
    random = np.random.default_rng(0)
    signatures = []
    for _ in range(200):
        page = Image.new("L", (128, 128), 255)
        for left, top, width, height in random.integers((4, 4, 12, 12), (90, 90, 50, 50), size=(3, 4)).tolist():
            ImageDraw.Draw(page).ellipse((left, top, left + width, top + height), fill=int(random.integers(200)))
        signatures.append(signature_of(page))
    assert len(np.unique(near_groups(np.stack(signatures)))) == 200
    assert len(np.unique(near_groups(np.stack([signatures[0], signatures[0]])))) == 1


def test_more_pictures_than_are_compared_at_once() -> None:
    random = np.random.default_rng(0)
    hashes = random.integers(0, 256, (700, 32), dtype=np.uint8)
    hashes[650] = hashes[3]
    groups = near_groups(_signed(hashes))
    assert groups[650] == groups[3]
    assert len(np.unique(groups)) == 699


def test_a_hash_does_not_depend_on_the_size() -> None:
    ramp = Image.fromarray(np.tile(np.arange(0, 255, 1, dtype=np.uint8), (100, 1))).convert("RGB")
    assert difference_hash(ramp).tolist() == [255] * 32
    assert difference_hash(ramp.resize((68, 20))).tolist() == [255] * 32
    assert not difference_hash(Image.new("RGB", (50, 50), "white")).any()


@pytest.mark.parametrize("share", [0.5, 0.1, 0.03, 0.0])
def test_pairs_are_those_of_brute_force(share: float) -> None:
    random = np.random.default_rng(0)
    drawn = random.random((300, 256)) < share
    bits = np.concatenate([drawn, drawn ^ (random.random((300, 256)) < np.linspace(0, 0.2, 300)[:, None])])
    differing = (bits[:, None] ^ bits).sum(axis=-1)
    is_near = (differing <= 26) & (3 * differing <= (bits[:, None] | bits).sum(axis=-1))
    hashes = np.packbits(bits, axis=1)
    found = np.zeros_like(is_near)
    for near, other in near_pairs(hashes, hashes):
        found[near, other] = True
    np.testing.assert_array_equal(found, np.triu(is_near))
