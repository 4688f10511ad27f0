"""The terminal: the same jobs, one JSON object, and exit statuses that mean something."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sftviz.cli.arguments import parser
from sftviz.cli.commands import model_of
from sftviz.cli.main import main
from sftviz.home import caches_of
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from tests.conftest import ROOT
from tests.models.publisher import Publisher, publishing


def _sftviz(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import sys; from sftviz.cli.main import main; sys.exit(main())", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize("command", ["train", "sweep", "runs", "resume", "open-test", "caches", "app"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    assert f"sftviz {command}" in capsys.readouterr().out


def test_train_prints_one_object_and_the_dashboard_sees_the_run(few_pictures: Path, home: Path) -> None:
    done = _sftviz("train", str(few_pictures), "--recipe", "probe", "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["classes"] == ["birds", "fruit", "vehicles"]
    assert (summary["num_train"], summary["num_validation"]) == (15, 3)
    assert summary["best.epoch"] == 0
    assert summary["before.accuracy"] == summary["best.accuracy"]
    assert {"prepare", "features", "head"} <= set(summary["seconds"])
    (run,) = RunStore(home).list()
    assert (run.identity, run.status) == (summary["run"], "finished")


def test_separate_validation_folder(few_pictures: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    validation = home.parent / "validation"
    for folder in few_pictures.iterdir():
        shutil.copytree(folder, validation / folder.name)
    arguments = ["train", str(few_pictures), "--val", str(validation), "--recipe", "probe", "--home", str(home)]
    assert main([*arguments, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["num_train"], summary["num_validation"]) == (18, 18)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["train", "/nowhere/at/all"], 1, "/nowhere/at/all"),
        (["resume", "no-such-run"], 1, "no run 'no-such-run'"),
        (["train", "sample_data", "--weights", "/nowhere.pt"], 1, "no weights file"),
        (["train"], 2, "path"),
        (["train", "sample_data", "--recipe", "unheard-of"], 2, "invalid choice"),
        (["train", "sample_data", "--seed", "-1"], 2, "seed"),
        (["resume", "no-such-run", "--epochs", "0"], 2, "from 1 to 1000"),
        (["train", "sample_data", "--test-share", "0.8"], 2, "from 0 to below 0.8"),
        (["open-test", "no-such-run"], 1, "no run 'no-such-run'"),
        (["sweep", "sample_data"], 2, "--vary"),
        (["sweep", "sample_data", "--vary", "colour=red"], 2, "'colour' cannot be varied"),
        (["sweep", "sample_data", "--vary", "head_lr=fast"], 2, "are numbers"),
        (["sweep", "sample_data", "--vary", "head_lr=1..2"], 1, "has no end of values"),
        (["runs", "--home", "README.md"], 1, "could not be read or written"),
        (["dance"], 2, "invalid choice"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_said_and_shows_in_the_status(
    arguments: list[str], status: int, words: str, home: Path
) -> None:
    done = _sftviz(*arguments, *(["--home", str(home)] if len(arguments) > 1 and "--home" not in arguments else []))
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_backbones_of_a_sweep_are_looked_up_before_any_run_is_made(
    few_pictures: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with publishing(Publisher(is_hub=True)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        vary = "backbone=efficientnet_lite0,hf-hub:somebody/small"
        assert main(["sweep", str(few_pictures), "--recipe", "probe", "--vary", vary, "--home", str(home)]) == 1
    assert "has no config.json of somebody/small" in capsys.readouterr().err
    assert RunStore(home).list() == ()


def test_a_test_set_can_be_held_out(few_pictures: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--home", str(home)]
    assert main(["train", str(few_pictures), "--recipe", "probe", "--test-share", "0.3", *at]) == 0
    (run,) = RunStore(home).list()
    said = f"6 pictures are held out as a test set; once all choices are made, `sftviz open-test {run.identity}`"
    assert said in capsys.readouterr().out


def test_the_first_number_of_a_test_set_stays(held_out: Run, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--home", str(home)]
    assert main(["open-test", held_out.identity, "--json", *at]) == 0
    said = json.loads(capsys.readouterr().out)
    best = held_out.state.best
    assert best is not None
    assert said["epoch"] == said["first.epoch"] == best.epoch
    assert said["num_test"] == 6
    assert said["test.interval"][0] <= said["test.accuracy"] <= said["test.interval"][1]
    assert main(["open-test", held_out.identity, "--epoch", "0", *at]) == 0
    out = capsys.readouterr().out
    assert "Epoch 0 on the test set, for the second time and so no longer unbiased" in out
    assert f"for epoch {best.epoch}: the number to report." in out
    assert main(["resume", held_out.identity, "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["test.accuracy"] == said["test.accuracy"]


def test_that_others_looked_at_a_test_set_is_said(
    held_out: Run, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--home", str(home)]
    other = held_out.folder.with_name("20990101-120000-000000")
    shutil.copytree(held_out.folder, other)
    assert main(["open-test", other.name, *at]) == 0
    assert "looked at before" not in capsys.readouterr().out
    assert main(["open-test", held_out.identity, *at]) == 0
    assert f"Of these pictures, 6 were looked at before: the run {other.name} opened" in capsys.readouterr().out
    assert main(["open-test", held_out.identity, "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["num_seen_before"] == 6


def test_runs_lists_what_there_is(
    finished_home: tuple[Path, str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, identity = finished_home
    assert main(["runs", "--home", str(folder)]) == 0
    assert identity in capsys.readouterr().out
    assert main(["runs", "--home", str(home)]) == 0
    assert "No runs" in capsys.readouterr().out


def test_caches_are_counted_and_cleared(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with caches_of(home).growing("pixels/file", 2048) as file:
        file.write(bytes(2048))
    assert main(["caches", "--home", str(home)]) == 0
    assert "take 2.0\u00a0KiB of at most" in capsys.readouterr().out
    assert main(["caches", "--clear", "--home", str(home)]) == 0
    assert "2.0\u00a0KiB freed" in capsys.readouterr().out
    assert main(["caches", "--json", "--home", str(home)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["num_bytes"], said["num_files"], said["freed_bytes"]) == (0, 0, 0)
    assert said["max_bytes"] == caches_of(home).max_bytes


def test_resume_goes_on_with_an_interrupted_run(few_pictures: Path, home: Path) -> None:
    from tests.jobs.test_kill import _kill_after

    train = [
        sys.executable,
        "-c",
        "from sftviz.cli.main import main; main()",
        "train",
        str(few_pictures),
        "--home",
        str(home),
    ]
    process = subprocess.Popen(train, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    _kill_after(process, 2)
    (run,) = RunStore(home).list()
    assert run.status == "interrupted"
    done = _sftviz("resume", run.identity, "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == run.identity
    assert run.status == "finished"


@pytest.mark.parametrize(
    ("arguments", "backbone", "weights"),
    [
        ([], "efficientnet_lite0", "bundled"),
        (["--recipe", "article"], "resnet50", "default"),
        (["--recipe", "article", "--weights", "bundled"], "efficientnet_lite0", "bundled"),
        (["--backbone", "resnet18"], "resnet18", "default"),
        (["--backbone", "resnet18", "--weights", "random"], "resnet18", "random"),
    ],
)
def test_backbone_and_weights_have_sensible_defaults(arguments: list[str], backbone: str, weights: str) -> None:
    model = model_of(parser().parse_args(["train", "pictures", *arguments]))
    assert (model.backbone, model.weights) == (backbone, weights)


def test_resuming_a_finished_run_only_reports_it(
    finished_home: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, identity = finished_home
    log = folder / "runs" / identity / "events.jsonl"
    before = log.read_bytes()
    assert main(["resume", identity, "--home", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"] == identity
    assert log.read_bytes() == before


def test_a_finished_run_is_given_more_epochs(few_pictures: Path, home: Path) -> None:
    train = ["train", str(few_pictures), "--recipe", "article", "--weights", "bundled", "--home", str(home), "--json"]
    identity = json.loads(_sftviz(*train).stdout)["run"]
    done = _sftviz("resume", identity, "--epochs", "2", "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    (run,) = RunStore(home).list()
    assert run.status == "finished"
    assert [epoch.epoch for epoch in run.state.epochs] == list(range(13))


_SWEEP = (
    "--recipe",
    "article",
    "--weights",
    "bundled",
    "--vary",
    "head_lr=1e-3,1e-2",
    "--vary",
    "recipe=probe,article",
)


def test_a_sweep_prints_its_table(few_pictures: Path, home: Path) -> None:
    done = _sftviz("sweep", str(few_pictures), *_SWEEP, "--name", "few", "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["group"] == "few"
    values = [(row["recipe"], row["head_lr"], row["status"]) for row in found["runs"]]
    assert values == [("probe", None, "finished"), ("article", 1e-3, "finished"), ("article", 1e-2, "finished")]
    cheapest = min(found["runs"], key=lambda row: row["seconds"])
    assert cheapest["is_on_front"]
    runs = RunStore(home).list()
    assert {run.identity for run in runs} == {row["run"] for row in found["runs"]}
    assert {run.config.group for run in runs} == {"few"}


def test_an_interrupt_ends_the_whole_sweep(few_pictures: Path, home: Path) -> None:
    program = [sys.executable, "-c", "import sys; from sftviz.cli.main import main; sys.exit(main())", "sweep"]
    command = [*program, str(few_pictures), *_SWEEP, "--random", "2", "--vary", "epochs=500,501", "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    assert process.stdout is not None
    while "epoch   1 " not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()
    assert process.returncode == 1
    assert "did not finish" in rest
    assert "stopped" in {run.status for run in RunStore(home).list()} <= {"stopped", "finished"}
