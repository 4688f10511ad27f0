"""Names that are scripts, links or formulas are shown as they are, on every page, and nothing is asked of anybody."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from streamlit.testing.v1 import AppTest

from sftviz.audit.audit import audit_pictures
from sftviz.data.store import DataStore
from sftviz.home import caches_of
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from sftviz.ui import stores
from tests.ui.conftest import settle

# A browser takes "https:name" and "http:&#47;&#47;name" for addresses too, and folders may be named so.
_PAYLOADS = (
    "![x](https:beacon.invalid) <img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) <svg onload=alert(2)> $\\href{https:beacon.invalid}{x}$ **b** :red[no]",
    "<iframe srcdoc='<img src=http:&#47;&#47;beacon.invalid>'> <a href=https:beacon.invalid>%{x}<",
)
_FILES = (
    "![f](https:beacon.invalid)",
    "<img src=https:beacon.invalid>",
    "<script>alert(3)<",
    "'><svg onload=alert(4)>",
    '"><iframe src=javascript:alert(5)>',
    "![f](http:&#47;&#47;beacon.invalid)",
    "<style>@import 'https:beacon.invalid';<",
    "<link rel=stylesheet href=https:beacon.invalid>",
    "<meta http-equiv=refresh content=0;url=https:beacon.invalid>",
    "<object data=https:beacon.invalid>",
    "<video src=https:beacon.invalid autoplay>",
    "<body onload=alert(6)>",
    "<details open ontoggle=alert(7)>",
    "{{7*7}}%{customdata}<br><b>",
    "$\\includegraphics{https:beacon.invalid}$",
    "[f]: https:beacon.invalid",
    "`; alert(8)",
    "\u202e=cmd|' !A0",
)
_RUN = "![r](http://beacon.invalid/r.png) <img src=http://beacon.invalid/r onerror=alert(9)> $x$ :red[no]"
_RAW = re.compile(r"(?<!\\)!\[|(?<!\\)<(?!br>)[a-z]|(?<!\\)\]\(|(?<!\\):red\[no|(?<!\\)\$|https?\\?://")
# Shown as they are, whatever they hold: code, what a person types, and the options of select boxes.
_LITERAL = {"code", "text_input", "text_area", "selectbox", "multiselect", "select_slider"}
_VIEWS = ("metrics", "confusion", "flips", "pictures", "calibration", "thresholds", "learning", "suspects", "next")


@pytest.fixture
def hostile(finished: Run, few_pictures: Path, home: Path, tmp_path: Path) -> Run:
    """A finished run whose classes, files and words are payloads, and its data set, audited."""
    root = tmp_path / "pictures"
    paths: dict[str, str] = {}
    names = sorted(folder.name for folder in few_pictures.iterdir())
    for name, payload in zip(names, _PAYLOADS, strict=True):
        (root / payload).mkdir(parents=True)
        for picture in sorted((few_pictures / name).iterdir()):
            paths[f"{name}/{picture.name}"] = f"{payload}/{_FILES[len(paths)]}"
            shutil.copy(picture, root / paths[f"{name}/{picture.name}"])
    shutil.copy(root / paths[min(paths)], root / _PAYLOADS[0] / f"copy {_FILES[0]}")
    stored = DataStore(home).add_folder(root, name=_RUN)
    for _ in audit_pictures(stored.listing, stored.whole, caches_of(home), DataStore(home).folder(stored) / "audits"):
        pass
    data = json.loads((finished.folder / "data.json").read_bytes())
    examples = json.loads((finished.folder / "examples.json").read_bytes())
    data |= {"root": str(root), "classes": _PAYLOADS}
    for picture in data["pictures"]:
        picture["path"] = paths[picture["path"]]
    examples["classes"] = _PAYLOADS
    for side in ("train", "validation"):
        examples[side]["names"] = [paths[name] for name in examples[side]["names"]]
    (finished.folder / "data.json").write_text(json.dumps(data))
    (finished.folder / "examples.json").write_text(json.dumps(examples))
    log = (finished.folder / "events.jsonl").read_text()
    (finished.folder / "events.jsonl").write_text(log.replace(json.dumps(names)[1:-1], json.dumps(_PAYLOADS)[1:-1]))
    config = json.loads((finished.folder / "config.json").read_bytes())
    config |= {"name": _RUN, "data": config["data"] | {"dataset": stored.listing.identity}}
    (finished.folder / "config.json").write_text(json.dumps(config))
    write_labels(finished.folder, note=_RUN, tags=(_RUN,))
    stores.run_store.cache_clear()
    return finished


def _strings(message: Any) -> Iterator[tuple[str, Any]]:
    """Every text and switch of a message to the browser, with the name of its field."""
    for field, value in message.ListFields():
        many = value if field.is_repeated else [value]
        for each in many:
            if field.message_type and not field.message_type.GetOptions().map_entry:
                yield from _strings(each)
            elif isinstance(each, str | bool):
                yield field.name, each


def _check(app: AppTest) -> None:
    assert not app.exception
    for element in (*app.main, *app.sidebar):
        kind = element.type
        if element.proto is None or kind in _LITERAL or kind == "bidi_component":
            continue
        for name, value in _strings(element.proto):
            assert name not in ("allow_html", "unsafe_allow_javascript") or value is False, element
            if kind == "plotly_chart":
                assert "<img" not in str(value), "a figure's text is not escaped"
                assert "<a href" not in str(value), "a figure's text is not escaped"
            elif isinstance(value, str) and name not in ("id", "key", "url", "form_id", "alt"):
                assert not _RAW.search(value), (kind, name, value)


@pytest.mark.parametrize(
    ("page", "chosen"),
    [
        *(("evaluate", {"view": view}) for view in _VIEWS),
        *((page, {}) for page in ("home", "model", "sweep", "folds", "train", "embeddings", "explain", "compare")),
        ("data", {"finding": "copies"}),
    ],
)
def test_nothing_is_read_as_anything_but_text(
    page: str, chosen: dict[str, str], hostile: Run, show: Callable[..., AppTest]
) -> None:
    _check(show(page, run=hostile.identity, **chosen))


def test_a_browser_runs_nothing_and_asks_nobody(hostile: Run, page: Page) -> None:
    """The fixture fails on any request that leaves this machine."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    stored = next(iter(DataStore(hostile.folder.parents[1]).list()))
    addresses = [
        f"/data?data={stored.identity}&finding=copies",
        f"/train?run={hostile.identity}",
        *(f"/evaluate?run={hostile.identity}&view={view}" for view in ("confusion", "pictures")),
        f"/embeddings?run={hostile.identity}",
        f"/explain?run={hostile.identity}",
    ]
    for address in addresses:
        page.goto(address)
        settle(page)
        assert page.locator("img[src=x], [onerror], [onload], [ontoggle], iframe[srcdoc]").count() == 0, address
        assert page.locator("a[href*=beacon], a[href^=javascript]").count() == 0, address
        assert page.get_by_text("beacon.invalid").count() > 0, address
    assert not dialogs
