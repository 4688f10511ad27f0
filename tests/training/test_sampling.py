"""The order of an epoch."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from sftviz.training.sampling import epoch_order


@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=6), epoch=st.integers(1, 5))
def test_shuffled_takes_each_once_and_balanced_each_class_as_often(counts: list[int], epoch: int) -> None:
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    shuffled = epoch_order(labels, "shuffled", seed=0, epoch=epoch)
    assert sorted(shuffled.tolist()) == list(range(len(labels)))
    balanced = epoch_order(labels, "balanced", seed=0, epoch=epoch)
    assert len(balanced) == len(labels)
    of_class = torch.bincount(labels[balanced], minlength=len(counts))
    assert of_class.max() - of_class.min() <= 1
    taken = torch.bincount(balanced, minlength=len(labels))
    for label in range(len(counts)):
        of_members = taken[labels == label]
        assert of_members.max() - of_members.min() <= 1


def test_an_order_is_decided_by_seed_and_epoch() -> None:
    labels = torch.tensor([0] * 20 + [1] * 5)
    for sampling in ("shuffled", "balanced"):
        first = epoch_order(labels, sampling, seed=0, epoch=1)
        assert torch.equal(first, epoch_order(labels, sampling, seed=0, epoch=1))
        assert not torch.equal(first, epoch_order(labels, sampling, seed=0, epoch=2))
        assert not torch.equal(first, epoch_order(labels, sampling, seed=1, epoch=1))


def test_classes_of_equal_size_are_balanced_by_shuffling_alone() -> None:
    labels = torch.arange(4).repeat(6)
    assert sorted(epoch_order(labels, "balanced", seed=0, epoch=1).tolist()) == list(range(24))
