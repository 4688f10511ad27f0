"""What the jobs of the other libraries have in common: the question, the network, the views and the clock."""

import json
import sys
import time
from pathlib import Path

from safetensors.torch import load_file
from torch import nn
from torchvision import models, transforms

from benchmarks.training_jobs import Question

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def asked() -> Question:
    """The question on this process's command line."""
    return Question(**json.loads(sys.argv[1]))


def num_classes(question: Question) -> int:
    """Folders below train/."""
    return sum(path.is_dir() for path in Path(question.data, "train").iterdir())


def build(question: Question) -> nn.Module:
    """The network with its initial weights and a new last layer; parameters before it are frozen if so asked."""
    if question.backbone == "efficientnet_lite0":
        import timm

        network = timm.create_model("tf_efficientnet_lite0")
    else:
        network = models.get_model(question.backbone, weights=None)
    network.load_state_dict(load_file(question.weights))
    network.requires_grad_(question.learns == "all")
    head = network.get_submodule(question.head)
    network.set_submodule(question.head, nn.Linear(head.in_features, num_classes(question)))
    return network


def views(question: Question) -> transforms.Compose:
    """From a PIL picture to a normalised tensor."""
    if question.learns == "head":
        geometry = [transforms.Resize(256), transforms.CenterCrop(224)]
    else:
        geometry = [transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()]
    return transforms.Compose([*geometry, transforms.ToTensor(), transforms.Normalize(MEAN, STD)])


class Clock:
    """Marks the ends of steps and epochs, and prints what follows from them."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._started_at = time.perf_counter()
        self._steps: list[float] = []
        self._epochs: list[float] = []

    def step(self) -> None:
        """One step of the optimizer has ended."""
        self._steps.append(time.perf_counter())

    def epoch(self) -> None:
        """One epoch has ended."""
        self._epochs.append(time.perf_counter())

    def report(self) -> None:
        """Print the job's answer.

        `examples_per_s` is taken after the warm-up, whole batches from data to step.
        """
        ends = [self._started_at, *self._epochs]
        answer = {"train_s": ends[-1] - ends[0], "last_epoch_s": ends[-1] - ends[-2], "epochs": len(self._epochs)}
        steady = self._steps[self._question.warm_up :]
        if len(steady) > 1:
            answer["examples_per_s"] = (len(steady) - 1) * self._question.batch / (steady[-1] - steady[0])
        print(json.dumps(answer))
