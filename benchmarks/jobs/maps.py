"""What all jobs of `benchmarks.attribution` share: the question, the pictures, the network and the clock."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from sftviz.attribution.explain import explain
from sftviz.config import ModelConfig
from sftviz.data.views import picture_view
from sftviz.models.catalogue import backbone_named
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained
from sftviz.results import AttributionMap, Source
from sftviz.tasks.images import network_inputs

TARGET, BATCH, POINTS = 1, 24, 50
_NUM_CLASSES = 5

Calls = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Question:
    """Which maps are to be computed.

    Attributes:
        data: a folder with train/ and classes inside; 24 of its pictures are explained, again where there are fewer.
        folder: where our map of integrated gradients lies for the others to compare theirs with.
        size: side of the inputs in pixels.
        repeats: of what is quick; the rest is done once.
        occludes: whether occlusion is among them.
    """

    data: str
    backbone: str
    weights: str
    folder: str
    size: int
    repeats: int
    occludes: bool


def asked(text: str) -> Question:
    """Read a question; all jobs compute in one thread, which a busy machine disturbs least."""
    torch.set_num_threads(1)
    return Question(**json.loads(text))


def network_of(question: Question) -> Network:
    """The network as its weights file has it."""
    config = ModelConfig(backbone=question.backbone, weights=question.weights)
    return load_pretrained(config, _NUM_CLASSES, seed=0).eval()


def inputs_of(question: Question) -> Tensor:
    """The pictures as the network is given them, float32 (24, 3, size, size)."""
    preprocessing = backbone_named(question.backbone).preprocessing
    files = sorted(Path(question.data, "train").glob("*/*"))[:BATCH]
    inputs = network_inputs(lambda file: picture_view(file, preprocessing), files, preprocessing)
    inputs = inputs.repeat(-(-BATCH // len(files)), 1, 1, 1)[:BATCH]
    return interpolate(inputs, (question.size, question.size), mode="bilinear")


def score(network: Network) -> Callable[[Tensor], Tensor]:
    """What all explain: the centred logit of one class."""

    def of_inputs(inputs: Tensor) -> Tensor:
        logits = network(inputs)
        return logits[:, TARGET] - logits.mean(dim=1)

    return of_inputs


def ours(network: Network, inputs: Tensor, method: str, **options: int) -> list[AttributionMap]:
    """Our maps of some inputs."""
    count = len(inputs)
    names = [str(number) for number in range(count)]
    return explain(network, inputs, [TARGET] * count, method, source=Source("benchmark", 0), examples=names, **options)


def timed(calls: Calls, repeats: int) -> dict[str, float]:
    """Milliseconds of processor time that each call takes, all in turn; the median of those after a first one."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(repeats + 1):
        for name, call in calls.items():
            started_at = time.process_time()
            call()
            if number or not repeats:
                times[name].append(1000 * (time.process_time() - started_at))
    return {name: median(taken) for name, taken in times.items()}


def difference(found: NDArray[Any] | None, expected: NDArray[Any]) -> float:
    """The largest one between two raw maps, as a share of the largest value."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def kept_pixels(question: Question, num_points: int) -> Path:
    """Where our map of integrated gradients lies."""
    return Path(question.folder, f"{question.backbone} {num_points}.npy")
