"""The held-out test set: closed until a person opens it, once, for the checkpoint of their choice."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from sftviz.analysis.confusion import confusion, examples_in_cell
from sftviz.analysis.figure_tables import confusion_counts_table
from sftviz.analysis.galleries import gallery_of
from sftviz.analysis.measures import metrics_with_intervals
from sftviz.jobs.opening_test import open_test_in_background
from sftviz.results import IntArray, Predictions
from sftviz.runs.run import Run
from sftviz.runs.test_set import Opening, num_held_out, openings, seen_before
from sftviz.ui.analyses import analysed
from sftviz.ui.components import confusion_table, gallery
from sftviz.ui.downloads import offer_csv
from sftviz.ui.evaluation.classes import pick_classes
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.matrix_cell import choose_cell, chosen_cell, place_in
from sftviz.ui.measure_table import show_side_by_side
from sftviz.ui.measure_words import METRIC_HELP, interval_words, value_words
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import listing_of, picture_path, prediction_tiles, thumbnail_uri
from sftviz.ui.stores import run_store
from sftviz.ui.wording import epoch_name, moment, plain, run_title
from sftviz.ui.work_view import follow_work

_PER_PAGE = 48
_ONCE = (
    "It can be opened honestly once: whoever looks and then chooses another epoch, recipe or model has chosen by the "
    "test pictures, and no number measured on them is an unbiased estimate any more."
)


def show_test_set(compared: Compared) -> None:
    """What the test set says of the checkpoint after, or the way to open it."""
    run, epoch = compared.run, compared.after.source.epoch
    opened = openings(run)
    _say_who_else_looked(run)
    _say_where_it_stands(run, epoch, opened)
    if epoch in [opening.epoch for opening in opened]:
        _show(run, run.test_predictions(epoch), compared.after)
    else:
        _offer_to_open(run, epoch, is_first=not opened)


def _say_who_else_looked(run: Run) -> None:
    # Whoever looked has looked, though the run be deleted since.
    others = {other.identity: other for other in (*run_store().list(), *run_store().trash())}
    seen = seen_before(run, others.values(), _test_contents)
    if seen is None:
        return
    count, first = num_held_out(run), seen.openings[0]
    which = f"All {count:,} pictures" if seen.num_examples == count else f"{seen.num_examples:,} of {count:,} pictures"
    again = len(seen.openings) - 1
    since = f", and they were looked at {'once' if again == 1 else f'{again:,} times'} more since" if again else ""
    st.warning(
        f"{which} of this test set were looked at before: another run, *{plain(run_title(others[first.run]))}*, opened "
        f"its own on {moment(first.at)} for epoch {first.epoch}{since}. If that bore on what was chosen here, this "
        "test set is no longer unbiased.",
        icon=":material/visibility:",
    )


def _test_contents(run: Run) -> list[str]:
    return [picture.sha256 for picture in listing_of(run.folder).side("test")]


def _say_where_it_stands(run: Run, epoch: int, opened: Sequence[Opening]) -> None:
    count = num_held_out(run)
    if not opened:
        st.info(
            f"**{count:,} pictures are held out as a test set; this run has not looked at them.** They had no part in "
            "training, early stopping, calibration, thresholds or any view of these pages.",
            icon=":material/lock:",
        )
        return
    first = opened[0]
    said = f"The test set of {count:,} pictures was opened on {moment(first.at)} for epoch {first.epoch}"
    if epoch == first.epoch:
        st.success(f"{said}: the number below is the one to report.", icon=":material/lock_open:")
        return
    accuracy = analysed(metrics_with_intervals, run.test_predictions(first.epoch))[0]
    st.warning(
        f"{said} already, with an accuracy of **{value_words(accuracy)}** ({interval_words(accuracy)}): that stays the "
        f"number to report. What it says of epoch {epoch} comes second, and is no longer an unbiased estimate.",
        icon=":material/lock_open:",
    )


def _offer_to_open(run: Run, epoch: int, *, is_first: bool) -> None:
    if epoch not in run.checkpoint_epochs():
        st.caption("It can be opened for an epoch whose weights are kept: epoch 0, the best or the last. Choose above.")
        return
    if run.is_active:
        st.caption("It can be opened once the run is over.")
        return
    label = f"Open the test set for epoch {epoch}"
    if not _is_meant(run, epoch, is_first=is_first):
        st.button(label, icon=":material/lock:", disabled=True, key="test set is closed")
        return
    work = follow_work(
        label,
        "Passes the test pictures through the network; the answer is kept with the run, and so is the moment.",
        f"{run.identity} {epoch}",
        lambda: open_test_in_background(run, epoch),
    )
    if work is not None and work.result is not None:
        st.rerun()


def _is_meant(run: Run, epoch: int, *, is_first: bool) -> bool:
    if is_first:
        st.markdown(_ONCE)
    words = epoch_name(run, epoch)
    asked = f"I have made all choices, and the result is {words[0].lower()}{words[1:]}."
    again = "Look all the same; I report the first number."
    return st.checkbox(asked if is_first else again, key=f"confirm test {run.identity} {epoch}")


def _show(run: Run, test: Predictions, validation: Predictions) -> None:
    on_test, on_validation = (analysed(metrics_with_intervals, said) for said in (test, validation))
    with st.container(horizontal=True):
        for title, said in (("Test accuracy", on_test[0]), ("Validation accuracy", on_validation[0])):
            st.metric(
                title,
                value_words(said),
                f"{interval_words(said)} % of {said.num_examples:,} pictures",
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=f"{METRIC_HELP['accuracy']} Below it: the 95 % interval.",
            )
    show_side_by_side({"Test": on_test, "Validation": on_validation})
    st.caption(
        f"Epoch {test.source.epoch}; 95 % intervals. The best epoch was chosen by the validation pictures, which "
        "flatters what is measured on them a little; the test pictures had no say."
    )
    _show_confusions(run, test)


def _show_confusions(run: Run, test: Predictions) -> None:
    st.header("Test pictures", divider="gray")
    matrix = analysed(confusion, test)
    cell = chosen_cell("cell", {"test": len(test.classes)})
    clicked = confusion_table(
        matrix,
        pick_classes((matrix,)),
        key="confusion test",
        label=f"Confusion matrix of the test pictures, epoch {test.source.epoch}",
        picked=place_in("test", cell),
    )
    choose_cell("cell", "test", clicked)
    st.caption("Rows are true classes, columns what was predicted. Click a cell to see its pictures.")
    offer_csv(
        lambda: confusion_counts_table(matrix, matrix).drop(columns="change"),
        name=f"test confusion {run.identity} epoch {test.source.epoch}",
        key="confusion test csv",
        label="Data (CSV)",
    )
    if cell:
        indices = analysed(examples_in_cell, test, true=cell.true, predicted=cell.predicted)
        truth, said = plain(test.classes[cell.true]), plain(test.classes[cell.predicted])
        words = f"{len(indices):,} test pictures of {truth}, predicted as {said}"
    else:
        indices = analysed(gallery_of, test, kind="worst", is_right=False)
        words = f"{len(indices):,} of {len(test.examples):,} test pictures are wrong"
        words += ", the largest loss first" if len(indices) > 1 else ""
    st.markdown(f"**{words}**")
    _show_pictures(run, test, indices)


def _show_pictures(run: Run, test: Predictions, indices: IntArray) -> None:
    part = pick_part(len(indices), _PER_PAGE)
    shown = np.asarray(indices)[part].tolist()
    tiles = [
        replace(tile, source=thumbnail_uri(picture_path(run, tile.key))) for tile in prediction_tiles(run, test, shown)
    ]
    if tiles:
        gallery(tiles, key="test pictures", label="Test pictures", is_clickable=False)
