"""The last blocks learn over a cached prefix, against all of them learning: seconds of an epoch after the first.

ResNets: the last of five blocks. EfficientNet-Lite0: the last two of nine.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.pictures import gather
from benchmarks.runner import interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import OurQuestion, initial_weights, our_job
from sftviz.config import Learns, Stage
from sftviz.training.recipes import RECIPES

# Blocks that learn, what must be reached, and pictures.
_CASES: dict[str, tuple[int, float, int]] = {
    "resnet18": (1, 4, 96),
    "resnet50": (1, 4, 64),
    "efficientnet_lite0": (2, 5, 128),
}


def measure(options: Options) -> Iterator[Row]:
    """Rows for three backbones."""
    with tempfile.TemporaryDirectory() as scratch:
        for backbone, (blocks, target, pictures) in _CASES.items():
            limit = options.limit or (16 if options.quick else pictures)
            data = gather(options.data, Path(scratch, backbone), limit=limit)
            weights = initial_weights(backbone, Path(scratch))
            jobs = [
                our_job(OurQuestion(str(data), backbone, str(weights), RECIPES["full"].model_copy(update=update)), name)
                for name, update in ((OURS, _stage(blocks, options)), ("all blocks learn", _stage("all", options)))
            ]
            case = f"{backbone}, last {blocks} learning, {limit} pictures"
            found = interleave(jobs, options.rounds or 1)
            yield from compare("prefix", case, Figure("last_epoch_s", "s an epoch"), found, target=target)


def _stage(learns: Learns, options: Options) -> dict[str, tuple[Stage, ...]]:
    return {"stages": (Stage(learns=learns, epochs=options.epochs or 2, head_lr=1e-4, backbone_lr=1e-4, views=1),)}


if __name__ == "__main__":
    main([measure], __doc__)
