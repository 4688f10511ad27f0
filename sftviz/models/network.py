"""A backbone that embeds and a linear head that classifies, and which of their parts learn.

Shape legend: N examples, D embedding width, K classes.
"""

from collections.abc import Iterator
from typing import Self

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sftviz.config import Learns
from sftviz.errors import ModelError
from sftviz.models.backbone import Blocks
from sftviz.models.splitting import split_backbone


class Network(nn.Module):
    """Logits are `head(backbone(inputs))`: the one shape that training, attribution and embeddings rely on.

    Attributes:
        backbone: inputs to embeddings (N, D).
        head: embeddings to logits (N, K).
        blocks: the backbone's parts from input to output, as groups of parameter-name prefixes.
    """

    def __init__(self, backbone: nn.Module, head: nn.Linear, blocks: Blocks) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.blocks = blocks
        self._num_learning = len(blocks)

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits (N, K)."""
        logits: Tensor = self.head(self.backbone(inputs))
        return logits

    def let_learn(self, learns: Learns) -> None:
        """Choose what learns: the head always, and none, the last few or all blocks of the backbone.

        Raises:
            ModelError: more blocks are asked for than the backbone has.
        """
        total = len(self.blocks)
        num_learning = {"head": 0, "all": total}[learns] if isinstance(learns, str) else learns
        if num_learning > total:
            raise ModelError(f"The last {num_learning} blocks cannot learn: this backbone has {total}.")
        self._num_learning = num_learning
        for index, parameters in enumerate(self.block_parameters()):
            for parameter in parameters:
                parameter.requires_grad_(index >= total - num_learning)
        self.head.requires_grad_(requires_grad=True)
        self.train(self.training)

    def cut(self) -> tuple[nn.Module | None, nn.Module]:
        """What of the backbone is frozen, and what learns: `rest(front(inputs))` are the embeddings.

        Returns:
            Modules that share the backbone's own. The front is None where all learns, or where this backbone cannot be
            cut at that place; the rest is then the whole backbone.
        """
        if self._num_learning == 0:
            return self.backbone, nn.Identity()
        if self._num_learning == len(self.blocks):
            return None, self.backbone
        try:
            return split_backbone(self.backbone, self.blocks, self._num_learning)
        except ModelError:
            return None, self.backbone

    def block_parameters(self) -> Iterator[list[nn.Parameter]]:
        """The parameters of each block, from input to output."""
        named = dict(self.backbone.named_parameters())
        for prefixes in self.blocks:
            yield [parameter for name, parameter in named.items() if _starts_with(name, prefixes)]

    def block_of(self, name: str) -> int | None:
        """Which block a parameter or buffer of the backbone belongs to, by its name; None for none of them."""
        return next((index for index, prefixes in enumerate(self.blocks) if _starts_with(name, prefixes)), None)

    def train(self, mode: bool = True) -> Self:  # noqa: FBT001, FBT002 - torch's own signature
        """Set the mode of the parts that learn; frozen parts and every batch-norm stay in evaluation mode.

        Batch statistics of a few dozen pictures are noise: in training mode even frozen weights drift.
        """
        super().train(mode)
        frozen = self.blocks[: len(self.blocks) - self._num_learning]
        if self._num_learning == 0:
            self.backbone.eval()
        for name, module in self.backbone.named_modules():
            if isinstance(module, _BatchNorm) or any(_starts_with(name, prefixes) for prefixes in frozen):
                module.eval()
        return self


def _starts_with(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)
