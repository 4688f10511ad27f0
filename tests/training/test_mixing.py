"""Mixup and CutMix: what each blended pixel and target must be."""

import pytest
import torch

from sftviz.errors import TrainingError
from sftviz.training.mixing import mixed
from sftviz.training.objective import one_hot

COUNTS = {"seed": 3, "epoch": 1, "step": 0}


def _batch(*shape: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs that are constant within an example: its index."""
    size = shape[0]
    inputs = torch.arange(size).float().reshape(size, *([1] * (len(shape) - 1))).expand(shape).clone()
    return inputs, one_hot(torch.arange(size), size)


@pytest.mark.parametrize("shape", [(8, 3, 6, 6), (8, 5)])
def test_mixup_blends_inputs_as_it_blends_targets(shape: tuple[int, ...]) -> None:
    inputs, targets = _batch(*shape)
    blended, blended_targets = mixed(inputs, targets, "mixup", 1.0, **COUNTS)
    assert blended.shape == inputs.shape
    torch.testing.assert_close(blended_targets.sum(dim=1), torch.ones(8))
    # An example's value is its index, so a blend's value must be the mean index of its target.
    expected = blended_targets @ torch.arange(8.0)
    torch.testing.assert_close(blended.flatten(1), expected[:, None].expand(8, blended.flatten(1).shape[1]))
    assert not torch.equal(blended_targets, targets)


def test_cutmix_pastes_one_rectangle_and_its_area_is_the_share_of_the_label() -> None:
    inputs, targets = _batch(8, 3, 40, 30)
    for step in range(20):
        blended, blended_targets = mixed(inputs, targets, "cutmix", 1.0, seed=0, epoch=1, step=step)
        is_pasted = (blended != inputs)[:, 0]
        for example in range(8):
            rows, columns = is_pasted[example].any(dim=1), is_pasted[example].any(dim=0)
            assert int(is_pasted[example].sum()) == int(rows.sum()) * int(columns.sum())
            kept = 1 - is_pasted[example].float().mean()
            assert blended_targets[example, example] == pytest.approx(float(kept), abs=1e-5)
            values = set(blended[example].unique().tolist())
            assert values == set(blended_targets[example].nonzero().flatten().tolist())


def test_a_blend_is_decided_by_its_counts_and_leaves_the_batch_alone() -> None:
    inputs, targets = _batch(8, 3, 6, 6)
    kept = inputs.clone()
    first, again = (mixed(inputs, targets, "mixup", 0.4, **COUNTS) for _ in range(2))
    other = mixed(inputs, targets, "mixup", 0.4, seed=3, epoch=1, step=1)
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[1], other[1])
    assert torch.equal(inputs, kept)


def test_the_share_follows_the_beta_distribution() -> None:
    inputs, targets = _batch(2, 1)
    alpha = 0.4
    shares = [float(mixed(inputs, targets, "mixup", alpha, seed=0, epoch=1, step=step)[1].max()) for step in range(400)]
    # The larger of λ and 1 − λ, or 1 where an example is its own partner; E[λ²] of Beta(α, α) is (α + 1) / (4α + 2).
    blended = torch.tensor([share for share in shares if share < 1], dtype=torch.float64)
    second = (blended**2 + (1 - blended) ** 2).mean() / 2
    assert float(second) == pytest.approx((alpha + 1) / (4 * alpha + 2), abs=0.03)


def test_cutmix_of_embeddings_is_refused_with_a_sentence() -> None:
    inputs, targets = _batch(8, 5)
    with pytest.raises(TrainingError, match="mixup"):
        mixed(inputs, targets, "cutmix", 1.0, **COUNTS)
