"""What a stage learns from: examples as they come, or what the frozen part has made of them once."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from sftviz.config import Stage
from sftviz.errors import CacheFullError
from sftviz.events import CacheRefused, Event, PhaseProgressed
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.tasks.task import Task
from sftviz.training.evaluate import embed
from sftviz.training.frozen import PLAIN_VIEW, frozen_outputs

_PLAIN = range(PLAIN_VIEW, PLAIN_VIEW + 1)


class StageInputs:
    """The inputs of the part that learns, and that part.

    Whether the frozen part's results are read from disk or computed again in every step makes no difference to what is
    learned, not even in the last bit. As long as `prepare` was not called, it is computed again.
    """

    def __init__(self, stage: Stage, task: Task, network: Network, arithmetic: Arithmetic) -> None:
        self._task, self._network, self._arithmetic = task, network, arithmetic
        self._front, self._rest = network.cut()
        self._is_frozen_in_part = stage.learns != "all"
        self._views = range(1, stage.views + 1) if stage.views > 1 and task.train.is_varied else _PLAIN
        self._train: Tensor | None = None
        self._validation: Tensor | None = None

    def prepare(self) -> Generator[Event, None, None]:
        """Compute once what can be; where the disk has no room for it, say so and go on without."""
        if self._front is None:
            return
        train, validation = self._task.train, self._task.validation
        done = len(self._views) * len(train.names)
        total = done + len(validation.names)
        front, arithmetic, caches = self._front, self._arithmetic, self._task.caches
        self._network.eval()
        try:
            found = yield from frozen_outputs(front, arithmetic, train, self._views, caches, total=total)
            checked = yield from frozen_outputs(front, arithmetic, validation, _PLAIN, caches, done=done, total=total)
        except CacheFullError as error:
            yield CacheRefused(message=str(error))
        else:
            self._train, self._validation = found, checked[0]

    def logits(self, inputs: Tensor) -> Tensor:
        """Logits (N, K) of inputs as `train_batches` gives them."""
        logits: Tensor = self._network.head(self._arithmetic(self._rest, inputs).float())
        return logits

    def train_batches(self, order: list[Tensor], epoch: int) -> Iterator[Tensor]:
        """Inputs of batches of examples, each made ready while the one before it is learned from."""
        view = self._view(epoch)
        is_pinned = self._network.head.weight.is_cuda

        def batch(indices: Tensor) -> Tensor:
            inputs = self._train_batch(indices, view)
            return inputs.pin_memory() if is_pinned else inputs

        with ThreadPoolExecutor(1, thread_name_prefix="sftviz-inputs") as ahead:
            waiting = deque(ahead.submit(batch, indices) for indices in order[:1])
            for place in range(len(order)):
                inputs = waiting.popleft().result()
                waiting.extend(ahead.submit(batch, indices) for indices in order[place + 1 : place + 2])
                yield self._past_front(inputs)

    def validation_embeddings(self) -> Generator[PhaseProgressed, None, Tensor]:
        """Embeddings float32 (N, D) of the validation examples, on the CPU."""
        self._network.eval()
        module = self._network.backbone if self._validation is None else self._rest
        return (yield from embed(module, self._arithmetic, self._network, self._task.validation, self._validation))

    def _past_front(self, inputs: Tensor) -> Tensor:
        if self._front is None or self._train is not None:
            return inputs
        with torch.no_grad():
            return self._arithmetic(self._front, inputs.to(self._network.head.weight.device, non_blocking=True))

    def _view(self, epoch: int) -> int:
        return self._views[(epoch - 1) % len(self._views)] if self._is_frozen_in_part else epoch

    def _train_batch(self, indices: Tensor, view: int) -> Tensor:
        if self._train is not None:
            return self._train[self._views.index(view), indices]
        if view == PLAIN_VIEW:
            return self._task.train.evaluation_batch(indices.tolist())
        return self._task.train.training_batch(indices.tolist(), view)
