"""The same job with fastai: its data loaders, its learner, batch-norm frozen with the body."""

from functools import partial

from fastai.vision import all as vision
from torch import nn
from torch.optim import SGD, AdamW

from benchmarks.jobs.peer import Clock, asked, build
from benchmarks.training_jobs import Question


class Marks(vision.Callback):
    """Tells the clock; leaves validation out, as the others do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def after_batch(self) -> None:
        """A step has ended."""
        self._clock.step()

    def after_train(self) -> None:
        """An epoch has ended."""
        self._clock.epoch()

    def before_validate(self) -> None:
        """Skip it."""
        raise vision.CancelValidException


def main(question: Question) -> None:
    """Train, and print the times."""
    is_frozen = question.learns == "head"
    loaders = vision.ImageDataLoaders.from_folder(
        question.data,
        valid="val",
        bs=question.batch,
        num_workers=question.workers,
        item_tfms=[vision.Resize(256), vision.CropPad(224)] if is_frozen else vision.RandomResizedCrop(224),
        batch_tfms=[vision.Normalize.from_stats(*vision.imagenet_stats)]
        if is_frozen
        else [vision.Flip(), vision.Normalize.from_stats(*vision.imagenet_stats)],
        drop_last=not is_frozen,
    )
    optimizer = partial(SGD, momentum=0.9) if is_frozen else partial(AdamW, weight_decay=0.05)
    learner = vision.Learner(
        loaders,
        build(question),
        loss_func=vision.CrossEntropyLossFlat(),
        opt_func=partial(vision.OptimWrapper, opt=optimizer),
        splitter=partial(split, question),
        lr=0.001 if is_frozen else 1e-4,
        train_bn=not is_frozen,
    )
    learner.freeze() if is_frozen else learner.unfreeze()
    clock = Clock(question)
    with learner.no_bar(), learner.no_logging():
        learner.fit(question.epochs, cbs=Marks(clock))
    clock.report()


def split(question: Question, network: nn.Module) -> list[list[nn.Parameter]]:
    """The body's parameters, and the head's."""
    head = list(network.get_submodule(question.head).parameters())
    ids = {id(parameter) for parameter in head}
    return [[parameter for parameter in network.parameters() if id(parameter) not in ids], head]


if __name__ == "__main__":
    main(asked())
