from dataclasses import replace

import pytest

from sftviz.data.listing import Listing, Picture, Rejection
from sftviz.data.split import split
from sftviz.errors import DataError


def test_json_gives_it_back(listing):
    odd = replace(listing, rejections=(Rejection("cat/😀\n<b>.txt", "Not 'read'."),), has_own_split=True)
    assert Listing.from_json(odd.to_json()) == odd


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"root": 3}'])
def test_damaged_json_is_a_sentence(text):
    with pytest.raises(DataError, match="scan the folder again"):
        Listing.from_json(text)


def test_identity_is_of_the_content(listing, tmp_path):
    assert len(listing.identity) == 16
    same = replace(listing, root=tmp_path / "elsewhere", pictures=listing.pictures[::-1], rejections=())
    assert same.identity == listing.identity
    for change in ({"path": "cat/9.png"}, {"label": 1}, {"sha256": "0" * 64}):
        changed = (replace(listing.pictures[0], **change), *listing.pictures[1:])
        assert replace(listing, pictures=changed).identity != listing.identity


def test_a_drawn_split_keeps_the_identity_and_an_own_one_counts(listing):
    drawn = split(listing, validation_share=0.5, seed=1)
    assert drawn.identity == listing.identity
    assert replace(drawn, has_own_split=True).identity != listing.identity


def test_counts_and_sides(tmp_path):
    pictures = [
        Picture(f"{side}/{n}", n % 2, side, str(n), 1, 1) for n, side in enumerate(["train", "train", "validation"])
    ]
    listing = Listing(tmp_path, ("a", "b", "c"), tuple(pictures), ())
    assert listing.counts()["a"] == {"train": 1, "validation": 1}
    assert listing.counts()["b"]["validation"] == 0
    assert listing.counts()["c"].total() == 0
    assert listing.side("train") == tuple(pictures[:2])
