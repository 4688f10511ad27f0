"""Maps of many pictures, and what is measured of maps, in the background. Torch loads in its thread alone."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.trust import Trust
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run


def explain_many(
    run: Run, root: Path, before: Predictions, after: Predictions, method: str, count: int
) -> BackgroundWork[EvidenceAcross]:
    """Explain up to `count` validation pictures; the run keeps each map, so that work cut short goes on from there.

    Args:
        run: whose pictures they are.
        root: where they lie.
        before: of an epoch whose weights are kept.
        after: of another one, or the same.
        method: a name from `METHODS`.
        count: of pictures.
    """

    def begin() -> Generator[Event, None, EvidenceAcross]:
        from sftviz.attribution.across_of_run import evidence_across

        return (yield from evidence_across(run, root, before, after, method, count))

    return BackgroundWork(begin)


def measure_trust(run: Run, picture: Path, maps: Sequence[AttributionMap]) -> BackgroundWork[list[Trust]]:
    """Measure how far each of some maps of one picture may be trusted; the run keeps what was measured.

    Args:
        run: whose maps they are.
        picture: where the picture lies.
        maps: of any epochs, classes and methods.
    """

    def begin() -> Generator[Event, None, list[Trust]]:
        from sftviz.attribution.trust_of_run import trust_of

        measured = []
        for each in maps:
            asked = (each.source.epoch, picture, each.example, each.method, each.target)
            measured.append((yield from trust_of(run, *asked, against=each.against)))
        return measured

    return BackgroundWork(begin)
