"""Which methods explain many pictures, and having their maps computed."""

import streamlit as st

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.catalogue import DEFAULT_METHODS, METHODS
from sftviz.jobs.explaining import explain_many
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.explanation.controls import suited_methods
from sftviz.ui.pictures import listing_of
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_work


def pick_methods(run: Run) -> list[str]:
    """The methods that have a column each: the default pair unless others are chosen."""
    suited = suited_methods(run)
    wanted = (selection.chosen("methods") or "").split(",")
    widget = "pick methods"
    st.session_state[widget] = [name for name in suited if name in wanted] or list(DEFAULT_METHODS)
    picked = st.multiselect(
        "Methods",
        suited,
        key=widget,
        format_func=lambda name: METHODS[name].title,
        placeholder="Choose one at least",
        on_change=lambda: selection.move_on({"methods": ",".join(st.session_state[widget])}),
    )
    return [name for name in suited if name in picked]


def evidence_of(run: Run, before: Predictions, after: Predictions, method: str, count: int) -> EvidenceAcross | None:
    """What a method found: all of it where the run keeps that, else what there is, and a button to go on.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
    """
    from sftviz.attribution.across_of_run import kept_evidence

    kept = kept_evidence(run, before, after, method, count)
    num_kept = 0 if kept is None else len(kept.indices_M)
    if num_kept == count:
        return kept
    epochs = (before.source.epoch, after.source.epoch)
    work = follow_work(
        f"Compute the maps of {METHODS[method].title}",
        f"Each picture's map before and after: {METHODS[method].cost} for each. Maps are kept with the run, about "
        "0.4 MB a picture: work that was cancelled goes on from there.",
        f"{run.identity} {epochs} {count}",
        lambda: explain_many(run, listing_of(run.folder).root, before, after, method, count),
    )
    found = work.result if work is not None and work.result is not None else kept
    if found is not None and found.unreadable:
        _say_unreadable(found)
    elif num_kept:
        st.caption(f"{METHODS[method].title}: {num_kept:,} of {count:,} pictures are explained so far.")
    return found


def _say_unreadable(across: EvidenceAcross) -> None:
    st.warning(
        f"{len(across.unreadable):,} pictures are gone or broken and left out; the first is "
        f"{plain(across.unreadable[0])}.",
        icon=":material/warning:",
    )
