"""The head of an epoch, from its checkpoint."""

from sftviz.embeddings.collapse import Head
from sftviz.errors import CheckpointError
from sftviz.runs.run import Run


def head_of(run: Run, epoch: int) -> Head | None:
    """Weight and bias of the head, or None where the weights of the epoch are not kept."""
    from sftviz.training.checkpoints import Checkpoints

    try:
        weights = Checkpoints(run.folder / "checkpoints").at_epoch(epoch).weights()
    except CheckpointError:
        return None
    return Head(weights["head.weight"].numpy(), weights["head.bias"].numpy())
