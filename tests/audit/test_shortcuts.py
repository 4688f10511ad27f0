"""Properties that give the label away are found, each by name; luck is not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps
from sklearn.metrics import balanced_accuracy_score

from sftviz.audit.audit import Audit
from sftviz.audit.properties import Property, name_form
from sftviz.audit.shortcuts import can_tell, said_by
from sftviz.data.listing import Listing
from tests.audit.conftest import Pictures

Audited = Callable[[Path], tuple[Listing, Audit]]


def _property(bins_N: list[int] | np.ndarray) -> Property:
    bins = np.asarray(bins_N, dtype=np.int64)
    return Property("p", "a property", False, bins, tuple(map(str, range(int(bins.max()) + 1))))


def _changed(kind: str, picture: Image.Image) -> Image.Image:
    changes: dict[str, Callable[[], Image.Image]] = {
        "brightness": lambda: picture.point([min(255, round(0.5 * value + 120)) for value in range(256)] * 3),
        "saturation": lambda: ImageEnhance.Color(picture).enhance(0.1),
        "border": lambda: ImageOps.expand(picture.resize((104, 104)), 8, "darkred"),
        "size": lambda: picture.resize((150, 150)),
        "shape": lambda: picture.resize((100, 144)),
    }
    return changes[kind]()


@pytest.mark.parametrize("kind", ["brightness", "saturation", "border", "size", "shape"])
def test_a_planted_property_of_pixels_is_named(kind: str, pictures: Pictures, audited: Audited) -> None:
    for number in range(30):
        pictures.save(pictures.new(), f"ant/{number}.png")
        pictures.save(_changed(kind, pictures.new()), f"bee/{number}.png")
    _, found = audited(pictures.root)
    finding = next(each for each in found.findings if each.key == f"shortcut-{kind}")
    assert "tells the classes apart" in finding.title
    said = next(each for each in found.said if each.key == kind)
    assert said.strength == "strong"
    assert said.null[0] < 0.5 < said.null[1] < said.accuracy
    assert finding.severity == ("look" if said.is_content else "mend")
    assert {noticed.group for noticed in finding.pictures} == {0, 1}


def test_how_files_are_saved_and_named_is_named(pictures: Pictures, audited: Audited) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Acme", "Acme <b>X</b>"
    for number in range(30):
        pictures.save(pictures.new(), f"ant/IMG_{number:04d}.jpg", exif=exif, quality=95)
        pictures.save(pictures.new(), f"bee/holiday-{number}.png")
    _, found = audited(pictures.root)
    strengths = {each.key: each.strength for each in found.said}
    assert strengths["type"] == strengths["camera"] == strengths["name"] == strengths["bytes"] == "strong"
    assert {"brightness", "contrast", "saturation"} <= {key for key, word in strengths.items() if word == "none"}
    camera = next(each for each in found.said if each.key == "camera")
    assert set(camera.names) == {"Acme <b>X</b>", "none named"}, "the maker is not said twice"
    assert {"size", "shape"}.isdisjoint(strengths), "all pictures have one size"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("IMG_0042.JPG", "IMG_9"),
        ("a/b/2817_3f9ac.png", "9_x"),
        ("candy_01.png", "a_9"),
        ("muffin_17.png", "a_9"),
        ("no suffix", "a a"),
        ("été-2019.jpg", "a-9"),
    ],
)
def test_the_form_of_a_name_says_how_it_was_given(name: str, form: str) -> None:
    assert name_form(name) == form


def test_a_guess_is_never_made_from_the_picture_itself() -> None:
    # A bin of its own for each picture: in-sample all would be right.
    labels = np.arange(60) % 3
    said = said_by(_property(np.arange(60)), labels, np.arange(60), 3)
    assert said.accuracy == pytest.approx(1 / 3)
    assert said.strength == "none"


def test_the_guess_is_right_as_often_as_its_classes_allow() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(4000) % 2
    bins = np.where(random.random(4000) < 0.8, labels, 1 - labels)
    said = said_by(_property(bins), labels, np.arange(4000), 2)
    assert said.accuracy == pytest.approx(balanced_accuracy_score(labels, bins))
    assert said.strength == "strong"


def test_rare_classes_count_as_much_as_common_ones() -> None:
    labels = np.r_[np.zeros(900, np.int64), np.ones(20, np.int64)]
    said = said_by(_property(labels * 0 + np.arange(920) % 2), labels, np.arange(920), 2)
    assert said.accuracy == pytest.approx(0.5, abs=0.15)
    assert said.strength == "none"


def test_near_duplicates_prove_nothing() -> None:
    labels = np.repeat([0, 1], 100)
    groups = np.repeat(np.arange(10), 20)
    bins = groups.copy()
    assert said_by(_property(bins), labels, groups, 2).strength == "none"
    assert said_by(_property(bins), labels, np.arange(200), 2).strength == "strong"
    assert can_tell(labels, groups, 2)
    assert not can_tell(labels, np.repeat(np.arange(4), 50), 2)


def test_a_class_with_few_pictures_does_not_silence_the_others() -> None:
    labels = np.r_[np.repeat([0, 1], 30), 2, 2]
    said = said_by(_property(labels), labels, np.arange(62), 3)
    assert (said.accuracy, said.chance, said.strength) == (1.0, 0.5, "strong")
    assert len(said.shares) == 3


def test_a_false_alarm_is_rare() -> None:
    random = np.random.default_rng(1)
    strengths = {
        said_by(_property(random.integers(12, size=300)), random.integers(5, size=300), np.arange(300), 5).strength
        for _ in range(40)
    }
    assert strengths == {"none"}


def test_a_thousand_classes() -> None:
    labels = np.repeat(np.arange(1000), 5)
    said = said_by(_property(np.arange(5000) % 12), labels, np.arange(5000), 1000)
    assert said.strength == "none"
    assert len(said.shares) == 1000
