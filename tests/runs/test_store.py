"""Runs on disk: made, found, locked and deleted."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sftviz.errors import RunBusyError, RunError
from sftviz.events import RunStopped
from sftviz.runs.labels import write_labels
from sftviz.runs.lock import RunLock, is_held
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore


def _files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_is_found_again_newest_first(new_run: Callable[..., Run], home: Path) -> None:
    first, second = new_run(), new_run()
    listed = RunStore(home).list()
    assert {run.identity for run in listed} == {first.identity, second.identity}
    assert [run.identity for run in listed] == [second.identity, first.identity]
    assert listed[0].config == first.config


def test_one_damaged_folder_does_not_hide_the_others(new_run: Callable[..., Run], home: Path) -> None:
    run, broken = new_run(), new_run()
    (broken.folder / "config.json").write_text("{")
    assert [each.identity for each in RunStore(home).list()] == [run.identity]
    with pytest.raises(RunError, match="delete its folder"):
        RunStore(home).get(broken.identity)


@pytest.mark.parametrize("identity", ["nothing", "../runs", "", "/etc"])
def test_an_unknown_identity_is_refused(identity: str, home: Path) -> None:
    with pytest.raises(RunError, match="There is no run"):
        RunStore(home).get(identity)


def test_a_run_without_a_holder_is_interrupted(new_run: Callable[..., Run]) -> None:
    run = new_run()
    assert run.status == "interrupted"
    with RunLock(run.folder):
        assert run.status == "queued"
        with pytest.raises(RunBusyError):
            RunLock(run.folder)
    assert run.status == "interrupted"


def test_a_stopped_run_that_somebody_holds_is_about_to_go_on(new_run: Callable[..., Run]) -> None:
    run = new_run()
    log = EventWriter(run.folder / "events.jsonl")
    log.append(RunStopped())
    log.close()
    assert run.status == "stopped"
    with RunLock(run.folder):
        assert run.status == "queued"


def test_the_lock_ends_with_the_process_that_holds_it(new_run: Callable[..., Run]) -> None:
    run = new_run()
    script = (
        "import sys; from pathlib import Path; from sftviz.runs.lock import RunLock\n"
        "lock = RunLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(run.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert is_held(run.folder)
        process.kill()
    assert not is_held(run.folder)


def test_a_run_in_use_is_not_deleted(new_run: Callable[..., Run], home: Path) -> None:
    run, store = new_run(), RunStore(home)
    with RunLock(run.folder), pytest.raises(RunBusyError, match="stop it"):
        store.delete(run.identity)
    store.delete(run.identity)
    assert store.list() == ()
    assert list((home / "runs").iterdir()) == []


def test_a_deleted_run_is_restored_as_it_was(new_run: Callable[..., Run], home: Path) -> None:
    run, store = new_run(), RunStore(home)
    write_labels(run.folder, note="keep me")
    files = _files(run.folder)
    store.delete(run.identity)
    (deleted,) = store.trash()
    assert (deleted.identity, deleted.config, deleted.labels.note) == (run.identity, run.config, "keep me")
    with pytest.raises(RunError, match="There is no run"):
        store.get(run.identity)
    assert store.restore(run.identity).folder == run.folder
    assert _files(run.folder) == files
    assert store.trash() == ()
    assert [each.identity for each in store.list()] == [run.identity]


def test_a_run_in_the_trash_is_erased_for_good(new_run: Callable[..., Run], home: Path) -> None:
    kept, run, store = new_run(), new_run(), RunStore(home)
    store.delete(run.identity)
    store.erase(run.identity)
    assert store.trash() == ()
    assert list((home / "trash").iterdir()) == []
    assert [each.identity for each in store.list()] == [kept.identity]


@pytest.mark.parametrize("identity", ["nothing", "../runs", "", "/etc"])
def test_only_what_is_in_the_trash_is_restored_or_erased(identity: str, home: Path) -> None:
    for action in (RunStore(home).restore, RunStore(home).erase):
        with pytest.raises(RunError, match="in the trash"):
            action(identity)
    assert (home / "runs").is_dir()


def test_predictions_that_are_not_there_are_a_sentence(new_run: Callable[..., Run]) -> None:
    with pytest.raises(RunError, match="no predictions of epoch 7"):
        new_run().predictions(7)
