"""The article's job, a new head on a frozen backbone, as a whole process and as its training phase alone.

Every job sees the same pictures. The other libraries read those in train/ in every epoch, and nothing else; sftviz goes
through the door that a user has, an empty home folder each time, and reads those in val/ as well (one of each class).
Its training phase is all but loading the model, evaluating and saving; theirs is the loop.
"""

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.pictures import gather
from benchmarks.runner import SCRATCH, Answer, Job, interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import command, initial_weights, peer_jobs, question

_CASES: dict[str, tuple[float | None, float]] = {"resnet50": (25, 60), "efficientnet_lite0": (None, 40)}
_EPOCHS = 10  # of the recipe `article`
_NOT_TRAINING = {"load model", "evaluate", "checkpoint"}
_LIMIT_NAME = "decode once, one OpenVINO forward"


def measure(options: Options) -> Iterator[Row]:
    """Rows for ResNet-50 and EfficientNet-Lite0."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data = gather(options.data, folder / "data", limit=options.limit or (12 if options.quick else None))
        for backbone in _CASES:
            yield from _rows(options, data, backbone, initial_weights(backbone, folder))


def _rows(options: Options, data: Path, backbone: str, weights: Path) -> list[Row]:
    epochs = options.epochs or _EPOCHS
    run = min(epochs, options.peer_epochs or (2 if options.quick else epochs))
    asked = question(data, backbone, weights, "head", batch=4, epochs=run)
    peers = peer_jobs(asked, with_peers=options.peers)
    limit = Job(_LIMIT_NAME, command("decode_and_forward", str(data), backbone, str(weights)), ("openvino",))
    ours, *others, at_best = interleave([_our_job(data, backbone, weights), *peers, limit], options.rounds or 1)
    ours = ours.mapped(_with_training_phase)
    others = [other.mapped(partial(extended, epochs)) for other in others]
    whole, training = _CASES[backbone]
    note = f"last {epochs - run} of {epochs} epochs extrapolated" if run < epochs else ""
    case = f"{backbone}, {epochs} epochs"
    return [
        *compare("frozen", f"{case}, process", Figure("wall_s", "s"), [ours, *others], target=whole, note=note),
        *compare("frozen", f"{case}, training", Figure("train_s", "s"), [ours, *others], target=training, note=note),
        # At most 1.5 times what the hardware needs.
        *compare("frozen", f"{case}, training", Figure("train_s", "s"), [ours, at_best], target=1 / 1.5)[1:],
    ]


def _our_job(data: Path, backbone: str, weights: Path) -> Job:
    program = "import sys; from sftviz.cli.main import main; sys.exit(main())"
    arguments = ["train", str(data), "--recipe", "article", "--backbone", backbone, "--weights", str(weights)]
    return Job(OURS, [sys.executable, "-c", program, *arguments, "--home", SCRATCH, "--json"])


def _with_training_phase(answer: Answer) -> Answer:
    phases = {name: seconds for name, seconds in answer["seconds"].items() if name not in _NOT_TRAINING}
    return {**answer, "train_s": sum(phases.values())}


def extended(epochs: int, answer: Answer) -> Answer:
    """What the job would have taken to the end, every further epoch like its last one."""
    more_s = (epochs - answer["epochs"]) * answer["last_epoch_s"]
    return {**answer, "wall_s": answer["wall_s"] + more_s, "train_s": answer["train_s"] + more_s}


if __name__ == "__main__":
    main([measure], __doc__)
