"""The numbers behind figures: every one of them, in the units of the axes."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from sftviz.analysis.calibration import reliability
from sftviz.analysis.confusion import confusion
from sftviz.analysis.figure_tables import (
    best_epochs_table,
    confusion_counts_table,
    counts_table,
    curves_table,
    flow_table,
    history_table,
    learning_curve_table,
    measures_table,
    only_right_table,
    reliability_table,
)
from sftviz.analysis.history import history
from sftviz.analysis.learning_curve import learning_curve
from sftviz.analysis.measures import metrics_with_intervals
from sftviz.analysis.mistakes import flow
from sftviz.analysis.significance import compare_runs
from sftviz.analysis.thresholds import class_curves
from sftviz.events import EpochEnded
from sftviz.trials import CurveTrials

LABELS = [0, 0, 1, 1, 2, 2]


def test_bins_of_both_checkpoints_hold_all_pictures(said):
    table = reliability_table(reliability(said(LABELS, LABELS)), reliability(said(LABELS, [0] * 6, 0.9, epoch=3)))
    assert table.groupby("epoch")["pictures"].sum().to_dict() == {0: 6, 3: 6}
    filled = table[table["pictures"] > 0]
    assert filled["mean confidence, %"].tolist() == pytest.approx([70, 90], abs=1e-4)
    assert filled["right, %"].tolist() == pytest.approx([100, 100 / 3])


def test_curves_are_all_there_point_by_point(said):
    curves = {"one": class_curves(said(LABELS, [0, 1, 1, 0, 2, 2]), 0)}
    table = curves_table(curves)
    recall = table[table["kind"] == "precision over recall"]["x, %"].to_numpy()
    np.testing.assert_allclose(recall, 100 * curves["one"].recall_P)
    assert set(table["curve"]) == {"one"}


def test_streams_hold_every_prediction_that_changed(said):
    table = flow_table(flow(said(LABELS, [0, 1, 1, 0, 2, 0]), said(LABELS, [0, 0, 1, 1, 2, 0], epoch=1)))
    assert sorted(map(tuple, table.to_numpy().tolist())) == [("cat", "dog", "fixed", 1), ("dog", "cat", "fixed", 1)]


def test_counts_of_pairs_are_those_of_scikit_learn(said):
    before, after = said(LABELS, [0, 1, 1, 0, 2, 0]), said(LABELS, [0, 0, 1, 1, 2, 0], epoch=1)
    table = confusion_counts_table(confusion(before), confusion(after))
    expected = confusion_matrix(LABELS, after.predicted_N)
    for _, row in table.iterrows():
        place = after.classes.index(row["true"]), after.classes.index(row["predicted"])
        assert row["pictures, epoch 1"] == expected[place]
    assert table["pictures, epoch 1"].sum() == table["pictures, epoch 0"].sum() == 6
    assert table["change"].sum() == 0


def test_a_matrix_alone_has_the_shares_of_its_rows(said):
    table = counts_table(confusion(said(LABELS, [0, 1, 1, 1, 2, 2])))
    assert table["pictures"].tolist() == [1, 1, 2, 2]
    assert table["of the row, %"].tolist() == [50, 50, 100, 100]


def test_measures_of_runs_are_numbers_with_ends_and_units(said):
    ended = [
        EpochEnded(epoch=epoch, train={}, validation={"accuracy": accuracy, "loss": 1.0}, is_best=False, elapsed_s=30.0)
        for epoch, accuracy in enumerate([0.5, 0.75])
    ]
    predictions = said(LABELS, [0, 0, 1, 1, 2, 0], epoch=1)
    measures = {each.name: each for each in metrics_with_intervals(predictions) if each.name in ("accuracy", "loss")}
    table = best_epochs_table(["A"], [predictions], [measures], [history(ended, [])]).set_index("measure")
    low, high = binomtest(5, 6).proportion_ci(method="wilson")
    assert table.loc["accuracy", ["value", "low", "high"]].tolist() == pytest.approx([500 / 6, 100 * low, 100 * high])
    assert table["unit"].tolist() == ["%", "nats", "minutes", "points per minute"]
    assert table.loc[["time", "gained"], "value"].tolist() == [1, 25]
    assert table["value"].dtype == np.float64
    assert table.loc[["time", "gained"], ["low", "high"]].isna().all(axis=None)


def test_each_epoch_of_each_run_is_a_row():
    ended = [
        EpochEnded(epoch=epoch, train={}, validation={"accuracy": accuracy, "loss": 1.0}, is_best=False, elapsed_s=2.0)
        for epoch, accuracy in enumerate([0.5, 0.75, 0.625])
    ]
    table = history_table([history(ended, [])], ["A"])
    assert table["validation accuracy, %"].tolist() == [50, 75, 62.5]
    assert table["best so far, %"].tolist() == [50, 75, 75]
    assert table["seconds"].tolist() == [2, 4, 6]


def test_what_an_epoch_did_not_measure_stays_empty():
    first = EpochEnded(epoch=0, train={}, validation={"accuracy": 0.5}, is_best=False, elapsed_s=2.0)
    second = EpochEnded(epoch=1, train={"loss": 0.25}, validation={"accuracy": 0.75}, is_best=True, elapsed_s=3.0)
    table = measures_table([first, second])
    assert table["validation accuracy"].tolist() == [0.5, 0.75]
    assert table["training loss"].isna().tolist() == [True, False]


def test_pairs_of_runs_stand_in_both_orders(said):
    compared = compare_runs((said(LABELS, [0, 0, 1, 1, 2, 0]), said(LABELS, [0, 1, 1, 0, 2, 2])))
    assert only_right_table(compared, ["A", "B"]).to_numpy().tolist() == [["A", "B", 2], ["B", "A", 1]]


def test_a_learning_curve_is_what_was_measured_and_the_line():
    random = np.random.default_rng(0)
    sizes = np.repeat([20, 40, 80, 160], 2)
    right = random.random((len(sizes), 200)) < (1 - 2.0 / np.sqrt(sizes))[:, None]
    curve = learning_curve(CurveTrials(sizes, right))
    assert curve is not None
    table = learning_curve_table(curve)
    measured = table[table["what"] == "measured"]
    assert measured["training pictures"].tolist() == [20, 40, 80, 160]
    assert measured["accuracy, %"].to_numpy() == pytest.approx(100 * right.reshape(4, 2, 200).mean(axis=(1, 2)))
    assert table["training pictures"].max() == 320
