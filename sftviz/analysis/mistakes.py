"""The examples that a checkpoint gets wrong, and those that fine-tuning made right or wrong."""

import numpy as np
from numpy.typing import NDArray

from sftviz.analysis.evidence import require_examples, require_pair
from sftviz.analysis.significance import exact_mcnemar
from sftviz.results import Flips, IntArray, Predictions


def worst_mistakes(predictions: Predictions, limit: int) -> IntArray:
    """Indices of at most `limit` wrong predictions, those of the largest loss first.

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    wrong = np.flatnonzero(~predictions.is_right_N)
    order = np.argsort(predictions.of_truth_N[wrong], kind="stable")
    return wrong[order][:limit].astype(np.int64)


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


def _largest_first(is_member_N: NDArray[np.bool_], change_N: NDArray[np.floating]) -> IntArray:
    members = np.flatnonzero(is_member_N)
    return members[np.argsort(-change_N[members], kind="stable")].astype(np.int64)
