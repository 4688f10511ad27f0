"""Each page with nothing to show, with a run on its way, with a finished one, and with a broken one."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sftviz.data.listing import Listing
from sftviz.data.lost import skipped_words
from sftviz.data.store import DataStore
from sftviz.events import ExamplesSkipped, RunFailed, RunStopped
from sftviz.home import caches_of
from sftviz.runs.labels import Labels, write_labels
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.ui.wording import plain
from tests.conftest import ROOT
from tests.ui.conftest import texts

PAGES = ("home", "data", "model", "train", "sweep", "folds", "evaluate", "compare", "explain", "embeddings")
OF_A_RUN = ("train", "evaluate", "explain", "embeddings")


def _cut(run: Run, *, kept: str) -> None:
    """Shorten a run's log to its last line of a kind."""
    log = run.folder / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    last = max(index for index, line in enumerate(lines) if f'"kind":"{kept}"' in line)
    log.write_text("".join(lines[: last + 1]))


@pytest.mark.parametrize("page", PAGES)
def test_empty(page: str, show: Callable[..., AppTest]) -> None:
    app = show(page)
    assert not app.exception
    says = {
        "home": "No runs yet",
        "data": "come with sftviz",
        "model": "Add pictures first",
        "sweep": "Add pictures first",
        "folds": "Add pictures first",
        "compare": "A comparison needs two runs",
    }
    assert says.get(page, "Start one on the sample pictures") in texts(app)


@pytest.mark.parametrize("page", OF_A_RUN)
def test_running(page: str, finished: Run, show: Callable[..., AppTest]) -> None:
    _cut(finished, kept="step_ended")
    with RunLock(finished.folder):
        app = show(page)
    assert not app.exception
    expected = {
        "train": "pictures/s",
        "evaluate": "95 % interval",
        "explain": "Overlap of the strongest fifth",
        "embeddings": "What am I looking at",
    }
    assert expected[page] in texts(app)
    if page == "train":
        assert any(button.label == "Stop" for button in app.button)


@pytest.mark.parametrize("page", OF_A_RUN)
def test_finished(page: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show(page, run=finished.identity)
    assert not app.exception
    assert app.selectbox[0].label == "Run"
    assert "a finished run" in app.selectbox[0].options[0]


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("learning", "With 3 epochs, the variability is noisy"),
        ("suspects", "training pictures ha"),
    ],
)
def test_views_of_single_pictures(view: str, says: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view=view)
    assert not app.exception
    assert says in texts(app)


@pytest.mark.parametrize("view", ["metrics", "learning", "suspects"])
def test_a_damaged_epoch_is_a_sentence(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    for path in (finished.folder / "epochs").glob("*.npz"):
        path.write_bytes(path.read_bytes()[:100])
    app = show("evaluate", run=finished.identity, view=view)
    assert not app.exception
    assert "has no predictions of epoch" in texts(app)


def test_a_run_that_has_only_begun_has_learned_nothing_yet(finished: Run, show: Callable[..., AppTest]) -> None:
    log = finished.folder / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    first = next(index for index, line in enumerate(lines) if '"kind":"epoch_ended"' in line)
    log.write_text("".join(lines[: first + 1]))
    assert "from the first epoch of fine-tuning on" in texts(show("evaluate", run=finished.identity, view="learning"))
    app = show("evaluate", run=finished.identity, view="suspects", side="validation")
    assert not app.exception
    assert "validation pictures ha" in texts(app)


def test_suspects_among_training_pictures_need_two_signs(finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.folder / "epochs" / "0000.npz"
    with np.load(path) as arrays:
        kept = {name: arrays[name] for name in arrays if name != "train_embeddings_ND"}
    np.savez(path, **kept)
    app = show("evaluate", run=finished.identity, view="suspects")
    assert not app.exception
    assert "Training pictures are left out" in texts(app)


def test_finished_run_stands_in_the_table_with_its_accuracies(finished: Run, show: Callable[..., AppTest]) -> None:
    text = texts(show("home"))
    best = finished.state.best
    assert best is not None
    assert "a finished run" in text
    assert f"{100 * best.validation['accuracy']:.1f}\u00a0%" in text


def test_home_shows_the_machine_and_clears_the_caches(home: Path, show: Callable[..., AppTest]) -> None:
    with caches_of(home).growing("pixels/file", 2**20) as file:
        file.write(bytes(2**20))
    app = show("home")
    assert re.search(r"\d+ cores · .*of disk free · caches take 1\.0\sMiB of at most ", texts(app))
    next(button for button in app.button if button.label == "Clear caches").click().run()
    assert not app.exception
    assert "caches take 0\u00a0bytes of at most" in texts(app)
    assert "1.0\u00a0MiB cleared" in app.toast[0].value
    assert caches_of(home).usage().num_files == 0


def test_a_limit_that_is_no_number_is_a_sentence(show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFTVIZ_CACHE_GIB", "plenty")
    app = show("home")
    assert not app.exception
    assert "a number of GiB above 0" in texts(app)


@pytest.mark.parametrize("status", ["stopped", "interrupted", "failed"])
def test_what_can_be_continued_offers_it(status: str, finished: Run, show: Callable[..., AppTest]) -> None:
    _cut(finished, kept="step_ended")
    if status != "interrupted":
        log = EventWriter(finished.folder / "events.jsonl")
        log.append(RunStopped() if status == "stopped" else RunFailed(message="the reason in words"))
        log.close()
    app = show("train", run=finished.identity)
    assert not app.exception
    label = "Continue" if status == "stopped" else "Resume"
    assert label in [button.label for button in app.button]
    if status == "failed":
        assert "the reason in words" in texts(app)


def test_what_a_run_goes_without_stands_beside_what_it_learns_from(finished: Run, show: Callable[..., AppTest]) -> None:
    reason = "The file '![x](//evil.example).png' has changed since the scan."
    skipped = ExamplesSkipped(examples={"birds/![x](//evil.example).png": reason}, num_train=1100, num_validation=99)
    log = EventWriter(finished.folder / "events.jsonl")
    log.append(skipped)
    log.close()
    words = plain(skipped_words(skipped))
    assert any(caption.value.endswith(words) for caption in show("evaluate", run=finished.identity).caption)
    app = show("train", run=finished.identity)
    assert not app.exception
    assert any(caption.value.endswith(words) for caption in app.caption)
    (lines,) = (code.value for code in app.code if "Started on" in code.value)
    assert "Started on 1,100 training and 99 validation pictures" in lines
    assert f"Left out 'birds/![x](//evil.example).png': {reason}" in lines


@pytest.mark.parametrize("page", ["home", *OF_A_RUN])
def test_a_damaged_log_is_a_sentence(page: str, finished: Run, show: Callable[..., AppTest]) -> None:
    (finished.folder / "events.jsonl").write_text('{"kind": "nonsense"}\n')
    app = show(page, run=finished.identity)
    assert not app.exception
    if page == "train":
        assert "is damaged after byte 0" in texts(app)


def test_pictures_that_are_gone_are_a_sentence(finished: Run, show: Callable[..., AppTest], tmp_path: Path) -> None:
    import dataclasses

    listing = Listing.from_json((finished.folder / "data.json").read_text())
    (finished.folder / "data.json").write_text(dataclasses.replace(listing, root=tmp_path / "gone").to_json())
    for page in OF_A_RUN:
        app = show(page, run=finished.identity)
        assert not app.exception, page
        if page == "explain":
            assert app.error


def test_weights_that_are_gone_are_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    shutil.rmtree(finished.folder / "checkpoints" / "epoch-0000")
    app = show("explain", run=finished.identity, before="0")
    assert not app.exception


@pytest.mark.parametrize("key", ["run", "before", "after", "picture", "class", "method", "projection"])
def test_nonsense_in_the_address_falls_back(key: str, finished: Run, show: Callable[..., AppTest]) -> None:
    for page in ("explain", "embeddings"):
        app = show(page, **{"run": finished.identity, key: "<b>nonsense</b>"})
        assert not app.exception


def test_names_from_outside_are_shown_as_text(home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    hostile = ["![x](http://example.invalid/a.png)", "<script>alert(1)</script>", "$x^2$ :red[no] **bold**"]
    root = tmp_path / "pictures"
    for index, name in enumerate(hostile):
        folder = root / name.replace("/", "∕")
        folder.mkdir(parents=True)
        for number, picture in enumerate(sorted((ROOT / "sample_data" / "birds").iterdir())[2 * index : 2 * index + 2]):
            shutil.copy(picture, folder / f"{number}.png")
    DataStore(home).add_folder(root, name=hostile[0])
    for page in ("data", "model"):
        app = show(page)
        assert not app.exception
        assert "![x](" not in texts(app)
        assert not any(element.allow_html for element in app.markdown)


def test_starting_creates_the_run_that_was_asked_for(
    few_pictures: Path, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    submitted: list[Run] = []
    # Training itself is the journey's business.
    monkeypatch.setattr("sftviz.jobs.queue.JobQueue.submit", lambda _, run, _priority: submitted.append(run))
    app = show("model")
    app.selectbox(key="pick backbone").set_value("resnet18").run()
    app.radio[0].set_value("random").run()
    next(field for field in app.number_input if field.label == "Seed").set_value(7).run()
    app.segmented_control(key="fit").set_value("pad").run()
    assert "**When it is evaluated**, 224 × 224 pixels" in texts(app)
    assert "--fit pad" in app.code[-1].value
    next(button for button in app.button if button.label == "Start fine-tuning").click().run()
    (run,) = submitted
    assert run.config.data.fit == "pad"
    assert (run.config.model.backbone, run.config.model.weights, run.config.seed) == ("resnet18", "random", 7)
    assert run.config.name == "few"
    assert (run.folder / "data.json").exists()


def test_a_run_is_renamed_noted_and_tagged(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("home")
    app.text_input(key=f"label name {finished.identity}").set_value("the <b>good</b> one")
    app.text_area(key=f"label note {finished.identity}").set_value("more birds")
    app.multiselect(key=f"label tags {finished.identity}").set_value(["baseline"])
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert (finished.labels.name, finished.labels.tags) == ("the <b>good</b> one", ("baseline",))
    text = texts(show("home"))
    assert "the \\<b\\>good\\</b\\> one" in text
    assert "more birds" in text
    assert "the <b>good</b> one" in show("evaluate").selectbox[0].options[0]


def test_a_stale_tab_changes_only_what_was_changed_in_it(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("home")
    write_labels(finished.folder, name="renamed elsewhere", tags=("elsewhere",))
    app.text_area(key=f"label note {finished.identity}").set_value("more birds")
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert finished.labels == Labels(name="renamed elsewhere", note="more birds", tags=("elsewhere",))
    assert app.text_input(key=f"label name {finished.identity}").value == "renamed elsewhere"
    next(button for button in app.button if button.label == "Save").click().run()
    app.text_input(key=f"label name {finished.identity}").set_value(finished.config.name)
    next(button for button in app.button if button.label == "Save").click().run()
    assert finished.labels == Labels(note="more birds", tags=("elsewhere",))


def test_runs_are_found_by_tags_that_stand_in_the_address(finished: Run, show: Callable[..., AppTest]) -> None:
    write_labels(finished.folder, tags=("**bold**, or not", "baseline"))
    app = show("home", tags="baseline\nof another run")
    pills = next(each for each in app.pills if each.key == "pick tags")
    assert pills.options == ["\\*\\*bold\\*\\*, or not", "baseline"]
    assert pills.value == ["baseline"]
    pills.set_value(["**bold**, or not", "baseline"]).run()
    assert not app.exception
    assert app.session_state["chosen tags"] == "**bold**, or not\nbaseline"
    assert "a finished run" in texts(app)


def test_the_page_of_runs_stands_in_the_address(
    finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.runs_table._PER_PAGE", 1)
    other = finished.folder.with_name("20000101-120000-000000")
    shutil.copytree(finished.folder, other)
    write_labels(other, name="the oldest")
    assert "the oldest" not in texts(show("home"))
    app = show("home", runs_page="2")
    assert not app.exception
    assert "the oldest" in texts(app)
    assert "a finished run" not in texts(app)


def test_the_class_of_the_data_set_stands_in_the_address(
    few_pictures: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    classes = DataStore(home).add_folder(few_pictures, name="few").listing.classes
    app = show("data", data_class="1", data_page="9")
    pills = next(each for each in app.pills if each.key == "pick data_class")
    assert pills.value == 1
    assert pills.options == list(classes)
    pills.set_value(None).run()
    assert not app.exception
    assert app.session_state["chosen data_class"] == "all"
    for nonsense in ("9", "<b>", "²"):
        assert not show("data", data_class=nonsense).exception


def test_a_deleted_run_comes_back_from_the_trash(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("home")
    app.button(key=f"delete {finished.identity}").click().run()
    assert not app.exception
    assert "No runs yet" in texts(app)
    app.button(key=f"restore {finished.identity}").click().run()
    assert not app.exception
    assert "No runs yet" not in texts(app)
    assert finished.status == "finished"
