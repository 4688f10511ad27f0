"""Forward passes that learn nothing: embeddings and predictions of examples, and how good they are.

Shape legend: N examples, D embedding width, K classes.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sftviz.analysis.targets import measured
from sftviz.durable import replacing
from sftviz.errors import DivergedError
from sftviz.events import PhaseProgressed
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.results import FloatArray, IntArray
from sftviz.tasks.task import BATCH_SIZE, Examples, batches


def embed(
    module: nn.Module, arithmetic: Arithmetic, network: Network, examples: Examples, stored: Tensor | None = None
) -> Generator[PhaseProgressed, None, Tensor]:
    """Embeddings of examples, or of what a frozen part has made of them; yields progress.

    Args:
        module: the backbone, or the rest of it, in evaluation mode.
        arithmetic: how it is computed.
        network: whose device and width count.
        examples: N of them, in their plain view.
        stored: the frozen part's results (N, ...), if the module takes those.

    Returns:
        float32 (N, D), on the CPU.
    """
    total, device = len(examples.names), network.head.weight.device
    embeddings_ND = torch.empty(total, network.head.in_features)
    for indices in batches(total, BATCH_SIZE):
        rows = slice(indices.start, indices.stop)
        inputs = examples.evaluation_batch(indices) if stored is None else stored[rows]
        with torch.no_grad():
            embeddings_ND[rows] = arithmetic(module, inputs.to(device, non_blocking=True)).float().cpu()
        yield PhaseProgressed(phase="features", done=indices.stop, total=total, unit="examples")
    return embeddings_ND


def probabilities(network: Network, embeddings_ND: Tensor) -> FloatArray:
    """Softmax (N, K) of the head's logits."""
    with torch.no_grad():
        logits = network.head(embeddings_ND.to(network.head.weight.device)).float()
        result: FloatArray = logits.softmax(dim=1).cpu().numpy()
    return result


def measure(probabilities_NK: FloatArray, labels_N: IntArray) -> dict[str, float]:
    """Mean negative log-likelihood in nats, and accuracy, macro F1 and balanced accuracy, each in [0, 1].

    Raises:
        DivergedError: the probabilities are not finite.
    """
    if not np.isfinite(probabilities_NK).all():
        raise DivergedError(
            "Training diverged: the predictions are no longer finite numbers. Lower the learning rate; the last good "
            "checkpoint is kept."
        )
    of_truth_N = probabilities_NK[np.arange(len(labels_N)), labels_N].astype(np.float64)
    loss = float(-np.log(of_truth_N.clip(1e-12)).mean())
    predicted_N = probabilities_NK.argmax(axis=1)
    return {"loss": loss, **measured(labels_N, predicted_N, probabilities_NK.shape[1])}


def epoch_file(folder: Path, epoch: int) -> Path:
    """Where a run's folder keeps what was said at the end of an epoch."""
    return folder / "epochs" / f"{epoch:04d}.npz"


def save_epoch(path: Path, probabilities_NK: FloatArray, embeddings_ND: Tensor, **more: FloatArray | IntArray) -> None:
    """Keep what a network said of the validation examples; embeddings in half precision."""
    arrays: dict[str, Any] = {
        "probabilities_NK": probabilities_NK,
        "embeddings_ND": embeddings_ND.half().numpy(),
        **more,
    }
    with replacing(path) as file:
        np.savez(file, **arrays)
