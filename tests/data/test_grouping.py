"""Groups of a listing: the same picture saved otherwise belongs with it, whoever looks for it and when."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.caches import CacheFolder
from sftviz.data.decode import decode
from sftviz.data.grouping import hash_pictures, known_groups, near_duplicates
from sftviz.data.listing import Listing
from sftviz.data.scan import scan
from sftviz.results import IntArray


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


def test_other_qualities_sizes_and_brightness_are_one_group(variants: Listing) -> None:
    groups_N = known_groups(variants)
    assert len(set(groups_N.tolist())) == 2
    assert [len(set(groups_N[start : start + 4].tolist())) for start in (0, 4)] == [1, 1]


def test_the_sample_holds_one_pair_and_no_more(sample: Path) -> None:
    listing = scan(sample)
    groups_N = known_groups(listing)
    (group,) = np.flatnonzero(np.bincount(groups_N) > 1)
    pair = {listing.pictures[index].path for index in np.flatnonzero(groups_N == group)}
    # Two muffins of one outline in other colours are two pictures.
    assert pair == {"sweets/candy_01.png", "sweets/candy_02.png"}


@pytest.fixture
def older(variants: Listing) -> Listing:
    """The same, as it was listed before anyone looked for near-duplicates."""
    return replace(variants, pictures=tuple(replace(picture, group=None) for picture in variants.pictures))


def _partition(groups_N: IntArray) -> list[int]:
    return np.unique(groups_N, return_inverse=True)[1].tolist()


def test_what_a_scan_knows_is_not_looked_for_again(variants: Listing, tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "cache")
    assert list(hash_pictures(variants, cache)) == []
    np.testing.assert_array_equal(near_duplicates(variants, cache), known_groups(variants))
    assert cache.usage() == CacheFolder(tmp_path / "other").usage()


def test_an_older_listing_is_looked_through_once(variants: Listing, older: Listing, tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "cache")
    assert not older.is_grouped
    walk = hash_pictures(older, cache)
    assert next(walk) == (1, 8)
    walk.close()
    assert [done for done, _ in hash_pictures(older, cache)] == [2, 3, 4, 5, 6, 7, 8]
    assert list(hash_pictures(older, cache)) == []
    assert _partition(near_duplicates(older, cache)) == _partition(known_groups(variants))


def test_without_a_look_only_exact_copies_are_known(older: Listing) -> None:
    copied = replace(older, pictures=(*older.pictures, replace(older.pictures[2], path="class 0/copy.jpg")))
    assert len(set(known_groups(older).tolist())) == 8
    groups = known_groups(copied).tolist()
    assert groups[8] == groups[2]
    assert len(set(groups)) == 8


def test_copies_and_mirrored_pictures_belong_together_and_blank_ones_do_not(tmp_path: Path, sample: Path) -> None:
    picture = Image.fromarray(decode(min((sample / "birds").iterdir())))
    root = tmp_path / "pictures"
    _saved(picture, root / "a" / "1.png")
    _saved(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), root / "b" / "2.png")
    _saved(Image.new("RGB", (60, 50), "white"), root / "b" / "3.png")
    _saved(Image.new("RGB", (60, 50), "white"), root / "b" / "4.png")
    _saved(Image.new("RGB", (50, 60), "white"), root / "b" / "5.png")
    assert _partition(known_groups(scan(root))) == [0, 0, 1, 1, 2]
