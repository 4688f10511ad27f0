"""What a person writes on a run: shown instead of what was asked, and never in its place."""

from collections.abc import Callable

import pytest

from sftviz.errors import RunError
from sftviz.runs.labels import Labels, write_labels
from sftviz.runs.run import Run


def test_a_run_is_renamed_and_its_configuration_stays(new_run: Callable[..., Run]) -> None:
    run = new_run()
    asked = (run.folder / "config.json").read_bytes()
    assert run.name == run.config.name == "a run"
    write_labels(run.folder, name="the good one")
    assert run.name == Run(run.folder).name == "the good one"
    write_labels(run.folder, name="")
    assert run.name == "a run"
    assert (run.folder / "config.json").read_bytes() == asked


def test_a_change_leaves_the_other_labels(new_run: Callable[..., Run]) -> None:
    run = new_run()
    write_labels(run.folder, note="too few birds", tags=("baseline",))
    write_labels(run.folder, name="b")
    assert run.labels == Labels(name="b", note="too few birds", tags=("baseline",))


@pytest.mark.parametrize("content", ["", "{", '{"colour": "red"}', '{"tags": 3}'])
def test_damaged_labels_are_no_labels(content: str, new_run: Callable[..., Run]) -> None:
    run = new_run()
    (run.folder / "labels.json").write_text(content)
    assert (run.labels, run.name) == (Labels(), "a run")


def test_a_name_that_is_too_long_is_refused_and_the_old_one_stays(new_run: Callable[..., Run]) -> None:
    run = new_run()
    write_labels(run.folder, name="short")
    with pytest.raises(RunError, match="name of a run"):
        write_labels(run.folder, name="x" * 201)
    assert run.name == "short"


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(new_run: Callable[..., Run]) -> None:
    run = new_run()
    run.folder.rename(run.folder.with_name("elsewhere"))
    with pytest.raises(RunError, match="could not be kept"):
        write_labels(run.folder, note="too late")
