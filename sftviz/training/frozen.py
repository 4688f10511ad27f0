"""What the part of a network that does not learn makes of each example: computed once, kept on disk, shared by runs.

Shape legend: V views, N examples.
"""

import hashlib
import json
from collections.abc import Generator, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from sftviz.caches import CacheFolder
from sftviz.events import PhaseProgressed
from sftviz.growing import GrowingFile
from sftviz.machine import describe_environment
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.tasks.task import BATCH_SIZE, Examples, batches

PLAIN_VIEW = 0


def frozen_outputs(
    module: nn.Module,
    arithmetic: Arithmetic,
    examples: Examples,
    views: range,
    caches: CacheFolder,
    *,
    done: int = 0,
    total: int | None = None,
) -> Generator[PhaseProgressed, None, Tensor]:
    """The module's results, read from disk where they have been computed before.

    Args:
        module: the frozen part, in evaluation mode; its weights are part of what the results are known by.
        arithmetic: how it is computed.
        examples: N of them, at least one.
        views: V numbers; 0 is the plain view, the others are random ones.
        caches: where results are kept.
        done: examples that count as done before the first one here, for the progress.
        total: examples in all, for the progress; by default V · N.

    Returns:
        Results (V, N, ...) as the arithmetic leaves them, on the CPU, mapped from disk: rows are read when they are
        asked for. Not to be written to.

    Raises:
        CacheFullError: they do not fit on the disk.
    """
    count = len(examples.names)
    example = _compute(module, arithmetic, _view_batch(examples, range(min(2, count)), views[0]))[:1]
    rows = _Rows(example)
    name = f"features/{_identity(module, arithmetic, examples, views)}.bin"
    yield from _awaited(caches, name, rows.num_bytes, done, total or len(views) * count)
    with caches.growing(name, len(views) * count * rows.num_bytes) as file:
        yield from _fill(file, module, arithmetic, examples, views, rows, done, total or len(views) * count)
        path = file.path
    found = caches.find(name)
    return rows.mapped(str(found or path), len(views), count)


def _fill(
    file: GrowingFile,
    module: nn.Module,
    arithmetic: Arithmetic,
    examples: Examples,
    views: range,
    rows: "_Rows",
    done: int,
    total: int,
) -> Iterator[PhaseProgressed]:
    work = [(view, indices) for view in views for indices in batches(len(examples.names), BATCH_SIZE)]
    ends = np.cumsum([len(indices) for _, indices in work]) * rows.num_bytes
    first = int(np.searchsorted(ends, file.position, side="right"))
    if first < len(work):
        file.rewind(int(ends[first - 1]) if first else 0)
    for (view, indices), end in zip(work[first:], ends[first:], strict=True):
        file.write(rows.packed(_compute(module, arithmetic, _view_batch(examples, indices, view))))
        yield PhaseProgressed(phase="features", done=done + int(end) // rows.num_bytes, total=total, unit="examples")


def _awaited(caches: CacheFolder, name: str, row_bytes: int, done: int, total: int) -> Iterator[PhaseProgressed]:
    for num_bytes in caches.awaited(name):
        yield PhaseProgressed(phase="features", done=done + num_bytes // row_bytes, total=total, unit="examples")


def _compute(module: nn.Module, arithmetic: Arithmetic, inputs: Tensor) -> Tensor:
    device = next(module.parameters()).device
    with torch.no_grad():
        return arithmetic(module, inputs.to(device, non_blocking=True))


def _view_batch(examples: Examples, indices: range, view: int) -> Tensor:
    return examples.evaluation_batch(indices) if view == PLAIN_VIEW else examples.training_batch(indices, view)


def _identity(module: nn.Module, arithmetic: Arithmetic, examples: Examples, views: range) -> str:
    """Stands for all that the results depend on: weights, arithmetic, machine, examples and how they are looked at."""
    digest = hashlib.blake2b(digest_size=16)
    facts = [arithmetic.numerics.name, describe_environment(), examples.fingerprint, list(views), BATCH_SIZE]
    digest.update(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


class _Rows:
    """How one example's result lies in the file: in the order that it has in memory, and of its own type."""

    def __init__(self, example: Tensor) -> None:
        self._dtype = example.dtype
        strides = example.stride()
        self._order = (0, *sorted(range(1, example.dim()), key=lambda axis: -strides[axis]))
        self._shape = tuple(example.shape[axis] for axis in self._order[1:])
        self.num_bytes = example.numel() * example.element_size()

    def packed(self, outputs: Tensor) -> bytes:
        """The bytes of some rows."""
        in_order = outputs.cpu().permute(self._order).contiguous()
        return in_order.view(-1).view(torch.uint8).numpy().tobytes()

    def mapped(self, path: str, num_views: int, count: int) -> Tensor:
        """All rows (V, N, ...), shaped as the module made them."""
        # Copy-on-write, because torch has no read-only tensors.
        content = torch.from_numpy(np.memmap(path, np.uint8, "c")).view(self._dtype)
        back = [self._order.index(axis) for axis in range(len(self._order))]
        stored = content.view(num_views, count, *self._shape)
        return stored.permute(0, *(1 + axis for axis in back))
