import numpy as np
import pytest

from sftviz.attribution.trust import Faithfulness, Verdict, judge

RANDOM = (0.4, 0.6)  # mean 0.5, standard deviation √0.02
BORDER = 0.5 - 2 * float(np.std(RANDOM, ddof=1))
GOOD = {
    "deletion": BORDER - 0.01,
    "random_deletions": RANDOM,
    "completeness_error": 0.0499,
    "randomisation": 0.499,
    "is_of_pixels": True,
}


def levels(**changes: object) -> tuple[str, int]:
    found = judge(**GOOD | changes)
    return found.level, len(found.reasons)


def test_green_where_all_three_are_passed():
    assert levels() == ("green", 1)


@pytest.mark.parametrize(
    ("change", "level", "says"),
    [
        ({"deletion": BORDER}, "amber", "hardly sooner than"),
        ({"deletion": 0.4999}, "amber", "hardly sooner than"),
        ({"deletion": 0.5}, "red", "no sooner than"),
        ({"completeness_error": 0.05}, "amber", "miss the change of the score by 5.0\u00a0%"),
        ({"completeness_error": None}, "amber", "no differently from a uniform colour"),
        ({"randomisation": 0.5}, "amber", "rank correlation 0.50"),
        ({"randomisation": float("nan")}, "amber", "rank correlation nan"),
    ],
)
def test_one_failed_check_is_named(change, level, says):
    found = judge(**GOOD | change)
    assert found.level == level
    assert len(found.reasons) == 1
    assert says in found.reasons[0]


def test_two_failed_checks_are_red():
    assert levels(completeness_error=0.2, randomisation=0.8) == ("red", 2)
    assert levels(deletion=0.49, randomisation=0.8, is_of_pixels=False) == ("red", 2)


def test_a_witness_that_fails_is_never_red():
    assert levels(completeness_error=0.7, is_of_pixels=False) == ("amber", 1)
    assert levels(completeness_error=0.7, deletion=0.49, is_of_pixels=False) == ("amber", 2)
    assert levels(completeness_error=0.7, deletion=0.51, is_of_pixels=False) == ("red", 2)


def test_a_network_that_covering_does_not_move_is_red():
    assert judge(**GOOD | {"deletion": 1.0, "random_deletions": (1.0, 1.0)}).level == "red"


def test_the_first_areas_are_those_of_the_map():
    found = Faithfulness.of([(0.1, 0.9), (0.4, 0.5), (0.6, 0.7)])
    assert found == Faithfulness(0.1, 0.9, (0.4, 0.6), (0.5, 0.7))
    assert isinstance(judge(**GOOD), Verdict)
