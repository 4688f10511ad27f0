"""What one joint map shows: some epochs of a run, of validation examples alone or with those that it learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sftviz.embeddings.of_run import training_embedded
from sftviz.errors import EmptyResultError
from sftviz.results import Embedded, Predictions
from sftviz.runs.run import Run

_KEPT = 4


@dataclass(frozen=True)
class Mapped:
    """Epochs and sides of a run.

    Attributes:
        run: whose they are.
        epochs: from before to after.
        has_training: whether the training examples come after the validation examples, whose indices stay the same.
    """

    run: Run
    epochs: tuple[int, ...]
    has_training: bool = False

    def said(self) -> list[Predictions]:
        """What each epoch says of all examples; while nothing changes, the same objects at every call.

        Raises:
            EmptyResultError: training examples are wanted that have not been embedded.
            RunError: one of the epochs has not been evaluated, or its file is damaged.
        """
        if self.has_training:
            return [*self.embedded()]
        return [self.run.predictions(epoch) for epoch in self.epochs]

    def embedded(self) -> list[Embedded]:
        """The same with the embeddings; errors as of `said`."""
        if self.has_training:
            return [_with_training(self.run, epoch) for epoch in self.epochs]
        return [self.run.embedded(epoch) for epoch in self.epochs]

    def fingerprint(self) -> list[object]:
        """Stands for the embeddings; errors as of `said`, and CheckpointError where weights are gone."""
        states: list[object] = [self.run.fingerprint(epoch, "embeddings_ND") for epoch in self.epochs]
        return states + [self.run.weights_sha256(epoch) for epoch in self.epochs] if self.has_training else states

    def is_training_N(self) -> NDArray[np.bool_]:
        """Which of the examples were learned from; errors as of `said`."""
        num_validation = len(self.run.predictions(self.epochs[0]).examples)
        return np.arange(len(self.said()[0].examples)) >= num_validation


def embedded_epochs(run: Run, epochs: Sequence[int]) -> tuple[int, ...]:
    """Those of some epochs whose training examples have been embedded.

    Raises:
        RunError: epoch 0 has not been evaluated, or its file is damaged.
    """
    return tuple(epoch for epoch in epochs if training_embedded(run, epoch) is not None)


def _with_training(run: Run, epoch: int) -> Embedded:
    training = training_embedded(run, epoch)
    if training is None:
        raise EmptyResultError(
            f"The training examples of epoch {epoch} have not been embedded; embed them, or show validation alone."
        )
    return _joined(run, epoch, run.fingerprint(epoch), training)


@lru_cache(maxsize=_KEPT)
def _joined(run: Run, epoch: int, _fingerprint: int, training: Embedded) -> Embedded:
    validation = run.embedded(epoch)
    return Embedded(
        source=validation.source,
        classes=validation.classes,
        examples=validation.examples + training.examples,
        labels_N=np.concatenate([validation.labels_N, training.labels_N]),
        probabilities_NK=np.concatenate([validation.probabilities_NK, training.probabilities_NK]),
        embeddings_ND=np.concatenate([validation.embeddings_ND, training.embeddings_ND]),
    )
