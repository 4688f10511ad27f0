"""The main job end to end, in a real browser, from an empty store."""

import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from sftviz.runs.lock import is_held
from sftviz.runs.store import RunStore
from tests.ui.conftest import Server, settle
from tests.ui.steps import choose, click_a_point, wait_for_maps


def _points(page: Page) -> int:
    return int(page.locator("canvas").first.get_attribute("data-points") or 0)


def _wait_for_points(page: Page, more_than: int) -> int:
    page.wait_for_function(
        """(least) => {
            const roots = [document, ...[...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)];
            return roots.some((root) => [...root.querySelectorAll('canvas')].some((c) => +c.dataset.points > least));
        }""",
        arg=more_than,
    )
    return _points(page)


def _visit(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    settle(page)


def _upload_and_start(page: Page, pictures: Path, *, epochs: int) -> None:
    page.goto("/")
    page.get_by_role("button", name="Use my own pictures").click()
    page.get_by_label("Choose a folder of pictures").set_input_files(pictures)
    page.get_by_text("18 pictures", exact=True).wait_for()
    page.get_by_role("button", name="Choose a model").click()
    page.get_by_role("heading", name="Pretrained backbone").wait_for()
    settle(page)
    page.get_by_text("Advanced settings").click()
    field = page.get_by_role("spinbutton", name=re.compile("Stage 1.*epochs"))
    field.fill(str(epochs))
    field.press("Enter")
    settle(page)
    page.get_by_role("button", name="Start fine-tuning").click()
    page.get_by_role("heading", name="Train", exact=True).wait_for()


def test_from_a_folder_to_an_attribution_map(page: Page, few_pictures: Path, server: Server) -> None:
    _upload_and_start(page, few_pictures, epochs=500)
    grown = _wait_for_points(page, 4)
    _wait_for_points(page, grown)

    # The zoom survives what is added.
    canvas = page.locator("canvas").first
    canvas.dispatch_event("wheel", {"deltaY": -200, "offsetX": 200, "bubbles": True, "cancelable": True})
    zoom = canvas.get_attribute("data-zoom")
    assert zoom not in (None, "null")
    _wait_for_points(page, _points(page))
    assert canvas.get_attribute("data-zoom") == zoom

    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    _wait_for_points(page, _points(page))
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Continue").wait_for()

    _visit(page, "Evaluate")
    expect(page.get_by_text("95 % interval")).to_be_visible()
    page.get_by_role("radio", name="Confusion").click()
    cell = page.get_by_role("table").nth(1).get_by_role("button", disabled=False).first
    cell.click()
    page.get_by_text(re.compile(r"pictures? of .*, predicted as")).wait_for()
    settle(page)
    page.locator(".st-key-cell-pictures").get_by_role("button").first.click()

    page.get_by_role("heading", name="Explain", exact=True).wait_for()
    wait_for_maps(page)
    assert "picture=" in page.url
    picture = page.url
    choose(page, "Method", "Integrated Gradients")
    page.get_by_text("Completeness error").wait_for()
    settle(page)

    choose(page, "After", "Epoch 0, before fine-tuning")
    page.get_by_text("The two maps are identical").wait_for()

    _visit(page, "Embeddings")
    page.get_by_text("Nothing moved").wait_for()
    click_a_point(page)
    page.get_by_role("button", name="Explain this picture").wait_for()

    # The link shows the same thing in another visit, and a reload loses nothing.
    page.goto(picture)
    wait_for_maps(page)
    page.reload()
    wait_for_maps(page)
    assert page.url == picture
    (run,) = RunStore(server.home).list()
    assert run.status == "stopped"


def test_a_zip_becomes_a_data_set_and_a_broken_one_a_sentence(
    page: Page, few_pictures: Path, tmp_path: Path, server: Server
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "my pictures"), "zip", few_pictures))
    page.goto("/data")
    page.get_by_role("tab", name="A zip file").click()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(archive.read_bytes()[:-2000])
    drop = page.locator('.st-key-zip input[type="file"]')
    drop.set_input_files(broken)
    page.get_by_role("button", name="Read the zip").click()
    page.get_by_test_id("stAlert").wait_for()
    settle(page)
    assert not list((server.home / "datasets").iterdir())
    assert not list((server.home / "staging").iterdir())
    drop.set_input_files(archive)
    page.get_by_text("my pictures.zip").wait_for()
    settle(page)
    page.get_by_role("button", name="Read the zip").click()
    page.get_by_text("18 pictures", exact=True).wait_for()
    settle(page)
    expect(page.get_by_role("combobox", name=re.compile("Data set"))).to_be_visible()


def test_an_uploaded_folder_without_classes_gets_them_by_its_file_names(
    page: Page, few_pictures: Path, tmp_path: Path, server: Server
) -> None:
    flat = tmp_path / "my flat pictures"
    flat.mkdir()
    for folder in few_pictures.iterdir():
        for number, picture in enumerate(folder.iterdir()):
            shutil.copy(picture, flat / f"{folder.name} ({number}).png")
    page.goto("/data")
    page.get_by_label("Choose a folder of pictures").set_input_files(flat)
    page.get_by_test_id("stAlert").wait_for()
    page.get_by_text("In its own file name").click()
    page.get_by_text("18 files").wait_for()
    page.get_by_text("Before the number at the end").click()
    settle(page)
    page.get_by_role("button", name="Add these pictures").click()
    page.get_by_text("18 pictures", exact=True).wait_for()
    settle(page)
    expect(page.get_by_text("classes by file names")).to_be_visible()
    assert not list((server.home / "staging").iterdir())


def test_a_killed_server_shows_interrupted_and_resumes(page: Page, few_pictures: Path, server: Server) -> None:
    _upload_and_start(page, few_pictures, epochs=4)
    _wait_for_points(page, 4)
    server.end(signal.SIGKILL)
    (run,) = RunStore(server.home).list()
    pause = Event()
    while is_held(run.folder):  # by the process that trains, while it saves the position
        pause.wait(0.05)
    assert run.status == "interrupted"
    server.start()
    page.goto("/")
    page.get_by_text("interrupted", exact=True).wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("finished", exact=True).wait_for()
    settle(page)
    assert run.status == "finished"
    steps = [(step.epoch, step.step) for step in run.state.steps]
    assert steps == sorted(set(steps))
    assert [epoch.epoch for epoch in run.state.epochs] == [0, 1, 2, 3, 4]


def test_a_second_tab_sees_the_same_run_and_neither_loses_it(
    new_page: Callable[[], Page], few_pictures: Path, server: Server
) -> None:
    first, second = new_page(), new_page()
    _upload_and_start(first, few_pictures, epochs=500)
    _wait_for_points(first, 4)
    second.goto(first.url)
    _wait_for_points(second, 4)
    first.get_by_role("link", name="Home", exact=True).click()
    first.get_by_role("button", name="Try the sample").wait_for()
    second.get_by_role("button", name="Stop", exact=True).click()
    second.get_by_role("button", name="Continue").wait_for()
    first.get_by_text("stopped", exact=True).wait_for()
    assert len(RunStore(server.home).list()) == 1


@pytest.mark.parametrize("address", ["/explain?run=nonsense&picture=..%2F..&method=x", "/train?run=nonsense", "/data"])
def test_a_deep_link_on_a_fresh_server_goes_through_the_main_script(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Embeddings", exact=True).wait_for()
    settle(page)
    assert page.get_by_test_id("stAlert").count() <= 1
