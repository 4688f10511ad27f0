"""The same job with Lightning: a module with a training step, and its trainer."""

import warnings
from typing import Any

import lightning
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, AdamW, Optimizer
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder

from benchmarks.jobs.peer import Clock, asked, build, views
from benchmarks.training_jobs import Question


class Classifier(lightning.LightningModule):
    """The network and how it learns."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self.network: nn.Module = build(question)
        self._clock: Clock

    def training_step(self, batch: tuple[Tensor, Tensor], _index: int) -> Tensor:
        """The loss of a batch."""
        inputs, labels = batch
        return cross_entropy(self.network(inputs), labels)

    def configure_optimizers(self) -> Optimizer:
        """SGD for the head, or AdamW for all."""
        if self._question.learns == "head":
            return SGD(self.network.get_submodule(self._question.head).parameters(), lr=0.001, momentum=0.9)
        return AdamW(self.parameters(), lr=1e-4, weight_decay=0.05)

    def on_train_start(self) -> None:
        """Start the clock."""
        self._clock = Clock(self._question)

    def on_train_batch_end(self, *_: Any) -> None:
        """A step has ended."""
        self._clock.step()

    def on_train_epoch_end(self) -> None:
        """An epoch has ended."""
        self._clock.epoch()

    def on_train_end(self) -> None:
        """Print the times."""
        self._clock.report()


def main(question: Question) -> None:
    """Train."""
    warnings.filterwarnings("ignore", module="lightning")
    pictures = ImageFolder(f"{question.data}/train", views(question))
    loader = DataLoader(
        pictures, question.batch, shuffle=True, num_workers=question.workers, drop_last=question.learns == "all"
    )
    trainer = lightning.Trainer(
        max_epochs=question.epochs,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Classifier(question), loader)


if __name__ == "__main__":
    main(asked())
