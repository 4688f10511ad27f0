"""The maps of many pictures of a run, computed in batches and kept with it."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from sftviz.attribution.across import EvidenceAcross, Measured, drawn, is_border, measured
from sftviz.attribution.of_run import maps_of
from sftviz.errors import EmptyResultError, UnreadablePictureError
from sftviz.events import PhaseProgressed
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run

METHOD = "hirescam"
_BATCH_SIZE = 8


def evidence_across(
    run: Run, root: Path, before: Predictions, after: Predictions, count: int
) -> Generator[PhaseProgressed, None, EvidenceAcross]:
    """Explain up to `count` validation pictures for their true classes; what was computed before is read.

    Args:
        run: its folder keeps the maps.
        root: where its pictures lie.
        before: of an epoch whose weights are kept.
        after: of another one, or the same.
        count: of pictures.

    Raises:
        EmptyResultError: no picture can be read.
        CheckpointError: the weights of an epoch are not kept.
        AttributionError: no map can be had.
    """
    asked = drawn(len(after.examples), count)
    found: dict[int, Measured] = {}
    shape = (1, 1)
    for start in range(0, len(asked), _BATCH_SIZE):
        for index, (old, new) in _pairs(run, root, before, after, asked[start : start + _BATCH_SIZE].tolist()).items():
            found[index], shape = measured(old, new), new.values_HW.shape
        yield PhaseProgressed(
            phase="maps", done=min(start + _BATCH_SIZE, len(asked)), total=len(asked), unit="examples"
        )
    if not found:
        raise EmptyResultError("No validation picture can be read, so there is nothing to explain.")
    rows = list(found.values())
    return EvidenceAcross(
        before=before,
        after=after,
        method=METHOD,
        indices_M=np.array(list(found), np.int64),
        rank_change_M=np.array([row.rank_change for row in rows], np.float32),
        border_before_M=np.array([row.border_before for row in rows], np.float32),
        border_after_M=np.array([row.border_after for row in rows], np.float32),
        before_Mgg=np.stack([row.before_gg for row in rows]),
        after_Mgg=np.stack([row.after_gg for row in rows]),
        uniform_border=float(is_border(*shape).mean()),
        unreadable=tuple(after.examples[index] for index in asked.tolist() if index not in found),
    )


def _pairs(
    run: Run, root: Path, before: Predictions, after: Predictions, indices: Sequence[int]
) -> dict[int, tuple[AttributionMap, AttributionMap]]:
    """Maps before and after of the pictures that can be read."""
    names = [after.examples[index] for index in indices]
    labels = after.labels_N[list(indices)].tolist()
    try:
        old, new = (
            maps_of(run, said.source.epoch, [root / name for name in names], names, METHOD, labels)
            for said in (before, after)
        )
    except UnreadablePictureError:
        if len(indices) == 1:
            return {}
        # One picture that is gone must not take the others with it.
        return {key: pair for index in indices for key, pair in _pairs(run, root, before, after, [index]).items()}
    return dict(zip(indices, zip(old, new, strict=True), strict=True))
