"""A plain PyTorch script, as in the article's transfer learning and in most tutorials."""

import torch
from torch import nn
from torch.optim import SGD, AdamW
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder

from benchmarks.jobs.peer import Clock, asked, build, views
from benchmarks.training_jobs import Question


def main(question: Question) -> None:
    """Train, and print the times."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = build(question).to(device)
    pictures = ImageFolder(f"{question.data}/train", views(question))
    # A last batch that is not full would blur the pictures per second.
    loader = DataLoader(
        pictures, question.batch, shuffle=True, num_workers=question.workers, drop_last=question.learns == "all"
    )
    measure_loss = nn.CrossEntropyLoss()
    if question.learns == "head":
        optimizer = SGD(network.get_submodule(question.head).parameters(), lr=0.001, momentum=0.9)
    else:
        optimizer = AdamW(network.parameters(), lr=1e-4, weight_decay=0.05)
    clock = Clock(question)
    for _ in range(question.epochs):
        network.train()
        loss_sum = 0.0
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = measure_loss(network(inputs.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
            clock.step()
        clock.epoch()
    clock.report()


if __name__ == "__main__":
    main(asked())
