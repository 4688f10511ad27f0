"""One class against all others: what a threshold on its probability finds, mistakes and misses."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from sftviz.analysis.figure_tables import curves_table
from sftviz.analysis.thresholds import Decision, class_curves, decide, macro_curves, micro_curves
from sftviz.figures.thresholds import threshold_figure
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.components import gallery
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.sameness import say_if_nothing_changed
from sftviz.ui.measure_words import interval_words, value_words
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import prediction_tiles
from sftviz.ui.wording import percent

_MOST_PICTURES = 48
_DEFAULT = 0.5


def show_thresholds(compared: Compared) -> None:
    """The curves of one class, and what follows from the threshold: numbers, then pictures."""
    before, after = compared.before, compared.after
    labels = [str(label) for label in range(len(after.classes))]
    left, right = st.columns([2, 3])
    with left:
        label = int(pick("Class", "class", labels, labels[0], lambda each: " ".join(after.classes[int(each)].split())))
    with right:
        threshold = _pick_threshold()
    say_if_nothing_changed(compared)
    decision = analysed(decide, after, label=label, threshold=threshold)
    _show_numbers(decision)
    curves = {
        f"after, epoch {after.source.epoch}": analysed(class_curves, after, label=label),
        f"before, epoch {before.source.epoch}": analysed(class_curves, before, label=label),
        "after, mean of classes (macro)": analysed(macro_curves, after),
        "after, all classes together (micro)": analysed(micro_curves, after),
    }
    figure = threshold_figure(after.classes[label], curves, decision, (before.source, after.source))
    words = f"thresholds {after.classes[label]} {compared.words}"
    show_figure(figure, lambda: curves_table(curves), name=words, key="threshold curves")
    areas = {
        "Curve": list(curves),
        "Average precision": [f"{each.average_precision:.3f}" for each in curves.values()],
        "Area under ROC": [f"{each.roc_area:.3f}" for each in curves.values()],
    }
    with st.expander("The areas under the curves", icon=":material/table:"):
        st.table(areas, hide_index=True)
    _show_groups(compared, label, decision)


def _pick_threshold() -> float:
    st.session_state["pick threshold"] = _chosen_threshold()
    threshold: float = st.slider(
        "Taken for the class from this probability on",
        0.0,
        1.0,
        step=0.01,
        key="pick threshold",
        on_change=lambda: selection.remember("threshold", f"{st.session_state['pick threshold']:.2f}"),
    )
    return threshold


def _chosen_threshold() -> float:
    """The threshold that the selection names, or the default where it is none."""
    try:
        threshold = float(selection.chosen("threshold") or _DEFAULT)
    except ValueError:
        return _DEFAULT
    return threshold if 0 <= threshold <= 1 else _DEFAULT


def _show_numbers(decision: Decision) -> None:
    count = len(decision.found)
    with st.container(horizontal=True):
        for name, measure, part, whole in (
            ("Precision", decision.precision, count, "taken for it"),
            ("Recall", decision.recall, count, "of the class"),
            ("False-positive rate", decision.false_positive_rate, len(decision.mistaken), "others"),
        ):
            explained = f"{part:,} of {measure.num_examples:,} {whole}. 95 % interval: {interval_words(measure)} %."
            st.metric(name, value_words(measure), border=True, height="stretch", help=explained)
    words = (
        f"precision {interval_words(decision.precision)} %, recall {interval_words(decision.recall)} %, "
        f"false-positive rate {interval_words(decision.false_positive_rate)} %"
    )
    st.caption(f"95 % intervals: {words}. Each class is asked for by itself, whatever else is more probable.")


def _show_groups(compared: Compared, label: int, decision: Decision) -> None:
    """The pictures of each group in a tab."""
    groups = {
        f"Rightly taken for it ({len(decision.found):,})": decision.found,
        f"Wrongly taken for it ({len(decision.mistaken):,})": decision.mistaken,
        f"Missed ({len(decision.missed):,})": decision.missed,
    }
    for tab, (name, indices) in zip(st.tabs(list(groups)), groups.items(), strict=True):
        with tab:
            if len(indices):
                _show_pictures(compared, label, indices[:_MOST_PICTURES].tolist(), name)
            else:
                st.caption("No picture.")
    st.caption(f"{decision.num_rejected:,} pictures of other classes are rightly not taken for it.")


def _show_pictures(compared: Compared, label: int, indices: Sequence[int], title: str) -> None:
    """A gallery that also tells how probable the class is; a click explains the picture for that class."""
    after = compared.after
    asked = after.classes[label]
    tiles = [
        replace(tile, notes=(*tile.notes, f"as {asked}: {percent(float(after.probabilities_NK[index, label]))}"))
        for index, tile in zip(indices, prediction_tiles(compared.run, after, indices), strict=True)
    ]
    clicked = gallery(tiles, key=f"gallery {title.split(' (')[0]}", label=title)
    if clicked:
        go_to("explain", run=compared.run.identity, picture=clicked, **{"class": str(label)})
