"""Data sets of few, many and uneven classes, with names from anywhere, on their page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.audit.audit import audit_pictures
from sftviz.data.store import DataStore
from sftviz.home import caches_of
from tests.faults.conftest import HOSTILE_NAMES, uneven
from tests.ui.conftest import texts


def _audit(home: Path, root: Path) -> None:
    stored = DataStore(home).add_folder(root, name="awkward")
    for _ in audit_pictures(stored.listing, stored.whole, caches_of(home), DataStore(home).folder(stored) / "audits"):
        pass


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({f"class {number:04d}": 1 for number in range(1000)}, "**1000 classes**"),
        ({"rare": 1, "common": 400}, "times as many pictures as the smallest"),
        ({"one": 1, "two": 1}, "2 classes have fewer than 20 pictures"),
        (dict.fromkeys(HOSTILE_NAMES, 2), f"**{len(HOSTILE_NAMES)} classes**"),
    ],
)
def test_the_page_of_the_data_set(
    counts: dict[str, int], says: str, home: Path, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    _audit(home, uneven(tmp_path / "awkward", counts))
    app = show("data")
    assert not app.exception
    assert says in texts(app)
    total = sum(counts.values())
    assert f"**{total:,} pictures**" in texts(app)
