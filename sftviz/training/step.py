"""One step of the optimizer: forward, objective, backward, update; in parts where memory is short."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import Optimizer

from sftviz.config import Recipe
from sftviz.errors import DivergedError
from sftviz.memory import is_out_of_memory
from sftviz.models.network import Network
from sftviz.seeding import seeded
from sftviz.training.averaging import AveragedWeights
from sftviz.training.mixing import mixed
from sftviz.training.objective import Objective, one_hot
from sftviz.training.optimization import gradient_norm
from sftviz.training.start_pull import PullToStart

_PLAIN = Objective()


@dataclass(frozen=True)
class StepResult:
    """What one step saw before it moved the weights.

    Attributes:
        loss: mean negative log-likelihood of the batch in nats, without label smoothing and class weights.
        num_right: examples whose likeliest class was the true one; of a blend, the stronger one.
    """

    loss: float
    num_right: int


class Learner:
    """Moves the weights of what learns.

    Args:
        recipe: how examples are blended, how many pass at once, and how far gradients may reach.
        network: whose learning parameters the optimizer holds.
        optimizer: of the current stage.
        forward: from inputs, as the stage provides them, to logits (N, K).
        objective: what is lowered.
        averaged: follows the weights, if the recipe asks for it.
        pull: draws them back, if the recipe asks for it.
        seed: of the run.
        most_at_once: examples that fit into memory together; 0 as long as all are thought to.
    """

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        optimizer: Optimizer,
        forward: Callable[[Tensor], Tensor],
        objective: Objective,
        *,
        seed: int,
        most_at_once: int,
        averaged: AveragedWeights | None = None,
        pull: PullToStart | None = None,
    ) -> None:
        self.most_at_once = most_at_once
        self._recipe, self._objective, self._seed = recipe, objective, seed
        self._network, self._optimizer, self._forward = network, optimizer, forward
        self._averaged, self._pull = averaged, pull

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
        targets_NK = one_hot(labels_N, self._network.head.out_features)
        if self._recipe.mix != "none":
            kind, alpha = self._recipe.mix, self._recipe.mix_alpha
            inputs, targets_NK = mixed(inputs, targets_NK, kind, alpha, seed=self._seed, epoch=epoch, step=step)
        result = self._gradients(inputs, targets_NK, epoch, step)
        self._optimizer.step()
        if self._averaged:
            self._averaged.update()
        return result

    def _gradients(self, inputs: Tensor, targets_NK: Tensor, epoch: int, step: int) -> StepResult:
        while True:
            try:
                return self._accumulate(inputs, targets_NK, epoch, step)
            except (MemoryError, RuntimeError) as error:
                at_once = min(self.most_at_once or self._recipe.batch_size, len(inputs))
                if not is_out_of_memory(error) or at_once == 1:
                    raise
                self.most_at_once = (at_once + 1) // 2
            # Outside the handler: the error holds the frames that hold the memory.
            torch.accelerator.empty_cache()

    def _accumulate(self, inputs: Tensor, targets_NK: Tensor, epoch: int, step: int) -> StepResult:
        self._optimizer.zero_grad()
        weight = self._objective.weight(targets_NK)
        loss, num_right = torch.zeros((), device=inputs.device), torch.zeros((), device=inputs.device)
        for number, part in enumerate(self._parts(len(inputs))):
            with seeded(self._seed, "dropout", epoch, step, number):
                logits_NK = self._forward(inputs[part]).float()
            torch.autograd.backward(self._objective.total(logits_NK, targets_NK[part]) / weight)
            logits_NK = logits_NK.detach()
            loss += _PLAIN.total(logits_NK, targets_NK[part]) / len(inputs)
            num_right += (logits_NK.argmax(dim=1) == targets_NK[part].argmax(dim=1)).sum()
        if self._pull:
            self._pull.add_gradients()
        return self._finite_result(loss, num_right, epoch, step)

    def _parts(self, count: int) -> Iterator[slice]:
        size = self.most_at_once or self._recipe.batch_size
        for start in range(0, count, size):
            yield slice(start, start + size)

    def _finite_result(self, loss: Tensor, num_right: Tensor, epoch: int, step: int) -> StepResult:
        norm = gradient_norm(self._network)
        # One transfer from the device for all three.
        values = torch.stack([loss, norm, num_right.float()])
        if not torch.isfinite(values).all():
            name, value = ("loss", values[0]) if not torch.isfinite(values[0]) else ("gradient", values[1])
            raise DivergedError(
                f"Training diverged: the {name} became {value.item()} at epoch {epoch}, step {step + 1}. "
                "Lower the learning rate; the last good checkpoint is kept."
            )
        if self._recipe.clip_norm:
            torch.nn.utils.clip_grads_with_norm_(self._network.parameters(), self._recipe.clip_norm, norm)
        found, _, right = values.tolist()
        return StepResult(found, round(right))
