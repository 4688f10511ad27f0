"""A closer look at the sample pictures, with copies and wrong labels planted among them."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from sftviz.audit.closer import CloserLook, closer_path, kept_closer_look
from sftviz.config import DataConfig, Recipe, RunConfig
from sftviz.data.listing import Listing
from sftviz.data.scan import scan
from sftviz.jobs.looking_closer import look_closer
from tests.conftest import SAMPLE

_EVERY = 20  # one label in so many is wrong: 5 %


def _crop(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((round(0.06 * width), round(0.03 * height), round(0.97 * width), round(0.94 * height)))


def _mirror(image: Image.Image) -> Image.Image:
    return _crop(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


def _code_again(image: Image.Image) -> Image.Image:
    file = BytesIO()
    _crop(image).save(file, "JPEG", quality=60)
    return Image.open(file)


_HARMS = {"crop": _crop, "mirror": _mirror, "code": _code_again}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Listing, CloserLook, Path]:
    """The sample, with one label in twenty wrong and twelve of its pictures there again."""
    home = tmp_path_factory.mktemp("closer")
    root = home / "pictures"
    classes = sorted(folder.name for folder in SAMPLE.iterdir() if folder.is_dir())
    pictures = sorted(path for path in SAMPLE.rglob("*.png"))
    for name in classes:
        (root / name).mkdir(parents=True)
    for number, path in enumerate(pictures):
        label = classes.index(path.parent.name)
        if number % _EVERY == 7:
            shutil.copy(path, root / classes[(label + 1 + number // _EVERY % 5) % 6] / f"wrong-{path.name}")
            continue
        shutil.copy(path, root / path.parent.name)
        if number % 28 == 3:
            how = list(_HARMS)[number // 28 % 3]
            with Image.open(path) as image:
                upright = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
            _HARMS[how](upright.convert("RGB")).save(root / path.parent.name / f"{how}-{path.name}")
    listing = scan(root)
    config = RunConfig(name="x", data=DataConfig(dataset=listing.identity), recipe=Recipe(name="x"))
    path = closer_path(home / "audits", listing.identity, config.model.backbone)
    work = look_closer(config, listing.to_json(), listing.to_json(), home, path)
    work._thread.join(600)
    assert work.result is not None, work.message
    return listing, work.result, path


def test_wrong_labels_are_found_far_beyond_chance(planted: tuple[Listing, CloserLook, Path]) -> None:
    listing, found, _ = planted
    (finding,) = (each for each in found.findings if each.check == "doubted")
    doubted = {listing.pictures[noticed.index].path for noticed in finding.pictures}
    wrong = {picture.path for picture in listing.pictures if "wrong-" in picture.path}
    recall, precision = len(doubted & wrong) / len(wrong), len(doubted & wrong) / len(doubted)
    assert len(wrong) == 17
    assert recall > 0.6, "by chance it would be a tenth"
    assert precision > 0.35, "by chance it would be a twentieth"
    assert found.power.interval[0] < recall < found.power.interval[1] + 0.1, "as the trial foretold"


def test_copies_are_found_and_pictures_of_one_class_are_not(planted: tuple[Listing, CloserLook, Path]) -> None:
    listing, found, _ = planted
    finding = next(each for each in found.findings if each.check == "alike")
    groups: dict[int, list[str]] = {}
    for noticed in finding.pictures:
        groups.setdefault(noticed.group, []).append(Path(listing.pictures[noticed.index].path).name)
    copies = {name for names in groups.values() for name in names if name.split("-")[0] in _HARMS}
    planted_copies = {Path(each.path).name for each in listing.pictures if Path(each.path).name.split("-")[0] in _HARMS}
    assert len(planted_copies) >= 10
    assert len(copies) >= 0.7 * len(planted_copies), "the others are near-duplicates by their hashes"
    for names in groups.values():
        for name in copies & set(names):
            assert name.split("-", 1)[1] in names, "each beside its original"
    assert len(groups) - len(copies) <= 8, "what else is alike in 343 pictures"


def test_what_is_found_is_kept_by_version_and_backbone(planted: tuple[Listing, CloserLook, Path]) -> None:
    listing, found, path = planted
    assert kept_closer_look(path) == found
    assert found.num_pictures == len(listing.pictures)
    assert kept_closer_look(closer_path(path.parent, listing.identity, "resnet18")) is None
    assert kept_closer_look(closer_path(path.parent, "0" * 16, "efficientnet_lite0")) is None
    damaged = path.with_name("damaged.json")
    damaged.write_text("{}")
    assert kept_closer_look(damaged) is None
