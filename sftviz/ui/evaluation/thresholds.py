"""One class against all others: what a threshold on its probability finds, mistakes and misses."""

import streamlit as st

from sftviz.analysis.figure_tables import curves_table
from sftviz.analysis.thresholds import Decision, class_curves, decide, macro_curves, micro_curves
from sftviz.figures.thresholds import threshold_figure
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.evaluation.sameness import say_if_nothing_changed
from sftviz.ui.measure_words import interval_words, value_words
from sftviz.ui.pickers import pick, pick_one

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
        on_change=lambda: selection.move_on({"threshold": f"{st.session_state['pick threshold']:.2f}"}),
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
    """The pictures of one group, page by page; a click explains the picture for the class."""
    groups = {
        "rightly": (f"Rightly taken for it {len(decision.found):,}", decision.found),
        "wrongly": (f"Wrongly taken for it {len(decision.mistaken):,}", decision.mistaken),
        "missed": (f"Missed {len(decision.missed):,}", decision.missed),
    }
    group = pick_one("Pictures", "taken", {key: title for key, (title, _) in groups.items()})
    title, indices = groups[group]
    show_pictures(compared.run, compared.after, indices, key="taken pictures", label=title, asked=label)
    st.caption(f"{decision.num_rejected:,} pictures of other classes are rightly not taken for it.")
