"""The audit finds every planted fault, and of clean pictures it says nothing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sftviz.audit.audit import Audit, audit, audit_pictures, kept_audit
from sftviz.audit.findings import CHECKS, Finding
from sftviz.audit.looks import look_at, looks_of
from sftviz.caches import CacheFolder
from sftviz.data.changes import LeftOut
from sftviz.data.listing import Listing
from sftviz.data.mended import mended
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.errors import DataError
from sftviz.events import PhaseProgressed
from tests.audit.conftest import Pictures

Audited = Callable[[Path], tuple[Listing, Audit]]


def _paths(listing: Listing, finding: Finding) -> set[str]:
    return {listing.pictures[noticed.index].path for noticed in finding.pictures}


def _gone(listing: Listing, finding: Finding) -> set[str]:
    return {listing.pictures[index].path for index in finding.leave_out}


def _plant(pictures: Pictures) -> dict[str, set[str]]:
    """A split data set with all faults; for each finding, the pictures that it must name."""
    for side, count in (("train", 28), ("val", 8)):
        for name in ("cat", "dog"):
            pictures.clean(f"{side}/{name}", count)
    scarce = set(pictures.clean("train/rare", 3))
    pictures.clean("val/rare", 1)
    save, new = pictures.save, pictures.new
    original, wide = new(), new(200, 160)
    exact = {save(original, "train/cat/copy a.png"), save(original, "train/cat/copy b.png")}
    near = {
        save(wide, "train/dog/near a.png"),
        save(wide.resize((150, 120), Image.Resampling.LANCZOS), "train/dog/near b.jpg", quality=80),
        save(wide.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "train/dog/near c.png"),
    }
    both, twin, turned = new(), new(), new()
    exif = Image.Exif()
    exif[0x0112] = 6
    palette = new().quantize(16)
    palette.info["transparency"] = 3
    deep = Image.fromarray(np.asarray(new().convert("L"), np.uint16) * 257)
    dark = new().point([round(0.15 * value) for value in range(256)] * 3)
    bright = new().point([round(230 + 0.1 * value) for value in range(256)] * 3)
    gif = save(new().quantize(64), "train/cat/moving.gif", save_all=True, append_images=[new().quantize(64)])
    return {
        "copies": exact,
        "near": near,
        "labels": {
            save(both, "train/cat/both.png"),
            save(both, "train/dog/both.jpg", quality=70),
        },
        "twins": {save(twin, "train/cat/twin.png"), save(twin, "val/cat/twin.jpg", quality=80)},
        "few": scarce,
        "imbalance": scarce,
        "blank": {
            save(Image.new("RGB", (90, 90), "white"), "train/cat/white.png"),
            save(Image.new("RGB", (90, 90), "navy"), "train/dog/navy.png"),
        },
        "dark": {save(dark, "train/dog/dark.png")},
        "bright": {save(bright, "train/dog/bright.png")},
        "blurred": {save(new().filter(ImageFilter.GaussianBlur(5)), "train/cat/blurred.png")},
        "tiny": {save(new(30, 40), "train/cat/tiny.png")},
        "aspect": {save(new(280, 88), "train/cat/strip.png")},
        "odd-turned": {save(turned, "train/cat/turned.jpg", quality=95, exif=exif)},
        "odd-animated": {gif},
        "odd-gif": {gif},
        "odd-deep": {save(deep, "train/cat/deep.png")},
        "odd-cmyk": {save(new().convert("CMYK"), "train/cat/print.jpg", quality=95)},
        "odd-transparent": {save(palette, "train/dog/holes.png")},
    }


def test_every_planted_fault_is_found_and_nothing_else(pictures: Pictures, audited: Audited) -> None:
    planted = _plant(pictures)
    listing, found = audited(pictures.root)
    assert {finding.key: _paths(listing, finding) for finding in found.findings} == planted
    assert {finding.check for finding in found.findings} == set(CHECKS) - {"shortcut"}
    by_key = {finding.key: finding for finding in found.findings}
    mend = {"copies", "labels", "twins", "few", "imbalance", "blank"}
    assert {key for key, finding in by_key.items() if finding.severity == "mend"} == mend
    assert [finding.severity for finding in found.findings][: len(mend)] == ["mend"] * len(mend)


def test_what_would_be_left_out(pictures: Pictures, audited: Audited) -> None:
    planted = _plant(pictures)
    listing, found = audited(pictures.root)
    gone = {finding.key: _gone(listing, finding) for finding in found.findings}
    assert gone["copies"] == {"train/cat/copy b.png"}
    assert gone["near"] == {"train/dog/near b.jpg", "train/dog/near c.png"}, "one of the largest stays"
    assert gone["twins"] == {"train/cat/twin.png"}, "validation stays as it is"
    assert gone["labels"] == planted["labels"]
    assert gone["blurred"] == planted["blurred"]
    assert not gone["few"] | gone["imbalance"] | gone["odd-turned"]
    better = mended(listing, tuple(map(LeftOut, set().union(*gone.values()))))
    left = {finding.check for finding in audited(_copied(better, pictures.root.parent / "mended"))[1].findings}
    assert left <= {"few", "imbalance", "odd"}


def _copied(listing: Listing, root: Path) -> Path:
    for picture in listing.pictures:
        (root / picture.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(listing.root / picture.path, root / picture.path)
    return root


def test_clean_pictures_are_left_in_peace(pictures: Pictures, audited: Audited) -> None:
    for name in ("ant", "bee", "cow"):
        pictures.clean(name, 30)
    _, found = audited(pictures.root)
    assert found.findings == ()
    assert found.num_pictures == 90
    assert not found.has_sides
    assert {each.strength for each in found.said} == {"none"}


def test_the_share_of_flattered_pictures_is_said(pictures: Pictures, audited: Audited) -> None:
    for name in ("ant", "bee"):
        pictures.clean(f"train/{name}", 25)
        pictures.clean(f"val/{name}", 4)
    shutil.copy(pictures.root / "val/ant/000.png", pictures.root / "train/ant/again.png")
    _, found = audited(pictures.root)
    (finding,) = found.findings
    assert finding.title == "1 validation picture has a twin in training"
    assert "flattered by 1 picture, 12.5 %" in finding.advice


def test_files_seen_in_the_wild(pictures: Pictures, audited: Audited) -> None:
    """A placeholder GIF among photographs, and a few huge photographs turned by EXIF among small ones."""
    for name in ("ant", "bee"):
        for number in range(40):
            pictures.save(pictures.new(), f"{name}/IMG_{number}.JPG", quality=90)
    pictures.save(Image.new("P", (300, 180), 250), "ant/imageNotFound.gif")
    exif = Image.Exif()
    exif[0x0112] = 6
    huge = [pictures.save(pictures.new(900, 600), f"bee/IMG_{number}.JPG", exif=exif) for number in (50, 51)]
    listing, found = audited(pictures.root)
    by_key = {finding.key: _paths(listing, finding) for finding in found.findings}
    assert by_key["odd-gif"] == {"ant/imageNotFound.gif"}
    assert by_key["odd-turned"] == set(huge)
    turned = next(finding for finding in found.findings if finding.key == "odd-turned")
    assert {noticed.note for noticed in turned.pictures} == {"600 × 900 px"}, "upright"


def test_what_most_files_are_is_not_odd(pictures: Pictures, audited: Audited) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    for name in ("ant", "bee"):
        for number in range(25):
            pictures.save(pictures.new(), f"{name}/{number}.jpg", exif=exif)
    assert audited(pictures.root)[1].findings == ()


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_pictures_a_class(count: int, pictures: Pictures, audited: Audited) -> None:
    for name in ("ant", "bee"):
        pictures.clean(name, count)
    _, found = audited(pictures.root)
    assert {finding.check for finding in found.findings} == {"few"}
    assert found.said == ()


def test_pictures_that_are_all_blank(pictures: Pictures, audited: Audited) -> None:
    for name, shade in (("ant", 40), ("bee", 200)):
        for number in range(3):
            pictures.save(Image.new("L", (80, 80), shade + number), f"{name}/{number}.png")
    _, found = audited(pictures.root)
    assert {finding.check for finding in found.findings} == {"blank", "few"}


def test_an_audit_is_kept_by_content_and_shows_progress(pictures: Pictures, tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        pictures.clean(name, 6)
    listing, cache, folder = scan(pictures.root), CacheFolder(tmp_path / "cache"), tmp_path / "audits"
    assert kept_audit(listing, folder) is None
    events = list(audit_pictures(listing, listing, cache, folder))
    assert [(event.phase, event.done, event.total) for event in events if isinstance(event, PhaseProgressed)] == [
        ("looks", done, 12) for done in range(1, 13)
    ]
    found = kept_audit(listing, folder)
    assert found is not None
    fewer = mended(listing, (LeftOut(listing.pictures[0].path),))
    assert kept_audit(fewer, folder) is None
    assert not list(audit_pictures(fewer, listing, cache, folder)), "nothing is decoded again"
    again = kept_audit(fewer, folder)
    assert again is not None
    assert again.num_pictures == 11
    next(folder.iterdir()).write_bytes(b"{")
    next(folder.iterdir()).write_bytes(b"{}")
    assert None in (kept_audit(listing, folder), kept_audit(fewer, folder))


def test_a_picture_that_is_gone_is_a_sentence(pictures: Pictures, tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        pictures.clean(name, 2)
    listing = scan(pictures.root)
    (pictures.root / listing.pictures[1].path).unlink()
    with pytest.raises(DataError, match="cannot be opened"):
        list(audit_pictures(listing, listing, CacheFolder(tmp_path / "cache"), tmp_path / "audits"))


def test_hostile_names_pass_through_unchanged(pictures: Pictures, audited: Audited) -> None:
    name = "<b>&$x$ [a](b)"
    pictures.clean(name, 2)
    pictures.clean("plain", 30)
    listing, found = audited(pictures.root)
    imbalance = next(finding for finding in found.findings if finding.key == "imbalance")
    assert f"2 of {name}" in imbalance.advice
    assert listing.classes[0] == name


@pytest.mark.parametrize("seed", range(3))
def test_a_drawn_split_has_no_twins(pictures: Pictures, tmp_path: Path, seed: int) -> None:
    for name in ("cat", "dog"):
        pictures.clean(name, 8)
        for number in range(6):
            picture = pictures.new()
            pictures.save(picture, f"{name}/{number} a.png")
            pictures.save(picture.resize((90, 90), Image.Resampling.LANCZOS), f"{name}/{number} b.jpg", quality=80)
            pictures.save(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), f"{name}/{number} c.png")
    drawn = split(scan(pictures.root), validation_share=0.3, seed=seed)
    assert [sides["validation"] for sides in drawn.counts().values()] == [8, 8]
    cache = CacheFolder(tmp_path / "cache")
    for _ in look_at(drawn, cache):
        pass
    looks = looks_of(drawn, cache)
    assert looks is not None
    # As if the sides were its own, or nobody would look for twins.
    found = audit(replace(drawn, has_own_split=True), looks)
    assert found.has_sides
    assert "near" in {finding.check for finding in found.findings}
    assert "twins" not in {finding.check for finding in found.findings}


def test_of_a_test_set_only_files_and_twins_are_looked_at(
    pictures: Pictures, audited: Callable[[Path], tuple[Listing, Audit]]
) -> None:
    for side in ("train", "val", "test"):
        for name in ("cat", "dog"):
            pictures.clean(f"{side}/{name}", 15)
    for path in pictures.clean("test/cat", 15):
        pictures.save(pictures.new().point([value // 3 for value in range(256)] * 3), path)
    twin = pictures.new()
    pictures.save(twin, "train/dog/twin.png")
    pictures.save(twin, "test/dog/twin.png")
    listing, found = audited(pictures.root)
    assert len(listing.side("test")) == 31
    assert {said.key: said.strength for said in found.said}["brightness"] == "none"
    (twins,) = [finding for finding in found.findings if finding.check == "twins"]
    assert twins.title == "1 validation or test picture has a twin in training"
    assert _gone(listing, twins) == {"train/dog/twin.png"}
