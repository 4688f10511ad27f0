"""Does speed cost accuracy? sftviz as it is, against a plain fp32 loop with the same recipe, from the same epoch 0.

Three seeds on every folder of pictures: the sample, and the one given with --data.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, stdev

from benchmarks.command import Options, main
from benchmarks.pictures import gather
from benchmarks.runner import ROOT, Job, Measured, interleave
from benchmarks.table import OURS, Row
from benchmarks.training_jobs import OurQuestion, command, initial_weights, our_job
from sftviz.config import Stage
from sftviz.training.recipes import RECIPES

_BACKBONE = "efficientnet_lite0"
_PLAIN = "plain fp32 loop"
_SEEDS = (0, 1, 2)
_HELD_OUT = 20  # pictures of each class


def measure(options: Options) -> Iterator[Row]:
    """Rows for each folder of pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        weights = initial_weights(_BACKBONE, Path(scratch))
        for number, place in enumerate(dict.fromkeys([ROOT / "sample_data", options.data.resolve()])):
            folder = Path(scratch, str(number))
            limit = options.limit or (12 if options.quick else 96)
            data = gather(place, folder / "data", limit=limit, validation=2 if options.quick else _HELD_OUT)
            seeds = _SEEDS[: 2 if options.quick else 3]
            found = [_one_seed(options, data, weights, folder / f"home-{seed}", seed) for seed in seeds]
            yield from _rows(f"{place.name}, {limit} pictures", found)


def _one_seed(options: Options, data: Path, weights: Path, home: Path, seed: int) -> list[Measured]:
    """Ours first: the plain loop starts from its epoch 0."""
    stage = Stage(learns="all", epochs=options.epochs or (1 if options.quick else 3), head_lr=1e-4, backbone_lr=1e-4)
    recipe = RECIPES["full"].model_copy(update={"stages": (stage,), "layer_decay": 1.0})
    ours = our_job(OurQuestion(str(data), _BACKBONE, str(weights), recipe, home=str(home), seed=seed))
    return interleave([ours, Job(_PLAIN, command("plain_accuracy", str(home)))], 1)


def _rows(case: str, found: Sequence[Sequence[Measured]]) -> list[Row]:
    ours, plain = zip(*found, strict=True)
    if problem := next((measured.problem for measured in (*ours, *plain) if measured.problem), ""):
        return [Row("accuracy", case, OURS, "–", note=problem)]
    before = mean(measured.answers[0]["before"]["accuracy"] for measured in ours)
    return [
        row
        for key, unit in (("accuracy", ""), ("loss", " nats"))
        for row in _pair(f"{case}, {key}", unit, _last(ours, key), _last(plain, key), f"epoch 0: {before:.1%} right")
    ]


def _last(found: Sequence[Measured], key: str) -> list[float]:
    return [measured.answers[0]["after"][key] for measured in found]


def _pair(case: str, unit: str, ours: list[float], plain: list[float], note: str) -> list[Row]:
    """Ours with what it differs by, and the plain loop's with how much its seeds differ among themselves."""
    difference = f"{mean(ours) - mean(plain):+.4f} from the plain loop"
    return [
        Row("accuracy", case, OURS, f"{mean(ours):.4f} ± {stdev(ours):.4f}{unit}", note=f"{difference}; {note}"),
        Row("accuracy", case, _PLAIN, f"{mean(plain):.4f} ± {stdev(plain):.4f}{unit}", note=f"{len(plain)} seeds"),
    ]


if __name__ == "__main__":
    main([measure], __doc__)
