"""The frozen forward of every backbone on offer: sftviz against eager fp32 and against OpenVINO."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.runner import Job, Measured, interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import command, initial_weights
from sftviz.models.catalogue import BACKBONES

_MS = Figure("ms", "ms a picture")


def measure(options: Options) -> Iterator[Row]:
    """Rows for every backbone, in the order of the catalogue."""
    names = list(BACKBONES)[:2] if options.quick else list(BACKBONES)
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            yield from _rows(options, name, initial_weights(name, Path(scratch)))


def _rows(options: Options, backbone: str, weights: Path) -> list[Row]:
    def job(name: str, engine: str, *needs: str) -> Job:
        seconds = "0.1" if options.quick else "4"
        return Job(name, command("forward_pass", backbone, str(weights), engine, seconds), needs)

    jobs = [job(OURS, "sftviz"), job("eager fp32", "eager")]
    if options.peers:
        jobs += [job("OpenVINO fp32", "f32", "openvino"), job("OpenVINO bf16", "bf16", "openvino")]
    ours, eager, *rest = interleave(jobs, options.rounds or 1)
    return [*compare("forward", backbone, _MS, [ours, eager], target=1), *_against_openvino(backbone, ours, rest)]


def _against_openvino(backbone: str, ours: Measured, rest: list[Measured]) -> list[Row]:
    targets = {"OpenVINO bf16": 0.8}
    found = [compare("forward", backbone, _MS, [ours, other], target=targets.get(other.name)) for other in rest]
    return [rows[1] for rows in found]


if __name__ == "__main__":
    main([measure], __doc__)
