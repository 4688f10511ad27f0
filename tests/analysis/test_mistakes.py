import numpy as np
import pytest

from sftviz.analysis.mistakes import flips, flow
from sftviz.errors import EmptyResultError
from sftviz.results import Stream


def test_flips_are_sorted_into_four_groups(said):
    before = said([0] * 5, [1, 1, 0, 0, 1])
    after = said([0] * 5, [0, 0, 1, 0, 2], [0.6, 0.9, 0.8, 0.8, 0.8], epoch=3)
    found = flips(before, after)
    assert (found.before.epoch, found.after.epoch) == (0, 3)
    assert found.fixed.tolist() == [1, 0]
    assert [group.tolist() for group in (found.broken, found.still_right, found.still_wrong)] == [[2], [3], [4]]


def test_accuracy_changes_by_fixed_minus_broken(said):
    labels, old, new = np.random.default_rng(0).integers(3, size=(3, 200))
    before, after = said(labels, old), said(labels, new, epoch=1)
    found = flips(before, after)
    groups = [found.fixed, found.broken, found.still_right, found.still_wrong]
    assert sorted(np.concatenate(groups).tolist()) == list(range(200))
    assert after.is_right_N.sum() - before.is_right_N.sum() == len(found.fixed) - len(found.broken)


def test_exact_mcnemar(said):
    labels = [0] * 20
    before = said(labels, [0] * 12 + [1] * 5 + [0] * 3)
    after = said(labels, [1] * 12 + [0] * 5 + [0] * 3, epoch=1)
    assert flips(before, after).p_value == pytest.approx(0.143463134765625, abs=1e-12)


def test_nothing_changed_is_no_evidence(said):
    same = said([0, 1], [0, 0])
    found = flips(same, same)
    assert (len(found.fixed), len(found.broken), found.p_value) == (0, 0, 1)


def test_different_examples_are_not_compared(said):
    with pytest.raises(EmptyResultError, match="no common list of validation examples"):
        flips(said([0], [0]), said([0, 1], [0, 1]))


def test_no_example_has_no_flips(said):
    for analysis in (flips, flow):
        with pytest.raises(EmptyResultError):
            analysis(said([], []), said([], []))


def test_negative_flip_rates(said):
    labels = [0] * 10
    before = said(labels, [0] * 6 + [1] * 4)
    after = said(labels, [0] * 4 + [2] * 2 + [0] * 3 + [1], epoch=1)
    found = flips(before, after)
    assert found.num_examples == 10
    assert found.negative_flip_rate == 0.2
    # Right before: 6 of 10; wrong after: 3 of 10.
    assert found.relative_negative_flip_rate == pytest.approx(0.2 / (0.6 * 0.3))


def test_independent_errors_have_a_relative_rate_of_one(said):
    labels = [0] * 20_000
    old, new = (np.random.default_rng(seed).random(20_000) < 0.3 for seed in (0, 1))
    found = flips(said(labels, old.astype(int)), said(labels, new.astype(int), epoch=1))
    assert found.relative_negative_flip_rate == pytest.approx(1, abs=0.05)


def test_where_nothing_can_be_broken_there_is_no_relative_rate(said):
    assert flips(said([0, 0], [1, 1]), said([0, 0], [0, 1])).relative_negative_flip_rate is None
    assert flips(said([0, 0], [0, 0]), said([0, 0], [0, 0])).relative_negative_flip_rate is None


def test_changed_predictions_flow_from_class_to_class(said):
    before = said([0, 0, 0, 1, 2, 2], [1, 1, 0, 1, 0, 2])
    after = said([0, 0, 0, 1, 2, 2], [0, 0, 0, 2, 1, 2], epoch=4)
    found = flow(before, after)
    assert found.streams[0] == Stream(1, 0, "fixed", 2)
    assert set(found.streams[1:]) == {Stream(1, 2, "broken", 1), Stream(0, 1, "wrong", 1)}
    assert (found.before.epoch, found.after.epoch) == (0, 4)


def test_streams_add_up_to_the_flips(said):
    labels, old, new = np.random.default_rng(0).integers(3, size=(3, 200))
    before, after = said(labels, old), said(labels, new, epoch=1)
    changed, streams = flips(before, after), flow(before, after).streams
    for outcome, members in (("fixed", changed.fixed), ("broken", changed.broken)):
        assert sum(each.count for each in streams if each.outcome == outcome) == len(members)
    assert sum(each.count for each in streams) == (old != new).sum()
    counts = [each.count for each in streams]
    assert counts == sorted(counts, reverse=True)


def test_nothing_flows_between_equal_checkpoints(said):
    same = said([0, 1], [0, 0])
    assert flow(same, same).streams == ()
