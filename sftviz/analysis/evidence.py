"""What there must be before anything is computed."""

import numpy as np

from sftviz.errors import EmptyResultError
from sftviz.results import Embedded, Predictions


def require_examples(predictions: Predictions) -> None:
    """Refuse predictions of nothing.

    Raises:
        EmptyResultError: there is no example.
    """
    if not predictions.examples:
        raise EmptyResultError(
            f"Epoch {predictions.source.epoch} of run {predictions.source.run!r} has no validation examples; "
            "use a data set that leaves some for validation."
        )


def require_pair(before: Predictions, after: Predictions) -> None:
    """Refuse to compare what two checkpoints say of different examples.

    Raises:
        EmptyResultError: there is no example, or the examples or classes are not the same in the same order.
    """
    require_examples(before)
    if before.examples != after.examples or before.classes != after.classes:
        raise EmptyResultError(
            f"Epoch {before.source.epoch} of run {before.source.run!r} and epoch {after.source.epoch} of run "
            f"{after.source.run!r} have no common list of validation examples and classes; compare runs of one split."
        )


def require_numbers(predictions: Predictions) -> None:
    """Refuse predictions of nothing, and probabilities that are not numbers.

    Raises:
        EmptyResultError: there is no example, or a probability is not a finite number.
    """
    require_examples(predictions)
    if not np.isfinite(predictions.probabilities_NK).all():
        raise EmptyResultError(
            f"Epoch {predictions.source.epoch} of run {predictions.source.run!r} gave probabilities that are not "
            "numbers, so it cannot be measured; choose another epoch."
        )


def require_finite(embedded: Embedded) -> None:
    """Refuse embeddings that are not numbers.

    Raises:
        EmptyResultError: one of them is not finite.
    """
    if not np.isfinite(embedded.embeddings_ND).all():
        raise EmptyResultError(
            f"The embeddings of epoch {embedded.source.epoch} of run {embedded.source.run!r} hold NaN or infinity; "
            "choose another epoch."
        )
