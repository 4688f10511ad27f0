"""The same training as a job for each library: one question, one file of initial weights, one folder of pictures."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from benchmarks.runner import ROOT, SCRATCH, Job
from benchmarks.table import OURS
from sftviz.config import Recipe
from sftviz.models.catalogue import BACKBONES

_PEERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "plain PyTorch": ("plain_torch", ()),
    "fastai": ("with_fastai", ("fastai",)),
    "Lightning": ("with_lightning", ("lightning",)),
    "HF Trainer": ("with_hf_trainer", ("transformers", "accelerate")),
}


@dataclass(frozen=True)
class Question:
    """What the other libraries are to train.

    Attributes:
        data: a folder with train/ and val/; they use train/ alone.
        head: name of the network's last layer, which is replaced.
        weights: a safetensors file.
        learns: the "head" by SGD on plain views, or "all" by AdamW on random views.
        warm_up: steps that do not count towards pictures per second.
    """

    data: str
    backbone: str
    head: str
    weights: str
    learns: Literal["head", "all"]
    batch: int
    epochs: int
    warm_up: int = 3
    workers: int = 2


@dataclass(frozen=True)
class OurQuestion:
    """What sftviz is to train, as `benchmarks.jobs.with_sftviz` reads it.

    Attributes:
        home: where runs and caches lie.
        is_logged: whether events are written down as in a real run.
    """

    data: str
    backbone: str
    weights: str
    recipe: Recipe
    home: str = SCRATCH
    seed: int = 0
    warm_up: int = 3
    is_logged: bool = True


def question(
    data: Path, backbone: str, weights: Path, learns: Literal["head", "all"], batch: int, epochs: int
) -> Question:
    """A question about a backbone of the catalogue."""
    return Question(str(data), backbone, BACKBONES[backbone].head, str(weights), learns, batch, epochs)


def peer_jobs(asked: Question, *, with_peers: bool) -> list[Job]:
    """The plain script, and the same with every other library."""
    names = list(_PEERS) if with_peers else list(_PEERS)[:1]
    return [Job(name, command(_PEERS[name][0], json.dumps(asdict(asked))), _PEERS[name][1]) for name in names]


def our_job(asked: OurQuestion, name: str = OURS) -> Job:
    """The engine in a process of its own, without a browser."""
    return Job(name, command("with_sftviz", json.dumps(asdict(asked) | {"recipe": asked.recipe.model_dump()})))


def command(module: str, *arguments: str) -> list[str]:
    """Starts a file of `benchmarks/jobs`."""
    return [sys.executable, "-m", f"benchmarks.jobs.{module}", *arguments]


def initial_weights(backbone: str, folder: Path) -> Path:
    """The bundled weights, or random ones with a seed, in the publisher's names: nothing is downloaded."""
    file = folder / f"{backbone}.safetensors"
    if not file.exists():
        subprocess.run(command("save_weights", backbone, str(file)), check=True, cwd=ROOT)
    return file
