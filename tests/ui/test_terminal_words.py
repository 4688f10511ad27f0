"""The command that does the same in a terminal names the pictures and how their labels came about."""

from pathlib import Path

import pytest

from sftviz.cli.arguments import parser
from sftviz.cli.pictures import listing_of
from sftviz.data.by_folders import ByFolders
from sftviz.data.by_names import ByNames
from sftviz.data.by_table import ByTable
from sftviz.data.labels import Labels
from sftviz.data.store import DataStore
from sftviz.ui.terminal_words import picture_words
from tests.conftest import SAMPLE


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    folder = tmp_path / "flat pictures"
    folder.mkdir()
    rows = ["camera,what,file"]
    for label in ("birds", "fruit"):
        for place, picture in enumerate(sorted((SAMPLE / label).iterdir())[:4]):
            name = f"{label}_{place}.png"
            (folder / name).write_bytes(picture.read_bytes())
            rows.append(f"{place % 2},{label},{name}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


@pytest.mark.parametrize("labels", [ByNames("first_part"), ByTable("labels.csv", 2, 1, None, has_header=True)])
def test_the_terminal_finds_the_same_pictures(labels: Labels, flat: Path, tmp_path: Path) -> None:
    stored = DataStore(tmp_path / "home").add_folder(flat, labels=labels)
    asked = parser().parse_args(["train", "--home", str(tmp_path / "other"), *picture_words(stored)])
    assert listing_of(asked).identity == stored.listing.identity


def test_folders_need_no_option(tmp_path: Path) -> None:
    stored = DataStore(tmp_path).add_folder(SAMPLE, labels=ByFolders())
    assert picture_words(stored) == ["sample_data"]
