"""A few real batches before the run: which way of doing the arithmetic is fastest here, and what each part costs."""

import hashlib
import json
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor, nn

from sftviz.caches import CacheFolder
from sftviz.config import RunConfig, Stage
from sftviz.durable import write_durably
from sftviz.errors import TrainingError
from sftviz.events import PhaseProgressed
from sftviz.machine import PeakMemory, describe_environment
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import PLAIN, candidates, numerics_named
from sftviz.tasks.task import BATCH_SIZE
from sftviz.training.learning import StageLearning

MOST_ERROR = 0.05  # relative, of embeddings; bfloat16 stays below 0.03 on the bundled networks
_ROUNDS = 3  # the first warms up
_COUNTING = {"batch_size", "optimizer", "accumulate", "mix", "clip_norm", "pull_to_start", "averaging", "adapter_rank"}
_LEAST_GAIN = 10  # a run this many times longer than the trials of all ways is worth them


class StageCosts(BaseModel):
    """What a stage costs, in seconds an example.

    Attributes:
        front_s: a forward pass of the frozen part.
        step_s: a training step of the rest, with the optimizer's share.
        rest_s: a forward pass of the rest.
        front_bytes: what the frozen part makes of one example; 0 if nothing is frozen.
        most_at_once: examples that fit into memory together; 0 if a whole batch does.
    """

    model_config = ConfigDict(frozen=True)

    front_s: float
    step_s: float
    rest_s: float
    front_bytes: int
    most_at_once: int


class Pilot(BaseModel):
    """What was measured.

    Attributes:
        numerics: name of the way to take.
        seconds_per_example: of each way that was tried.
        errors: relative Euclidean distance of each way's embeddings from those of the plain one.
        forward_s: seconds an example of a forward pass of the whole backbone that learns nothing.
        stages: by what they let learn.
        peak_mib: most memory taken meanwhile.
    """

    model_config = ConfigDict(frozen=True)

    numerics: str
    seconds_per_example: dict[str, float]
    errors: dict[str, float]
    forward_s: float
    stages: dict[str, StageCosts]
    peak_mib: float


def is_worthwhile(config: RunConfig, num_train: int) -> bool:
    """Whether a pilot takes a small part of the run at most."""
    passes = num_train * max(1, sum(stage.epochs for stage in config.recipe.stages if stage.learns != "head"))
    return passes >= _LEAST_GAIN * _ROUNDS * config.recipe.batch_size


def fly(
    config: RunConfig, network: Network, caches: CacheFolder, inputs: Tensor, labels_N: Tensor
) -> Generator[PhaseProgressed, None, Pilot]:
    """Measure, or remember what was measured on this machine for the same network and recipe.

    Args:
        config: what is asked; a way that it names is taken without trying others.
        network: any mode; left in evaluation mode with the weights that it had.
        caches: where measurements are kept.
        inputs: of the first training examples, a batch of them, on the network's device.
        labels_N: of all training examples.
    """
    if known := remembered(config, network, caches, len(labels_N)):
        return known
    memory = PeakMemory()
    # What drops out at random agrees with nothing.
    network.eval()
    trials = yield from _try_ways(config, network, inputs, labels_N)
    taken = min((trial for trial in trials if trial.error <= MOST_ERROR), key=lambda trial: trial.seconds)
    arithmetic = Arithmetic(numerics_named(taken.way), network, inputs)
    costs = {
        str(stage.learns): _stage_costs(config, stage, network, arithmetic, inputs, labels_N)
        for stage in config.recipe.stages
    }
    pilot = Pilot(
        numerics=taken.way,
        seconds_per_example={trial.way: trial.seconds for trial in trials},
        errors={trial.way: trial.error for trial in trials},
        forward_s=_seconds(lambda: _forward(network.backbone, arithmetic, inputs), len(inputs)),
        stages=costs,
        peak_mib=memory.mib(),
    )
    path = caches.folder / _name(config, network, len(labels_N))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, pilot.model_dump_json(indent=2).encode())
    return pilot


def remembered(config: RunConfig, network: Network, caches: CacheFolder, num_train: int) -> Pilot | None:
    """What was measured before on this machine, for the same network and recipe."""
    path = caches.find(_name(config, network, num_train))
    return Pilot.model_validate_json(path.read_bytes()) if path else None


@dataclass(frozen=True)
class _Trial:
    way: str
    seconds: float
    error: float


def _try_ways(
    config: RunConfig, network: Network, inputs: Tensor, labels_N: Tensor
) -> Generator[PhaseProgressed, None, tuple[_Trial, ...]]:
    """Each way's seconds an example for what the run does most, and its distance from the plain way's embeddings."""
    if config.numerics != "measured":
        return (_Trial(config.numerics, 0.0, 0.0),)
    learning = [stage for stage in config.recipe.stages if stage.learns != "head"]
    ways = candidates(network, inputs.device)
    expected = _forward(network.backbone, Arithmetic(PLAIN, network, inputs), inputs)
    if not torch.isfinite(expected).all():
        raise TrainingError("The backbone's embeddings hold NaN or infinity; choose other weights.")
    trials: list[_Trial] = []
    for way in ways:
        yield PhaseProgressed(phase="pilot", done=len(trials), total=len(ways), unit="trials")
        arithmetic = Arithmetic(way, network, inputs)
        found = _forward(network.backbone, arithmetic, inputs)
        if learning:
            seconds = _stage_costs(config, learning[-1], network, arithmetic, inputs, labels_N).step_s
        else:
            seconds = _seconds(partial(_forward, network.backbone, arithmetic, inputs), len(inputs))
        trials.append(_Trial(way.name, seconds, _distance(found, expected)))
    yield PhaseProgressed(phase="pilot", done=len(ways), total=len(ways), unit="trials")
    return tuple(trials)


def _stage_costs(
    config: RunConfig, stage: Stage, network: Network, arithmetic: Arithmetic, inputs: Tensor, labels_N: Tensor
) -> StageCosts:
    network.let_learn(stage.learns)
    front, rest = network.cut()
    count = len(inputs)
    front_s = _seconds(partial(_forward, front, arithmetic, inputs), count) if front else 0.0
    reached = _forward(front, arithmetic, inputs) if front else inputs
    learning = StageLearning(
        config.recipe,
        stage,
        network,
        lambda inputs: network.head(arithmetic(rest, inputs).float()),
        labels_N.numpy(),
        seed=config.seed,
        most_at_once=0,
        pretrained=network.state_dict(),
    )
    for group in learning.optimizer.param_groups:
        # Everything is computed and nothing moves.
        group["lr"] = 0.0
    network.train()
    targets_N = labels_N[:count].to(inputs.device)
    step_s = _seconds(partial(learning.learner.step, reached, targets_N, epoch=1, step=0), count)
    learning.optimizer.zero_grad()
    learning.settle()
    network.eval()
    rest_s = _seconds(partial(_forward, rest, arithmetic, reached), count)
    return StageCosts(
        front_s=front_s,
        step_s=step_s,
        rest_s=rest_s,
        front_bytes=reached.numel() * reached.element_size() // count if front else 0,
        most_at_once=learning.learner.most_at_once,
    )


def _forward(module: nn.Module, arithmetic: Arithmetic, inputs: Tensor) -> Tensor:
    with torch.no_grad():
        return torch.cat([arithmetic(module, part) for part in torch.split(inputs, BATCH_SIZE)])


def _seconds(work: Callable[[], object], count: int) -> float:
    """Seconds an example, the least of a few rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        started_at = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        rounds.append(time.perf_counter() - started_at)
    return min(rounds) / count


def _distance(found: Tensor, expected: Tensor) -> float:
    norm = torch.linalg.vector_norm
    return float(norm(found.float() - expected.float()) / norm(expected.float()).clamp_min(1e-12))


def _name(config: RunConfig, network: Network, num_train: int) -> str:
    """Stands for all that the measurements depend on."""
    recipe = config.recipe
    facts = [
        config.model.model_dump(),
        network.head.out_features,
        config.numerics,
        [str(stage.learns) for stage in recipe.stages],
        recipe.model_dump(include=_COUNTING),
        min(recipe.batch_size, num_train),
        describe_environment(),
    ]
    return f"pilots/{hashlib.blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16).hexdigest()}.json"
