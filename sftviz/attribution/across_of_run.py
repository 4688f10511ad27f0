"""The maps of many pictures of a run, computed in batches and kept with it."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path

from sftviz.attribution.across import EvidenceAcross, drawn, measured
from sftviz.attribution.across_kept import keep, kept, kept_path
from sftviz.attribution.catalogue import METHODS
from sftviz.attribution.of_run import maps_of
from sftviz.errors import EmptyResultError, UnreadablePictureError
from sftviz.events import PhaseProgressed
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run

_AT_ONCE = {"layer": 8, "attention": 8, "pixels": 1}  # pictures between two signs of progress


def kept_evidence(run: Run, before: Predictions, after: Predictions, method: str, count: int) -> EvidenceAcross | None:
    """What was measured already of the pictures that `evidence_across` explains; None where nothing was.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
    """
    known = kept(_path(run, before, after, method))
    found = {index: known[index] for index in drawn(len(after.examples), count).tolist() if index in known}
    return EvidenceAcross.of(before, after, method, found) if found else None


def evidence_across(
    run: Run, root: Path, before: Predictions, after: Predictions, method: str, count: int
) -> Generator[PhaseProgressed, None, EvidenceAcross]:
    """Explain up to `count` validation pictures for their true classes; what was computed before is read.

    Work that is cut short has explained pictures drawn at random, and goes on from there.

    Args:
        run: its folder keeps the maps, and what is measured of them.
        root: where its pictures lie.
        before: of an epoch whose weights are kept.
        after: of another one, or the same.
        method: a name from `METHODS`.
        count: of pictures.

    Raises:
        EmptyResultError: no picture can be read.
        CheckpointError: the weights of an epoch are not kept.
        AttributionError: no map can be had.
    """
    asked = drawn(len(after.examples), count).tolist()
    path = _path(run, before, after, method)
    known = kept(path)
    missing = [index for index in asked if index not in known]
    step = _AT_ONCE[METHODS[method].explains]
    try:
        for start in range(0, len(missing), step):
            pairs = _pairs(run, root, before, after, method, missing[start : start + step])
            known |= {index: measured(*pair) for index, pair in pairs.items()}
            done = len(asked) - len(missing) + min(start + step, len(missing))
            yield PhaseProgressed(phase="maps", done=done, total=len(asked), unit="examples")
    finally:
        # Where the disk is full, what was measured is shown all the same.
        with suppress(OSError):
            if missing and known:
                keep(path, known)
    found = {index: known[index] for index in asked if index in known}
    if not found:
        raise EmptyResultError("No validation picture can be read, so there is nothing to explain.")
    unreadable = tuple(after.examples[index] for index in asked if index not in known)
    return EvidenceAcross.of(before, after, method, found, unreadable)


def _path(run: Run, before: Predictions, after: Predictions, method: str) -> Path:
    weights = run.weights_sha256(before.source.epoch), run.weights_sha256(after.source.epoch)
    return kept_path(run.folder / "across", method, weights)


def _pairs(
    run: Run, root: Path, before: Predictions, after: Predictions, method: str, indices: Sequence[int]
) -> dict[int, tuple[AttributionMap, AttributionMap]]:
    """Maps before and after of the pictures that can be read."""
    names = [after.examples[index] for index in indices]
    labels = after.labels_N[list(indices)].tolist()
    try:
        old, new = (
            maps_of(run, said.source.epoch, [root / name for name in names], names, method, labels)
            for said in (before, after)
        )
    except UnreadablePictureError:
        if len(indices) == 1:
            return {}
        # One picture that is gone must not take the others with it.
        return {
            key: pair for index in indices for key, pair in _pairs(run, root, before, after, method, [index]).items()
        }
    return dict(zip(indices, zip(old, new, strict=True), strict=True))
