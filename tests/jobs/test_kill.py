"""A real training process, killed at random moments, ends like one that was left alone."""

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sftviz.runs.run import Run
from tests.conftest import ROOT, SHORT

# The worker says each event aloud, so that a kill can be placed without waiting by the clock.
_WORKER = """
import sys
from pathlib import Path
from sftviz.machine import prepare_process
prepare_process()
from sftviz.jobs.work import carry_out
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
home, identity = Path(sys.argv[1]), sys.argv[2]
run = Run(home / "runs" / identity)
with RunLock(run.folder):
    carry_out(run, home, on_event=lambda event: print(event.kind, flush=True))
"""


def _worker(home: Path, run: Run) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(home), run.identity],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def outcome(run: Run) -> str:
    """What a run came to, to the bit: weights, optimizer, losses and measures."""
    digest = hashlib.sha256()
    last = run.folder / "checkpoints" / f"epoch-{run.config.recipe.num_epochs:04d}"
    for name in ("model.safetensors", "state.safetensors"):
        digest.update((last / name).read_bytes())
    state = run.state
    digest.update(repr([(step.epoch, step.step, step.loss) for step in state.steps]).encode())
    digest.update(repr([(epoch.epoch, epoch.train, epoch.validation) for epoch in state.epochs]).encode())
    return digest.hexdigest()


def _kill_after(process: "subprocess.Popen[str]", lines: int) -> None:
    assert process.stdout is not None
    for _ in range(lines):
        if not process.stdout.readline():
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_at_random_moments_it_ends_the_same(new_run: Callable[..., Run], home: Path) -> None:
    whole = new_run(SHORT)
    _worker(home, whole).communicate()
    assert whole.status == "finished"
    expected = outcome(whole)
    moments = random.Random(0)  # noqa: S311 - to choose a moment
    killed = new_run(SHORT)
    for _ in range(4):
        # Up to six events further each time: in the middle of an epoch, between epochs, while saving.
        _kill_after(_worker(home, killed), moments.randint(3, 8))
        if killed.state.status == "finished":
            break
        assert killed.status == "interrupted"
    _worker(home, killed).communicate()
    assert killed.status == "finished"
    steps = [(step.epoch, step.step) for step in killed.state.steps]
    assert steps == [(epoch, step) for epoch in (1, 2) for step in (1, 2, 3)]
    assert outcome(killed) == expected
