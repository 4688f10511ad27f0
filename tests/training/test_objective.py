"""The objective against torch's cross-entropy, scikit-learn's class weights, and the entropy of smoothed targets."""

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from sftviz.config import Recipe
from sftviz.training.objective import Objective, balanced_weights, make_objective, one_hot


def _problem() -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    return 3 * torch.randn(12, 5, generator=random), torch.randint(5, (12,), generator=random)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_it_is_torchs_cross_entropy(smoothing: float, *, is_weighted: bool) -> None:
    logits, labels = _problem()
    weights = torch.tensor([0.5, 1.0, 2.0, 3.0, 0.1]) if is_weighted else None
    objective, targets = Objective(smoothing, weights), one_hot(labels, 5)
    ours = objective.total(logits, targets) / objective.weight(targets)
    theirs = functional.cross_entropy(logits, labels, weight=weights, label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)


def test_it_is_torchs_cross_entropy_with_soft_targets() -> None:
    logits, labels = _problem()
    targets = torch.lerp(one_hot(labels, 5), one_hot(labels.flip(0), 5), 0.3)
    ours = Objective(0.1).total(logits, targets) / Objective(0.1).weight(targets)
    torch.testing.assert_close(ours, functional.cross_entropy(logits, targets, label_smoothing=0.1))


def test_parts_of_a_batch_add_up_to_the_whole() -> None:
    logits, labels = _problem()
    objective, targets = Objective(0.1, torch.tensor([0.5, 1.0, 2.0, 3.0, 0.1])), one_hot(labels, 5)
    parts = [objective.total(logits[at], targets[at]) for at in (slice(0, 5), slice(5, 12))]
    torch.testing.assert_close(parts[0] + parts[1], objective.total(logits, targets))


@pytest.mark.parametrize(("num_classes", "floor"), [(10, 0.5002880350577578), (2, 0.1985152433458726), (100, 0.7778)])
def test_label_smoothing_has_a_floor(num_classes: int, floor: float) -> None:
    targets = one_hot(torch.tensor([0]), num_classes)
    best = (0.9 * targets + 0.1 / num_classes).double().log()
    assert Objective(0.1).total(best, targets).item() == pytest.approx(floor, abs=1e-5)


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    labels = np.repeat(np.arange(3), (2, 30, 8))
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(balanced_weights(labels, 3).numpy(), expected, rtol=1e-6)


def test_a_class_without_examples_is_no_obstacle() -> None:
    assert torch.isfinite(balanced_weights(np.array([0, 0, 2]), 3)).all()


def test_a_recipe_decides_the_objective() -> None:
    labels = np.array([0, 0, 0, 1])
    assert make_objective(Recipe(name="plain"), labels, 2) == Objective(0.0, None)
    balanced = make_objective(Recipe(name="rare", class_weights="balanced", label_smoothing=0.1), labels, 2)
    assert balanced.label_smoothing == 0.1
    torch.testing.assert_close(balanced.weights_K, torch.tensor([4 / 6, 2.0]))
