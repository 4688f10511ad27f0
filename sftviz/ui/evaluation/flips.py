"""The pictures that one checkpoint gets right and the other wrong, and where their predictions went."""

import streamlit as st

from sftviz.analysis.figure_tables import flow_table
from sftviz.analysis.mistakes import flips, flow
from sftviz.figures.flow import flow_figure
from sftviz.results import Flips
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.other import pick_other
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.pickers import pick_one
from sftviz.ui.wording import percent, points

_NFR_HELP = "The share of all pictures that was right before and is wrong after (negative-flip rate)."
_RELATIVE_HELP = "The broken pictures, relative to two models that err independently: those have 1, and 0 is none."
_P_HELP = "How often luck alone flips so unevenly or more so: the exact McNemar test, two-sided."
_UNLIKELY = 0.05


def show_flips(compared: Compared) -> None:
    """How many predictions were fixed and broken, their pictures, and the flow from class to class."""
    run, after = compared.run, compared.after
    before = pick_other(run) or compared.before
    changed = analysed(flips, before, after)
    _show_counts(changed)
    if (before.predicted_N == after.predicted_N).all():
        st.info(
            "Both checkpoints predict the same class for every picture: nothing was fixed or broken.",
            icon=":material/info:",
        )
    else:
        streams = analysed(flow, before, after)
        words = f"flow {before.source.run} epoch {before.source.epoch} to {after.source.run} epoch {after.source.epoch}"
        show_figure(flow_figure(streams), lambda: flow_table(streams), name=words, key="flow")
        st.caption("Green streams were fixed, orange ones broken; grey ones are wrong before and after.")
    groups = {
        "fixed": (f"Fixed {len(changed.fixed):,}", changed.fixed),
        "broken": (f"Broken {len(changed.broken):,}", changed.broken),
        "still_wrong": (f"Still wrong {len(changed.still_wrong):,}", changed.still_wrong),
        "still_right": (f"Still right {len(changed.still_right):,}", changed.still_right),
    }
    group = pick_one("Pictures", "flip", {key: title for key, (title, _) in groups.items()})
    title, indices = groups[group]
    show_pictures(run, after, indices, key="flipped pictures", label=title, before=before)


def _show_counts(changed: Flips) -> None:
    relative = changed.relative_negative_flip_rate
    with st.container(horizontal=True):
        st.metric("Fixed", f"{len(changed.fixed):,}", border=True, height="stretch")
        st.metric("Broken", f"{len(changed.broken):,}", border=True, height="stretch")
        st.metric("p-value", _p_words(changed.p_value), border=True, height="stretch", help=_P_HELP)
        rate = percent(changed.negative_flip_rate)
        st.metric("Broken, of all", rate, border=True, height="stretch", help=_NFR_HELP)
        value = "not defined" if relative is None else f"{relative:.2f}"
        st.metric("Broken, relative", value, border=True, height="stretch", help=_RELATIVE_HELP)
    change = (len(changed.fixed) - len(changed.broken)) / changed.num_examples
    st.caption(
        f"Fixed minus broken is the change in accuracy: {len(changed.fixed):,} − {len(changed.broken):,} of "
        f"{changed.num_examples:,} pictures, {points(change)}. {_verdict(changed)}"
    )


def _verdict(changed: Flips) -> str:
    if not len(changed.fixed) + len(changed.broken):
        return "Nothing flipped."
    words = "rarely flips so unevenly" if changed.p_value < _UNLIKELY else "can explain a difference like this"
    return f"Luck alone {words} (exact McNemar test, p-value {_p_words(changed.p_value)})."


def _p_words(p_value: float) -> str:
    return "below 0.0001" if p_value < 0.0001 else f"{p_value:.2g}"
