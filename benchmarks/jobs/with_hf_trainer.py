"""The same job with the Hugging Face Trainer: a model that returns its loss, and training arguments."""

import tempfile
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import ConstantLR
from torchvision.datasets import ImageFolder
from transformers import Trainer, TrainerCallback, TrainingArguments

from benchmarks.jobs.peer import Clock, asked, build, views
from benchmarks.training_jobs import Question


class Classifier(nn.Module):
    """The network in the shape that the trainer expects."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """The loss and logits of a batch."""
        logits = self.network(pixel_values)
        return {"loss": cross_entropy(logits, labels), "logits": logits}


class Marks(TrainerCallback):
    """Tells the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """A step has ended."""
        self._clock.step()

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        """An epoch has ended."""
        self._clock.epoch()


def collate(examples: list[tuple[Tensor, int]]) -> dict[str, Tensor]:
    """A batch under the names of the model's arguments."""
    inputs, labels = zip(*examples, strict=True)
    return {"pixel_values": torch.stack(inputs), "labels": torch.tensor(labels)}


def main(question: Question) -> None:
    """Train, and print the times."""
    network = build(question)
    if question.learns == "head":
        optimizer = SGD(network.get_submodule(question.head).parameters(), lr=0.001, momentum=0.9)
    else:
        optimizer = AdamW(network.parameters(), lr=1e-4, weight_decay=0.05)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            per_device_train_batch_size=question.batch,
            num_train_epochs=question.epochs,
            dataloader_num_workers=question.workers,
            dataloader_drop_last=question.learns == "all",
            max_grad_norm=0.0,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        clock = Clock(question)
        trainer = Trainer(
            Classifier(network),
            arguments,
            data_collator=collate,
            train_dataset=ImageFolder(f"{question.data}/train", views(question)),
            optimizers=(optimizer, ConstantLR(optimizer, factor=1.0)),
            callbacks=[Marks(clock)],
        )
        trainer.train()
    clock.report()


if __name__ == "__main__":
    main(asked())
