"""One step of the optimizer: forward, objective, backward, update; in parts where memory is short."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import Optimizer

from sftviz.config import Recipe
from sftviz.errors import DivergedError
from sftviz.models.network import Network
from sftviz.seeding import seeded
from sftviz.training.optimization import gradient_norm


@dataclass(frozen=True)
class StepResult:
    """What one step saw before it moved the weights.

    Attributes:
        loss: mean negative log-likelihood of the batch in nats, without label smoothing.
        num_right: examples whose likeliest class was the true one.
    """

    loss: float
    num_right: int


class Learner:
    """Moves the weights of what learns.

    Args:
        recipe: objective and batch size.
        network: whose learning parameters the optimizer holds.
        optimizer: of the current stage.
        forward: from inputs, as the stage provides them, to logits (N, K).
        seed: of the run.
        most_at_once: examples that fit into memory together; 0 as long as all are thought to.
    """

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        optimizer: Optimizer,
        forward: Callable[[Tensor], Tensor],
        *,
        seed: int,
        most_at_once: int,
    ) -> None:
        self.most_at_once = most_at_once
        self._recipe, self._seed = recipe, seed
        self._network, self._optimizer, self._forward = network, optimizer, forward

    def step(self, inputs: Tensor, labels_N: Tensor, *, epoch: int, step: int) -> StepResult:
        """Take one step on a batch.

        Args:
            inputs: of N examples.
            labels_N: int64.
            epoch: counted from 1.
            step: within the epoch, counted from 0.

        Raises:
            DivergedError: the loss or a gradient is not finite; the weights are as they were.
            MemoryError, RuntimeError: not even one example fits into memory.
        """
        result = self._gradients(inputs, labels_N, epoch, step)
        self._optimizer.step()
        return result

    def _gradients(self, inputs: Tensor, labels_N: Tensor, epoch: int, step: int) -> StepResult:
        while True:
            try:
                return self._accumulate(inputs, labels_N, epoch, step)
            except (MemoryError, RuntimeError) as error:
                at_once = min(self.most_at_once or len(inputs), len(inputs))
                if not is_out_of_memory(error) or at_once == 1:
                    raise
                self.most_at_once = (at_once + 1) // 2
            # Outside the handler: the error holds the frames that hold the memory.
            torch.accelerator.empty_cache()

    def _accumulate(self, inputs: Tensor, labels_N: Tensor, epoch: int, step: int) -> StepResult:
        self._optimizer.zero_grad()
        loss, num_right = torch.zeros((), device=labels_N.device), torch.zeros((), device=labels_N.device)
        for number, part in enumerate(self._parts(len(inputs))):
            with seeded(self._seed, "dropout", epoch, step, number):
                logits_NK = self._forward(inputs[part]).float()
            share = len(logits_NK) / len(inputs)
            objective = functional.cross_entropy(
                logits_NK, labels_N[part], label_smoothing=self._recipe.label_smoothing
            )
            torch.autograd.backward(objective * share)
            logits_NK = logits_NK.detach()
            loss += functional.cross_entropy(logits_NK, labels_N[part]) * share
            num_right += (logits_NK.argmax(dim=1) == labels_N[part]).sum()
        return self._finite_result(loss, num_right, epoch, step)

    def _parts(self, count: int) -> Iterator[slice]:
        size = self.most_at_once or count
        for start in range(0, count, size):
            yield slice(start, start + size)

    def _finite_result(self, loss: Tensor, num_right: Tensor, epoch: int, step: int) -> StepResult:
        # One transfer from the device for all three.
        values = torch.stack([loss, gradient_norm(self._network), num_right.float()])
        if not torch.isfinite(values).all():
            name, value = ("loss", values[0]) if not torch.isfinite(values[0]) else ("gradient", values[1])
            raise DivergedError(
                f"Training diverged: the {name} became {value.item()} at epoch {epoch}, step {step + 1}. "
                "Lower the learning rate; the last good checkpoint is kept."
            )
        found, _, right = values.tolist()
        return StepResult(found, round(right))


def is_out_of_memory(error: Exception) -> bool:
    """Whether an allocation failed, on the accelerator or in the machine's own memory."""
    # Torch's allocator for the CPU has no exception of its own.
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error)
