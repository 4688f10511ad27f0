"""Examples whose given label more than one sign speaks against.

Shape legend: N examples, S suspects, J signs, D embedding width, Q queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sftviz.analysis.dynamics import margin
from sftviz.analysis.label_errors import UNSURE, ConfidentLabels, confident_labels
from sftviz.embeddings.neighbours import label_disagreement
from sftviz.results import Embedded, IntArray, Predictions

SIGNS = ("prediction", "margin", "neighbours")
_LEAST_SIGNS = 2


@dataclass(frozen=True, eq=False)
class Suspects:
    """The examples with at least two signs against their label, the least probable label first.

    Attributes:
        said: what a model that never saw these labels says.
        labels: the first sign, in detail.
        indices_S: the suspects among the examples of `said`.
        instead_S: the class that is said instead.
        has_sign_SJ: which of `SIGNS` each has.
    """

    said: Predictions
    labels: ConfidentLabels
    indices_S: IntArray
    instead_S: IntArray
    has_sign_SJ: NDArray[np.bool_]


def suspects(said: Predictions, later: Iterable[Predictions], pool: Sequence[Embedded]) -> Suspects:
    """Doubt a label where two of three signs agree.

    The signs: the model is confident of another class (confident learning); another class is the more probable one in
    the mean of the later epochs (a negative area under the margin); most of the nearest neighbours have other labels.
    Epoch 0 is left out of the margin, so that the first two signs rest on different predictions.

    Source: Northcutt et al. 2021, "Confident Learning"; Pleiss et al. 2020, "Identifying Mislabeled Data using the
    Area Under the Margin Ranking" (whose threshold needs a class of wrong labels; 0 needs none).

    Args:
        said: of examples that the model did not learn from: out of fold, or held out.
        later: of the same examples by later epochs, which did not learn from them either; none for training examples.
        pool: all examples whose embeddings are known. Where those of `said` are not among them, the third sign is
            missing.

    Raises:
        EmptyResultError: there is no example.
    """
    labels = confident_labels(said)
    has_sign_NJ = np.zeros((len(said.examples), len(SIGNS)), np.bool_)
    has_sign_NJ[:, 0] = (labels.confident_N != UNSURE) & (labels.confident_N != said.labels_N)
    margins = [margin(each) for each in later]
    if margins:
        has_sign_NJ[:, 1] = np.mean(margins, axis=0) < 0
    # Only where there is another sign can the neighbours decide.
    doubted = np.flatnonzero(has_sign_NJ.any(axis=1))
    has_sign_NJ[doubted, 2] = _has_other_neighbours(said, doubted, pool)
    found = np.flatnonzero(has_sign_NJ.sum(axis=1) >= _LEAST_SIGNS)
    indices_S = found[np.argsort(said.of_truth_N[found], kind="stable")].astype(np.int64)
    most_probable = _most_probable_other(said, indices_S)
    instead_S = np.where(has_sign_NJ[indices_S, 0], labels.confident_N[indices_S], most_probable)
    return Suspects(said, labels, indices_S, instead_S.astype(np.int64), has_sign_NJ[indices_S])


def suspects_table(found: Suspects, side: str) -> pd.DataFrame:
    """One row a suspect: its file, the given label, what is said instead, and the signs.

    Args:
        found: the suspects.
        side: what the examples are: "training" or "validation".
    """
    said, rows = found.said, np.arange(len(found.indices_S))
    classes = np.array(said.classes, dtype=object)
    probabilities_SK = said.probabilities_NK[found.indices_S]
    given_S = said.labels_N[found.indices_S]
    signs = [[sign for sign, has in zip(SIGNS, row, strict=True) if has] for row in found.has_sign_SJ]
    return pd.DataFrame(
        {
            "file": [said.examples[index] for index in found.indices_S],
            "set": side,
            "given": classes[given_S],
            "said": classes[found.instead_S],
            "probability of given": probabilities_SK[rows, given_S],
            "probability of said": probabilities_SK[rows, found.instead_S],
            "signs": [", ".join(names) for names in signs],
        }
    )


def _has_other_neighbours(said: Predictions, queries_Q: IntArray, pool: Sequence[Embedded]) -> NDArray[np.bool_]:
    place = {name: index for index, name in enumerate(name for side in pool for name in side.examples)}
    if not len(queries_Q) or not all(name in place for name in said.examples):
        return np.zeros(len(queries_Q), np.bool_)
    embeddings_ND = np.concatenate([side.embeddings_ND for side in pool])
    labels_N = np.concatenate([side.labels_N for side in pool])
    rows_Q = np.array([place[said.examples[index]] for index in queries_Q], dtype=np.int64)
    has_other: NDArray[np.bool_] = label_disagreement(embeddings_ND, labels_N, rows_Q) > 0.5
    return has_other


def _most_probable_other(said: Predictions, indices_S: IntArray) -> IntArray:
    others_SK = said.probabilities_NK[indices_S].copy()
    others_SK[np.arange(len(indices_S)), said.labels_N[indices_S]] = -1
    most_probable_S: IntArray = others_SK.argmax(axis=1).astype(np.int64)
    return most_probable_S
