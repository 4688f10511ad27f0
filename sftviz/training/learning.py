"""What learns in one stage and what moves it: to be stepped, shown, saved and taken up again."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from sftviz.config import Recipe, Stage
from sftviz.models.adapters import adapt, merge, merged_weights
from sftviz.models.network import Network
from sftviz.results import IntArray
from sftviz.training.averaging import AveragedWeights, limited_decay
from sftviz.training.objective import make_objective
from sftviz.training.optimization import make_optimizer, optimizer_state, restore_optimizer
from sftviz.training.start_pull import PullToStart
from sftviz.training.step import Learner

_OPTIMIZER, _OWN, _AVERAGE = "optimizer.", "own.", "average."


class StageLearning:
    """A stage's optimizer, adapters, averages and pull around one network, which begins with the shown weights.

    Args:
        recipe: all that it asks for.
        stage: one of its stages.
        network: of the plain architecture; changed in place.
        forward: from inputs, as the stage provides them, to logits (N, K).
        labels_N: of the training examples.
        seed: of the run.
        most_at_once: examples that fit into memory together; 0 as long as all are thought to.
        pretrained: weights that a pull goes to, by parameter name.
    """

    def __init__(
        self,
        recipe: Recipe,
        stage: Stage,
        network: Network,
        forward: Callable[[Tensor], Tensor],
        labels_N: IntArray,
        *,
        seed: int,
        most_at_once: int,
        pretrained: Mapping[str, Tensor],
    ) -> None:
        network.let_learn(stage.learns)
        if recipe.adapter_rank and stage.learns != "head":
            adapt(network, recipe.adapter_rank, seed=seed)
        decay = limited_decay(recipe.averaging, stage.epochs * steps_per_epoch(recipe, len(labels_N)))
        self._network = network
        self._averaged = AveragedWeights(network, decay) if decay else None
        self.optimizer = make_optimizer(recipe, stage, network)
        self.learner = Learner(
            recipe,
            network,
            self.optimizer,
            forward,
            make_objective(recipe, labels_N, network.head.out_features),
            seed=seed,
            most_at_once=most_at_once,
            averaged=self._averaged,
            pull=PullToStart(network, pretrained, recipe.pull_to_start) if recipe.pull_to_start else None,
        )

    @property
    def num_parameters(self) -> int:
        """How many numbers learn."""
        return sum(parameter.numel() for parameter in self._network.parameters() if parameter.requires_grad)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Lend the network the weights that are evaluated and kept: averaged, if the recipe asks for it."""
        if self._averaged is None:
            yield
        else:
            with self._averaged.shown():
                yield

    def shown_weights(self) -> dict[str, Tensor]:
        """These weights as a state dict of the plain architecture, adapters merged."""
        with self.shown():
            return merged_weights(self._network)

    def state(self, shown: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The optimizer's memory, and those weights and averages that the shown weights do not tell."""
        averages = self._averaged.tensors() if self._averaged else {}
        return (
            _named(_OPTIMIZER, optimizer_state(self.optimizer))
            | _named(_OWN, _unlike(shown, self._network.state_dict()))
            | _named(_AVERAGE, _unlike(shown, averages))
        )

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave, in a network that was made with the weights shown then."""
        if self._averaged:
            self._averaged.load(_under(_AVERAGE, state))
        self._network.load_state_dict(_under(_OWN, state), strict=False)
        restore_optimizer(self.optimizer, _under(_OPTIMIZER, state))

    def settle(self) -> None:
        """End the stage: the shown weights become the network's own, in the plain architecture."""
        if self._averaged:
            self._averaged.adopt()
        merge(self._network)


def own_weights(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Of what `StageLearning.state` gave: the weights that learned, where they are not those shown."""
    return _under(_OWN, state)


def steps_per_epoch(recipe: Recipe, num_examples: int) -> int:
    """Steps of the optimizer in an epoch."""
    return math.ceil(num_examples / (recipe.batch_size * recipe.accumulate))


def _unlike(shown: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: each for name, each in tensors.items() if name not in shown or not torch.equal(each, shown[name])}


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
