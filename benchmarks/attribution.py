"""What maps cost: sftviz, and Captum and grad-cam used plainly, on the same networks and photographs.

Each library in a process of its own, in one thread; processor time, which other work on the machine disturbs least.
`fast forward` is one pass of the quickest way in 32 bits: channels last and folded. EfficientNet-Lite0 has the bundled
weights, ResNet-50 random ones, and their heads are random. Everything explains the centred logit of one class.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.pictures import gather
from benchmarks.runner import Job, Measured, interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import command, initial_weights

BATCH = 24
_CAPTUM, _GRAD_CAM = "Captum", "grad-cam"
_MS = Figure("ms", "ms of processor time")
_CAN_BE_EQUAL, _ALIKE = 1e-5, 0.999


@dataclass(frozen=True)
class Other:
    """What our figure is compared with.

    Attributes:
        name: what the table calls it.
        job: whose figure.
        key: which one.
        target: what the ratio must reach.
        share: of the figure that counts.
    """

    name: str
    job: str
    key: str
    target: float | None = None
    share: float = 1


# A map may take 1.2 times as long as a forward pass.
_CASES: dict[str, tuple[str, tuple[Other, ...]]] = {
    "HiResCAM, 1 picture": (
        "hirescam",
        (Other("fast forward", OURS, "forward", 1 / 1.2), Other(_GRAD_CAM, _GRAD_CAM, "hirescam", 1)),
    ),
    "Grad-CAM, 1 picture": (
        "gradcam",
        (
            Other("fast forward", OURS, "forward", 1 / 1.2),
            Other(_GRAD_CAM, _GRAD_CAM, "gradcam", 1),
            Other(_CAPTUM, _CAPTUM, "gradcam", 1),
        ),
    ),
    f"HiResCAM, {BATCH} pictures": (
        "hirescam_24",
        (
            Other("fast forward", OURS, "forward_24", 1 / 1.2),
            Other("one by one", OURS, "hirescam", 1, share=BATCH),
            Other(_GRAD_CAM, _GRAD_CAM, "hirescam_24", 1),
            Other(f"{_CAPTUM}, Grad-CAM", _CAPTUM, "gradcam_24", 1),
        ),
    ),
    "Integrated Gradients, 50 points": ("integrated", (Other(_CAPTUM, _CAPTUM, "integrated", 1.5),)),
    "Integrated Gradients, 32 points": (
        "integrated_fewer",
        (Other(f"{_CAPTUM}, 50 points", _CAPTUM, "integrated"),),
    ),
    "Occlusion, 169 windows": ("occlusion", (Other(f"{_CAPTUM}, one by one", _CAPTUM, "occlusion", 1),)),
    "HiResCAM, asked for again": ("kept", (Other("computed", OURS, "hirescam", 1),)),
}
_COSTLY = {"occlusion"}  # and no different with a larger network


def measure(options: Options) -> Iterator[Row]:
    """Rows for EfficientNet-Lite0 and ResNet-50."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data = gather(options.data, folder / "data", limit=BATCH)
        for backbone in ("efficientnet_lite0", "resnet50"):
            occludes = backbone == "efficientnet_lite0"
            asked = {
                "data": str(data),
                "backbone": backbone,
                "weights": str(initial_weights(backbone, folder)),
                "folder": scratch,
                "size": 64 if options.quick else 224,
                "repeats": 1 if options.quick else 9,
                "occludes": occludes,
            }
            yield from _rows(options, backbone, json.dumps(asked), occludes=occludes)


def _rows(options: Options, backbone: str, asked: str, *, occludes: bool) -> Iterator[Row]:
    jobs = [Job(OURS, command("maps_by_sftviz", asked))]
    if options.peers:
        jobs += [
            Job(_CAPTUM, command("maps_by_captum", asked)),
            Job(_GRAD_CAM, command("maps_by_grad_cam", asked), ("pytorch_grad_cam",)),
        ]
    found = {measured.name: measured for measured in interleave(jobs, options.rounds or 1)}
    for case, (key, others) in _CASES.items():
        if occludes or key not in _COSTLY:
            yield from _compared(f"{backbone}, {case}", key, others, found)
    yield from _agreement(backbone, found)


def _compared(case: str, key: str, others: tuple[Other, ...], found: dict[str, Measured]) -> Iterator[Row]:
    ours = _only(found[OURS], OURS, key)
    yield from compare("attribution", case, _MS, [ours])
    for other in others:
        if other.job in found:
            theirs = _only(found[other.job], other.name, other.key, other.share)
            yield compare("attribution", case, _MS, [ours, theirs], target=other.target)[1]


def _only(measured: Measured, name: str, key: str, share: float = 1) -> Measured:
    answers = tuple({"ms": share * answer[key]} for answer in measured.answers if key in answer)
    return Measured(name, answers, measured.problem)


def _agreement(backbone: str, found: dict[str, Measured]) -> Iterator[Row]:
    """How far maps of the same network agree: a difference is the largest one, relative to the largest value."""
    for measured in found.values():
        for key in dict(measured.answers[0] if measured.answers else {}):
            kind, _, which = key.partition("_")
            value = measured.median(key)
            if kind == "difference":
                goal = f"at most {_CAN_BE_EQUAL:g}: {'reached' if value <= _CAN_BE_EQUAL else 'missed'}"
                case = f"{backbone}, {which}, raw map"
                yield Row("attribution", case, measured.name, f"differs by {value:.1e}", note=goal)
            elif kind == "correlation":
                goal = f"at least {_ALIKE}: {'reached' if value >= _ALIKE else 'missed'}" if which == "50" else ""
                case = f"{backbone}, Integrated Gradients, {which} points"
                yield Row("attribution", case, measured.name, f"correlates by {value:.5f}", note=goal)


if __name__ == "__main__":
    main([measure], __doc__)
