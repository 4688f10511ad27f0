"""What two checkpoints make of a picture that the run has never seen; it stays in memory."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from sftviz.attribution.guard import ONE_AT_A_TIME
from sftviz.attribution.of_run import maps_of_views, preprocessing_of, shared_network
from sftviz.data.decode import decode_bytes
from sftviz.data.limits import MAX_FILE_BYTES, MIB
from sftviz.data.names import shown
from sftviz.data.views import view_of_pixels
from sftviz.embeddings.nearest import Nearest, nearest
from sftviz.errors import AttributionError, UnreadablePictureError
from sftviz.results import AttributionMap, Embedded, Predictions, Source
from sftviz.runs.run import Run
from sftviz.tasks.network_inputs import network_inputs

_UNKNOWN = -1  # the label: nobody has said what the picture shows


@dataclass(frozen=True, eq=False)
class NewPicture:
    """What was found of one picture.

    Attributes:
        view_HW3: what the networks saw of it.
        before, after: predictions of this picture alone; its label is -1, for nobody has said it.
        neighbours: the nearest of the run's training examples at epoch 0; None where their embeddings are not kept.
    """

    view_HW3: NDArray[np.uint8]
    before: Predictions
    after: Predictions
    neighbours: Nearest | None


def look_at(run: Run, before: int, after: int, data: bytes, name: str) -> NewPicture:
    """Predict what a picture shows, and find the training pictures that it resembles.

    Args:
        run: whose networks are asked.
        before: an epoch whose weights are kept.
        after: another one, or the same.
        data: the picture's file.
        name: what it is called; for sentences and titles only.

    Raises:
        UnreadablePictureError: the bytes are no picture that we read, or too many.
        CheckpointError: the weights of an epoch are not kept.
        AttributionError: a network gives no finite numbers.
    """
    if len(data) > MAX_FILE_BYTES:
        size, most = len(data) / MIB, MAX_FILE_BYTES // MIB
        raise UnreadablePictureError(f"The file {shown(name)} has {size:,.0f} MiB; up to {most} MiB are read.")
    view_HW3 = view_of_pixels(decode_bytes(data, name), preprocessing_of(run))
    training = run.embedded_training()
    # Training embeddings are those of epoch 0, and so must the picture's be.
    epochs = {before, after} if training is None else {0, before, after}
    embeddings = {epoch: _embedding(run, epoch, view_HW3) for epoch in epochs}
    return NewPicture(
        view_HW3=view_HW3,
        before=_said(run, before, embeddings[before], name),
        after=_said(run, after, embeddings[after], name),
        neighbours=_neighbours(training, embeddings[0]) if training is not None else None,
    )


def evidence(
    run: Run, found: NewPicture, method: str, target: int, *, against: int | None = None, layer: str | None = None
) -> tuple[AttributionMap, AttributionMap]:
    """Maps of both checkpoints for one class; arguments as of `maps_of`.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        AttributionError: no map can be had.
    """
    old, new = (
        maps_of_views(
            run, said.source.epoch, [found.view_HW3], method, [target], said.examples, against=against, layer=layer
        )[0]
        for said in (found.before, found.after)
    )
    return old, new


def _said(run: Run, epoch: int, embedding_D: torch.Tensor, name: str) -> Predictions:
    network = shared_network(run, epoch)
    with torch.inference_mode():
        logits_1K = network.head(embedding_D[None])
        probabilities_1K = logits_1K.softmax(dim=1).cpu().numpy()
    if not np.isfinite(probabilities_1K).all():
        raise AttributionError(
            f"Epoch {epoch} of run {run.identity!r} gives no finite numbers for this picture; choose an earlier epoch."
        )
    labels_1 = np.array([_UNKNOWN], np.int64)
    return Predictions(Source(run.identity, epoch), run.predictions(epoch).classes, (name,), labels_1, probabilities_1K)


def _embedding(run: Run, epoch: int, view_HW3: NDArray[np.uint8]) -> torch.Tensor:
    network = shared_network(run, epoch)
    inputs_1CHW = network_inputs(lambda view: view, [view_HW3], preprocessing_of(run))
    with ONE_AT_A_TIME, torch.inference_mode():
        embedding: torch.Tensor = network.backbone(inputs_1CHW.to(network.head.weight.device)).float()[0]
    return embedding


def _neighbours(training: Embedded, embedding_D: torch.Tensor) -> Nearest | None:
    if not len(training.examples):
        return None
    return nearest(training.embeddings_ND, embedding_D.cpu().numpy())
