"""Full fine-tuning in pictures per second: whole steps after the warm-up, reading the pictures included.

Batch 16, AdamW, random resized crops and mirroring for all. The others train batch-norm, as they do by themselves;
sftviz keeps its statistics.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.pictures import gather
from benchmarks.runner import interleave
from benchmarks.table import Figure, Row, compare
from benchmarks.training_jobs import OurQuestion, initial_weights, our_job, peer_jobs, question
from sftviz.config import Stage
from sftviz.training.recipes import RECIPES

_BATCH = 16
_FEWEST_STEPS = 5
# The number of steps follows from how long one takes; three of them warm up.
_CASES: dict[str, tuple[float, int]] = {
    "resnet18": (3, 10),
    "resnet50": (3, 7),
    "efficientnet_lite0": (2, 13),
    "mobilenet_v3_small": (2, 15),
}


def measure(options: Options) -> Iterator[Row]:
    """Rows for four backbones."""
    with tempfile.TemporaryDirectory() as scratch:
        for backbone in list(_CASES)[-1:] if options.quick else _CASES:
            target, steps = _CASES[backbone]
            if options.limit or options.quick:
                steps = max(_FEWEST_STEPS, (options.limit or 0) // _BATCH)
            data = gather(options.data, Path(scratch, backbone), limit=_BATCH * steps)
            yield from _rows(options, data, backbone, initial_weights(backbone, Path(scratch)), target)


def _rows(options: Options, data: Path, backbone: str, weights: Path, target: float) -> list[Row]:
    epochs = options.epochs or 1
    stage = Stage(learns="all", epochs=epochs, head_lr=1e-4, backbone_lr=1e-4)
    recipe = RECIPES["full"].model_copy(update={"stages": (stage,), "batch_size": _BATCH})
    ours = our_job(OurQuestion(str(data), backbone, str(weights), recipe))
    peers = peer_jobs(question(data, backbone, weights, "all", _BATCH, epochs), with_peers=options.peers)
    found = interleave([ours, *peers], options.rounds or 1)
    return compare("full", backbone, Figure("examples_per_s", "pictures/s", more_is_better=True), found, target=target)


if __name__ == "__main__":
    main([measure], __doc__)
