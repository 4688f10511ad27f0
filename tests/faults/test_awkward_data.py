"""Few, many and uneven classes, and pictures that turn bad between the scan and the training."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.config import DataConfig, Recipe, RunConfig
from sftviz.data.listing import Listing, Picture
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.errors import DataError
from sftviz.jobs.work import carry_out
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from tests.data.test_lost import HARMS
from tests.faults.conftest import encoded, uneven


def test_one_picture_a_class_cannot_be_divided_and_two_can(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No picture is left for validation"):
        split(scan(uneven(tmp_path / "one", {"a": 1, "b": 1})), validation_share=0.2, seed=0)
    divided = split(scan(uneven(tmp_path / "two", {"a": 2, "b": 1})), validation_share=0.2, seed=0)
    assert {picture.side for picture in divided.pictures if picture.label == 1} == {"train"}
    assert len(divided.side("validation")) == 1


def test_of_a_thousand_uneven_classes_each_learns_and_none_leaks() -> None:
    random = np.random.default_rng(0)
    counts = {f"{number:04d}": int(count) for number, count in enumerate(random.geometric(0.3, 1000))}
    counts["0000"] = 2000
    pictures = tuple(
        Picture(f"{name}/{place}.png", label, None, f"{label}/{place}", 2, 2)
        for label, (name, count) in enumerate(counts.items())
        for place in range(count)
    )
    divided = split(Listing(Path("/"), tuple(counts), pictures, ()), validation_share=0.2, seed=0)
    sides = divided.counts()
    assert all(of_class["train"] for of_class in sides.values())
    assert all(of_class["validation"] for of_class in sides.values() if of_class.total() > 1)
    assert sum(of_class.total() for of_class in sides.values()) == len(pictures)


@pytest.fixture
def own_run(home: Path, tmp_path: Path, few_pictures: Path) -> Run:
    """A new run on pictures that a test may harm, which ends after epoch 0."""
    root = shutil.copytree(few_pictures, tmp_path / "own")
    listing = split(scan(root), validation_share=0.34, seed=0)
    config = RunConfig(name="own", data=DataConfig(dataset=listing.identity), recipe=Recipe(name="head"))
    return RunStore(home).create(config, listing.to_json())


def _carry_out(run: Run, home: Path) -> None:
    with RunLock(run.folder):
        carry_out(run, home)


def _first(run: Run) -> Path:
    listing = Listing.from_json((run.folder / "data.json").read_text())
    return listing.root / listing.pictures[0].path


def _to_another(path: Path) -> None:
    data = encoded(Image.new("RGB", (30, 30)), "PNG")
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (Path.unlink, "cannot be opened: No such file or directory. Put it back, or scan the folder again"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:200]),
            "has changed since the scan. Put it back, or scan the folder again",
        ),
        (lambda path: path.write_bytes(b""), "has changed since the scan"),
        (_to_another, "has changed since the scan"),
        (HARMS["a pipe"], "is no plain file. Put it back"),
        (HARMS["a link"], "is a link. Put it back"),
    ],
)
def test_a_picture_that_turned_bad_since_the_scan_is_named(
    harm: Callable[[Path], None], sentence: str, own_run: Run, home: Path
) -> None:
    harm(_first(own_run))
    _carry_out(own_run, home)
    assert own_run.status == "failed"
    assert sentence in own_run.state.message
    assert "1 of 18 pictures is gone or has changed since the scan" in own_run.state.message
    assert repr(_first(own_run).name)[1:-1] in own_run.state.message


def test_a_run_goes_on_once_the_picture_is_back(own_run: Run, home: Path) -> None:
    picture, away = _first(own_run), _first(own_run).with_suffix(".away")
    picture.rename(away)
    _carry_out(own_run, home)
    assert own_run.status == "failed"
    away.rename(picture)
    _carry_out(own_run, home)
    assert own_run.status == "finished", own_run.state.message
