"""A weights file on this machine, looked through before it is used."""

from pathlib import Path

from sftviz.errors import ModelError
from sftviz.models.backbone import Backbone
from sftviz.models.build import cut_head
from sftviz.models.describing import without_memory
from sftviz.models.report import FileReport
from sftviz.models.weights import head_in, misfits, not_finite, read_file, without_head


def check_file(path: Path, entry: Backbone) -> FileReport:
    """Read a file as a run would, and compare it with a backbone.

    Raises:
        ModelError: it cannot be read without executing code, or is no state dict.
    """
    weights = read_file(path, entry)
    backbone = without_memory(entry)
    width = cut_head(backbone, entry)
    problems = misfits(backbone, without_head(weights, entry))
    if not problems:
        problems = [f"{name} holds NaN or infinity" for name in not_finite(weights)]
    try:
        head_classes = len(head_in(weights, entry, width).bias)
    except ModelError:
        head_classes = None
    return FileReport(
        num_tensors=len(weights),
        million_numbers=sum(tensor.numel() for tensor in weights.values()) / 1e6,
        number_types=tuple(sorted({str(tensor.dtype).removeprefix("torch.") for tensor in weights.values()})),
        problems=tuple(problems),
        head_classes=head_classes,
    )
