"""Maps of many pictures in the background. Torch loads in its thread alone."""

from collections.abc import Generator
from pathlib import Path

from sftviz.attribution.across import EvidenceAcross
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.results import Predictions
from sftviz.runs.run import Run


def explain_many(
    run: Run, root: Path, before: Predictions, after: Predictions, count: int
) -> BackgroundWork[EvidenceAcross]:
    """Explain up to `count` validation pictures; the run keeps each map, so that work cut short goes on from there.

    Args:
        run: whose pictures they are.
        root: where they lie.
        before: of an epoch whose weights are kept.
        after: of another one, or the same.
        count: of pictures.
    """

    def begin() -> Generator[Event, None, EvidenceAcross]:
        from sftviz.attribution.across_of_run import evidence_across

        return (yield from evidence_across(run, root, before, after, count))

    return BackgroundWork(begin)
