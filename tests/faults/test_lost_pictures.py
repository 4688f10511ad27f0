"""Pictures that turn bad after the scan: a few are left out for good, and after the beginning none is missed."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from sftviz.cli.main import main
from sftviz.config import DataConfig, RunConfig
from sftviz.data.listing import Listing, Rejection
from sftviz.data.lost import look_for_lost
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.errors import DataError, LostPictureError
from sftviz.events import Event, ExamplesSkipped, PhaseProgressed
from sftviz.home import caches_of
from sftviz.jobs.work import carry_out
from sftviz.pulling import result_of
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.tasks.opening import open_task
from sftviz.training import fine_tune
from sftviz.training.held_out import open_test_set
from sftviz.training.reopening import reopen
from tests.conftest import HEAD_ONLY, SAMPLE, SHORT
from tests.data.test_lost import HARMS
from tests.jobs.test_kill import outcome

_RECIPE = HEAD_ONLY.model_copy(update={"batch_size": 32})
_NUM_PICTURES = 120


@pytest.fixture(scope="session")
def _many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("many") / "pictures"
    for name in ("birds", "fruit", "vehicles"):
        (root / name).mkdir(parents=True)
        for picture in sorted((SAMPLE / name).iterdir())[: _NUM_PICTURES // 3]:
            shutil.copy(picture, root / name)
    return root


@pytest.fixture
def many(_many: Path, tmp_path: Path) -> Listing:
    """120 pictures that a test may harm, divided."""
    return split(scan(shutil.copytree(_many, tmp_path / "pictures")), validation_share=0.2, seed=0)


def _run(home: Path, listing: Listing) -> Run:
    config = RunConfig(name="a run", data=DataConfig(dataset=listing.identity), recipe=_RECIPE)
    return RunStore(home).create(config, listing.to_json())


def _carry_out(run: Run, home: Path, on_event: Callable[[Event], None] = lambda _: None) -> None:
    with RunLock(run.folder):
        carry_out(run, home, on_event=on_event)


def _listing_of(run: Run) -> Listing:
    return Listing.from_json((run.folder / "data.json").read_text())


def _skipped(run: Run) -> list[str]:
    return list(run.state.skipped.examples) if run.state.skipped else []


def _without(listing: Listing, *paths: str) -> Listing:
    pictures = tuple(picture for picture in listing.pictures if picture.path not in paths)
    return replace(listing, pictures=pictures)


@pytest.fixture(scope="session")
def without_one(_many: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A validation picture, and what a run comes to that was never given it."""
    home = tmp_path_factory.mktemp("expected")
    listing = split(scan(_many), validation_share=0.2, seed=0)
    lost = listing.side("validation")[3].path
    run = _run(home, _without(listing, lost))
    _carry_out(run, home)
    assert run.status == "finished", run.state.message
    return lost, outcome(run)


def test_one_of_a_hundred_is_left_out_as_if_it_had_never_been_there(
    many: Listing, home: Path, without_one: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    lost, expected = without_one
    run = _run(home, many)
    (many.root / lost).unlink()
    assert main(["resume", run.identity, "--home", str(home)]) == 0
    said = f"1 of 120 pictures is left out of this run, gone or changed since the scan: {lost!r}."
    assert all(said in text for text in capsys.readouterr())
    assert outcome(run) == expected
    skipped, started = run.state.skipped, run.state.started
    assert skipped is not None
    assert started is not None
    assert list(skipped.examples) == [lost]
    assert "No such file or directory" in skipped.examples[lost]
    assert (started.num_train, started.num_validation) == (skipped.num_train, skipped.num_validation)
    assert started.num_train + started.num_validation == _NUM_PICTURES - 1
    left = _listing_of(run)
    assert left.pictures == _without(many, lost).pictures
    # Whoever looks a picture up by its place, and whoever looks by what was said of it, mean the same one.
    assert run.predictions(3).examples == tuple(picture.path for picture in left.side("validation"))
    assert run.out_of_fold().examples == tuple(picture.path for picture in left.side("train"))
    assert main(["resume", run.identity, "--home", str(home), "--json"]) == 0
    assert f'"skipped": ["{lost}"]' in capsys.readouterr().out


class _Killed(BaseException):
    """No error of the program: nothing gets to tidy up after it but the operating system."""


def _kill_at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Have the process die right before or after it writes down which pictures there are."""
    when, what = moment.split(" ")

    def dying(write: Callable[..., None], is_it: Callable[..., bool]) -> Callable[..., None]:
        def wrapped(*arguments: object) -> None:
            if is_it(*arguments) and when == "before":
                raise _Killed
            write(*arguments)
            if is_it(*arguments):
                raise _Killed

        return wrapped

    def is_file(path: Path, _: bytes) -> bool:
        return path.name == what

    def is_event(_: EventWriter, event: Event) -> bool:
        return isinstance(event, ExamplesSkipped)

    if what == "event":
        monkeypatch.setattr(EventWriter, "append", dying(EventWriter.append, is_event))
    else:
        monkeypatch.setattr(fine_tune, "write_durably", dying(fine_tune.write_durably, is_file))


def test_killed_between_any_two_writes_a_resumed_run_is_the_same(
    many: Listing, home: Path, without_one: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, expected = without_one
    content = (many.root / lost).read_bytes()
    for moment in ("before data.json", "after data.json", "after event", "after examples.json"):
        run = _run(home, many)
        (many.root / lost).write_bytes(content[:100])
        with monkeypatch.context() as patched:
            _kill_at(patched, moment)
            with pytest.raises(_Killed):
                _carry_out(run, home)
        is_recorded = bool(_listing_of(run).skipped)
        assert is_recorded == (moment != "before data.json")
        if is_recorded:
            (many.root / lost).write_bytes(content)
        _carry_out(run, home)
        assert outcome(run) == expected, moment
        assert _skipped(run) == [lost]


def test_a_picture_that_comes_back_stays_out_of_a_resumed_run(
    many: Listing, home: Path, without_one: tuple[str, str]
) -> None:
    lost, expected = without_one
    run, away = _run(home, many), home / "away"
    (many.root / lost).rename(away)

    with RunLock(run.folder):
        carry_out(run, home, should_stop=lambda: len(run.state.steps) == 2)
    assert run.status == "stopped"
    away.rename(many.root / lost)
    shutil.rmtree(home / "cache" / "pixels")
    _carry_out(run, home)
    assert run.status == "finished", run.state.message
    assert run.state.resumed is not None
    assert outcome(run) == expected
    assert _skipped(run) == [lost]


def test_once_it_has_begun_a_run_goes_without_no_other_picture(many: Listing, home: Path) -> None:
    run = _run(home, many)
    with RunLock(run.folder):
        carry_out(run, home, should_stop=lambda: len(run.state.steps) == 2)
    data = (run.folder / "data.json").read_bytes()
    shutil.rmtree(home / "cache" / "pixels")
    (many.root / many.pictures[0].path).unlink()
    _carry_out(run, home)
    assert run.status == "failed"
    assert "cannot be opened: No such file or directory. Put it back as it was at the scan" in run.state.message
    with pytest.raises(LostPictureError):
        result_of(reopen(run, 0))
    assert (run.folder / "data.json").read_bytes() == data


def test_more_than_one_of_a_hundred_fail_the_run_until_they_are_back(many: Listing, home: Path) -> None:
    run = _run(home, many)
    first, second = many.side("train")[5], many.side("train")[20]
    data = (run.folder / "data.json").read_bytes()
    (many.root / first.path).rename(home / "away")
    HARMS["cut short"](many.root / second.path)
    _carry_out(run, home)
    assert run.status == "failed"
    assert run.state.message.startswith(
        "2 of 120 pictures are gone or have changed since the scan, and a run goes without 1 % at most; the first is "
        f"{first.path!r}. The file "
    )
    assert run.state.message.endswith("Put them back, or scan the folder again and start a new run.")
    assert (run.folder / "data.json").read_bytes() == data
    assert run.state.skipped is None
    (home / "away").rename(many.root / first.path)
    with RunLock(run.folder):
        carry_out(run, home, should_stop=lambda: run.state.skipped is not None)
    assert run.status == "stopped"
    assert run.state.skipped is not None
    assert run.state.skipped.examples == {second.path: f"The file {second.path!r} has changed since the scan."}


def test_the_last_validation_picture_of_a_class_is_not_left_out(many: Listing, home: Path) -> None:
    of_class = [picture.path for picture in many.side("validation") if picture.label == 1]
    listing = _without(many, *of_class[1:])
    run = _run(home, listing)
    (many.root / of_class[0]).unlink()
    _carry_out(run, home)
    assert run.status == "failed"
    assert "among them the last validation picture of the class 'fruit'; it is" in run.state.message


def test_pictures_lost_one_after_the_other_are_left_out_together(
    many: Listing, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 1 % of 120 is one: what was left out counts when the next one is lost.
    run = _run(home, many)
    (many.root / many.side("train")[3].path).unlink()
    with monkeypatch.context() as patched:
        _kill_at(patched, "after event")
        with pytest.raises(_Killed):
            _carry_out(run, home)
    (many.root / many.side("train")[9].path).unlink()
    _carry_out(run, home)
    assert run.status == "failed"
    assert run.state.message.startswith("2 of 120 pictures are gone")


def test_what_turns_bad_while_a_run_trains_does_not_matter(
    few_pictures: Path, run: Run, home: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(few_pictures, tmp_path / "own")
    listing = split(scan(root), validation_share=0.34, seed=0)
    config = RunConfig(name="own", data=DataConfig(dataset=listing.identity), recipe=SHORT)
    disturbed = RunStore(home).create(config, listing.to_json())
    verdicts: list[Rejection | None] = []

    def harm_each(event: Event) -> None:
        if event.kind == "step_ended" and not verdicts:
            for harm, picture in zip(cycle(HARMS.values()), listing.pictures, strict=False):
                (root / picture.path).with_name("3.png").write_bytes(b"another")
                harm(root / picture.path)
            verdicts.extend(look_for_lost(root, listing.pictures))

    caches_of(home).clear()
    _carry_out(disturbed, home, harm_each)
    assert disturbed.status == "finished", disturbed.state.message
    assert all(verdicts)
    assert len(verdicts) == len(listing.pictures)
    assert outcome(disturbed) == outcome(run)


def test_the_cost_is_forecast_with_the_pictures_that_are_there(many: Listing, home: Path) -> None:
    task = open_task(_run(home, many), home)
    whole = task.trial_inputs(8)
    (many.root / many.side("train")[2].path).unlink()
    left = task.trial_inputs(8)
    assert left.shape == whole.shape
    assert left[:2].equal(whole[:2])
    assert left[2:7].equal(whole[3:])
    shutil.rmtree(many.root)
    with pytest.raises(LostPictureError, match="cannot be opened"):
        task.trial_inputs(8)


def test_who_needs_all_pictures_leaves_none_out(many: Listing, home: Path) -> None:
    task = open_task(_run(home, many), home)
    (many.root / many.side("train")[2].path).unlink()
    with pytest.raises(LostPictureError, match="or scan the folder again"):
        list(task.prepare())
    assert len(task.train.names) + len(task.validation.names) == _NUM_PICTURES


def test_looking_for_lost_pictures_shows_how_far_it_is(many: Listing, home: Path) -> None:
    task = open_task(_run(home, many), home)
    (many.root / many.side("train")[2].path).unlink()
    settled: list[str] = []
    events = list(task.prepare(settled.append))
    checking = [event for event in events if isinstance(event, PhaseProgressed) and event.phase == "checking"]
    assert [event.done for event in checking] == list(range(1, _NUM_PICTURES + 1))
    (left,) = settled
    assert Listing.from_json(left).pictures == _without(many, many.side("train")[2].path).pictures


@pytest.mark.parametrize("harm", ["gone", "another"])
def test_a_held_out_picture_that_changed_keeps_the_test_set_closed(held_out: Run, harm: str, tmp_path: Path) -> None:
    listing = _listing_of(held_out)
    own = shutil.copytree(listing.root, tmp_path / "own")
    (held_out.folder / "data.json").write_text(replace(listing, root=own).to_json())
    path = own / listing.side("test")[0].path
    shutil.copy(own / listing.side("train")[0].path, path.parent / "3.png")
    HARMS[harm](path)
    with pytest.raises(DataError, match="It belongs to the test set, which stays closed; put it back"):
        result_of(open_test_set(held_out, 3))
    assert not held_out.test_file(3).exists()
