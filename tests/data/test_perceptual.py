"""Near-duplicates: the same picture saved otherwise is found, another picture is not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sftviz.caches import CacheFolder
from sftviz.data.decode import decode
from sftviz.data.listing import Listing
from sftviz.data.perceptual import difference_hash, grouped, hash_pictures, near_duplicates, near_pairs
from sftviz.data.scan import scan


def _saved(picture: Image.Image, path: Path, **options: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)


@pytest.fixture
def variants(tmp_path: Path, sample: Path) -> Listing:
    """Two photographs, each as it is and saved in other ways."""
    for number, source in enumerate(sorted((sample / "birds").iterdir())[:2]):
        picture = Image.fromarray(decode(source))
        width, height = picture.size
        folder = tmp_path / "pictures" / f"class {number}"
        _saved(picture, folder / "a.png")
        _saved(picture, folder / "b.jpg", quality=70)
        _saved(picture.resize((width // 2, height // 2), Image.Resampling.LANCZOS), folder / "c.png")
        _saved(picture.point([round(0.8 * value + 10) for value in range(256)] * 3), folder / "d.png")
    return scan(tmp_path / "pictures")


def test_other_qualities_sizes_and_brightness_are_one_group(variants: Listing, tmp_path: Path) -> None:
    groups_N = near_duplicates(variants, CacheFolder(tmp_path / "cache"))
    assert len(set(groups_N.tolist())) == 2
    assert [len(set(groups_N[start : start + 4].tolist())) for start in (0, 4)] == [1, 1]


def test_the_sample_holds_two_pairs_and_no_more(sample: Path, tmp_path: Path) -> None:
    listing = scan(sample)
    groups_N = near_duplicates(listing, CacheFolder(tmp_path / "cache"))
    counts = np.bincount(groups_N)
    pairs = [
        {listing.pictures[index].path for index in np.flatnonzero(groups_N == group)}
        for group in np.flatnonzero(counts > 1)
    ]
    assert sorted(map(sorted, pairs)) == [
        ["sweets/candy_01.png", "sweets/candy_02.png"],
        ["sweets/muffin1.png", "sweets/muffin_3.png"],
    ]


def test_groups_join_chains_and_a_tenth_of_the_bits_is_the_limit() -> None:
    bits = np.zeros((5, 256), np.uint8)
    bits[:, 126:] = 1  # as many as a photograph has
    bits[1, :26] = 1
    bits[2, :52] = 1  # far from the first, but near the second
    bits[3, 90:117] = 1  # one bit too many from all of them
    bits[4] = bits[3]
    groups = grouped(np.packbits(bits, axis=1)).tolist()
    assert groups[0] == groups[1] == groups[2]
    assert groups[3] == groups[4] != groups[0]


def test_drawings_on_a_plain_ground_are_not_all_alike() -> None:
    random = np.random.default_rng(0)
    hashes = []
    for _ in range(200):
        page = Image.new("L", (128, 128), 255)
        for left, top, width, height in random.integers((4, 4, 12, 12), (90, 90, 50, 50), size=(3, 4)).tolist():
            ImageDraw.Draw(page).ellipse((left, top, left + width, top + height), fill=int(random.integers(200)))
        hashes.append(difference_hash(page))
    assert len(np.unique(grouped(np.stack(hashes)))) == 200
    assert len(np.unique(grouped(np.stack([hashes[0], hashes[0]])))) == 1


def test_more_pictures_than_are_compared_at_once() -> None:
    random = np.random.default_rng(0)
    hashes = random.integers(0, 256, (700, 32), dtype=np.uint8)
    hashes[650] = hashes[3]
    groups = grouped(hashes)
    assert groups[650] == groups[3]
    assert len(np.unique(groups)) == 699


def test_a_hash_does_not_depend_on_the_size() -> None:
    ramp = Image.fromarray(np.tile(np.arange(0, 255, 1, dtype=np.uint8), (100, 1))).convert("RGB")
    assert difference_hash(ramp).tolist() == [255] * 32
    assert difference_hash(ramp.resize((68, 20))).tolist() == [255] * 32
    assert not difference_hash(Image.new("RGB", (50, 50), "white")).any()


def test_hashes_are_kept_and_an_interrupted_walk_goes_on(variants: Listing, tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "cache")
    walk = hash_pictures(variants, cache)
    assert next(walk) == (1, 8)
    walk.close()
    assert [done for done, _ in hash_pictures(variants, cache)] == [2, 3, 4, 5, 6, 7, 8]
    assert list(hash_pictures(variants, cache)) == []
    elsewhere = near_duplicates(variants, CacheFolder(tmp_path / "other"))
    np.testing.assert_array_equal(near_duplicates(variants, cache), elsewhere)


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
