"""The examples that fine-tuning made right or wrong, and where their predictions went."""

import numpy as np
from numpy.typing import NDArray

from sftviz.analysis.evidence import require_pair
from sftviz.analysis.significance import exact_mcnemar
from sftviz.results import Flips, Flow, IntArray, Outcome, Predictions, Stream


def flips(before: Predictions, after: Predictions) -> Flips:
    """Which predictions fine-tuning fixed and which it broke; accuracy changes by (fixed − broken) / N exactly.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; the exact
    form is a two-sided binomial test of the flips.

    Raises:
        EmptyResultError: there is no example, or the examples or classes differ.
    """
    require_pair(before, after)
    was_right, is_right = before.is_right_N, after.is_right_N
    change_N = np.abs(after.of_truth_N - before.of_truth_N)
    fixed = _largest_first(~was_right & is_right, change_N)
    broken = _largest_first(was_right & ~is_right, change_N)
    return Flips(
        before=before.source,
        after=after.source,
        fixed=fixed,
        broken=broken,
        still_right=_largest_first(was_right & is_right, change_N),
        still_wrong=_largest_first(~was_right & ~is_right, change_N),
        p_value=exact_mcnemar(len(fixed), len(broken)),
    )


def flow(before: Predictions, after: Predictions) -> Flow:
    """Count the changed predictions by the class before, the class after and what that made of them.

    Raises:
        EmptyResultError: there is no example, or the examples or classes differ.
    """
    require_pair(before, after)
    outcomes: tuple[Outcome, ...] = ("fixed", "broken", "wrong")
    outcome_N = np.select([after.is_right_N, before.is_right_N], [0, 1], default=2)
    moves_N3 = np.column_stack([before.predicted_N, after.predicted_N, outcome_N])
    kinds, counts = np.unique(moves_N3[moves_N3[:, 0] != moves_N3[:, 1]], axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    streams = zip(kinds[order].tolist(), counts[order].tolist(), strict=True)
    moved = tuple(Stream(old, new, outcomes[outcome], count) for (old, new, outcome), count in streams)
    return Flow(before.source, after.source, after.classes, moved)


def _largest_first(is_member_N: NDArray[np.bool_], change_N: NDArray[np.floating]) -> IntArray:
    members = np.flatnonzero(is_member_N)
    return members[np.argsort(-change_N[members], kind="stable")].astype(np.int64)
