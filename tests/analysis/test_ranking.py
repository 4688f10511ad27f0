"""Candidates in order, ties named as ties, and one recommended."""

import numpy as np
import pytest
from scipy.stats import t

from sftviz.analysis.figure_tables import ranking_table
from sftviz.analysis.folds import fold_difference
from sftviz.analysis.ranking import rank, ranked_by
from sftviz.errors import EmptyResultError
from sftviz.models.catalogue import BACKBONES
from tests.analysis.scores import candidate


def test_ties_are_named_and_the_quickest_of_them_is_recommended() -> None:
    slow = candidate("efficientnet_lite2", wrong=(0, 1, 2, 3), forward_s=0.05)
    quick = candidate("efficientnet_lite0", wrong=(0, 1, 2, 3, 4, 5), forward_s=0.02)
    bad = candidate("mobilenet_v3_small", wrong=range(0, 100, 2), forward_s=0.01)
    ranking = rank([bad, quick, slow])
    assert [each.score for each in ranking.candidates] == [slow, quick, bad]
    assert [each.is_tied for each in ranking.candidates] == [True, True, False]
    assert ranking.recommended.score is quick
    assert ranking.first_by_prior.score is slow
    assert ranking.is_above_luck
    assert ranking.candidates[0].behind == 0
    assert ranking.candidates[1].behind == pytest.approx(0.02)
    assert all(each.is_on_front for each in ranking.candidates)
    low, high = ranking.candidates[0].value.interval
    assert low < 0.96 < high


def test_the_one_that_is_slower_and_worse_is_not_on_the_front() -> None:
    quick = candidate("efficientnet_lite0", wrong=(0,), forward_s=0.02)
    slow = candidate("efficientnet_lite2", wrong=(0, 1), forward_s=0.05)
    ranking = rank([slow, quick])
    assert [each.is_on_front for each in ranking.candidates] == [True, False]
    assert ranking.recommended.score is quick


def test_where_all_folds_agree_the_pictures_decide() -> None:
    best = candidate("efficientnet_lite0", wrong=(), forward_s=0.02)
    few = candidate("efficientnet_lite1", wrong=range(5), forward_s=0.01)
    many = candidate("efficientnet_lite2", wrong=range(10), forward_s=0.01)
    ranking = rank([best, few, many])
    assert [each.behind_interval for each in ranking.candidates] == [None, None, None]
    assert [each.is_tied for each in ranking.candidates] == [True, True, False], "5 flips may be luck, 10 are not"


def test_a_paired_difference_is_surer_than_two_means() -> None:
    hard, easy = [0.5, 0.6, 0.7, 0.8, 0.9], [0.53, 0.62, 0.73, 0.82, 0.93]
    mean, interval = fold_difference(hard, easy)
    difference = np.subtract(easy, hard)
    error = np.sqrt(difference.var(ddof=1) * (1 / 5 + 1 / 4))
    reach = t.ppf(0.975, 4) * error
    assert mean == pytest.approx(0.026)
    assert interval == pytest.approx((mean - reach, mean + reach))
    assert interval[0] > 0
    assert fold_difference(hard, hard) == (0.0, None)


def test_no_more_than_luck_is_said() -> None:
    guessing = candidate("efficientnet_lite0", wrong=range(0, 100, 2), forward_s=0.02)
    assert not rank([guessing]).is_above_luck


def test_an_imbalanced_sample_is_ranked_by_balanced_accuracy() -> None:
    assert ranked_by(np.repeat([0, 2], [10, 20])) == "accuracy"
    assert ranked_by(np.repeat([0, 2], [10, 21])) == "balanced_accuracy"
    counts = (80, 20)
    frequent = candidate("efficientnet_lite0", wrong=range(80, 100), counts=counts)
    ranking = rank([frequent])
    assert ranking.candidates[0].value.value == pytest.approx(0.5)


def test_candidates_asked_about_other_pictures_are_refused() -> None:
    other = candidate("efficientnet_lite1", counts=(40, 40))
    with pytest.raises(EmptyResultError, match="no common list"):
        rank([candidate("efficientnet_lite0"), other])


def test_the_table_holds_all_numbers() -> None:
    titles = {name: entry.title for name, entry in BACKBONES.items()}
    ranking = rank([candidate("efficientnet_lite0", wrong=(1,)), candidate("efficientnet_lite1", wrong=(1, 2, 3))])
    table = ranking_table(ranking, titles)
    assert table["backbone"].tolist() == ["EfficientNet-Lite0", "EfficientNet-Lite1"]
    assert table["accuracy, %"].tolist() == pytest.approx([99, 97])
    assert table["tied with the best"].tolist() == ["yes", "yes"]
    assert table["pictures a second"].tolist() == pytest.approx([50, 50])
    assert table["training, minutes"].tolist() == pytest.approx([2, 2])
