"""The table of runs: status, accuracy before and after, and the ways on from there."""

from collections.abc import Sequence

import streamlit as st

from sftviz.errors import RunError, SftvizError
from sftviz.runs.run import Run
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_part
from sftviz.ui.run_actions import offer_to_go_on, offer_to_move, place_text
from sftviz.ui.run_labels import offer_to_edit, pick_tags, show_labels, tags_of
from sftviz.ui.run_status import ACTIVE, status_of
from sftviz.ui.stores import jobs, run_store
from sftviz.ui.version_words import version_words
from sftviz.ui.wording import STATUS_COLORS, moment, percent, plain

_PER_PAGE = 20
_WIDTHS = [2.4, 1.1, 0.8, 2, 3.9]


def show_runs(runs: Sequence[Run]) -> None:
    """One line a run, newest first, page by page; follows them live while one is active."""
    tags = tags_of(runs)
    runs = pick_tags(runs)
    shown = runs[pick_part(len(runs), _PER_PAGE, "runs_page")]
    is_live = any(status_of(run) in ACTIVE for run in shown)
    st.fragment(_rows, run_every=2.0 if is_live else None)(shown, tags, was_live=is_live)


def _rows(runs: Sequence[Run], tags: Sequence[str], *, was_live: bool) -> None:
    if was_live and not any(status_of(run) in ACTIVE for run in runs):
        # All are over: one full pass takes the timer away.
        st.rerun()
    for column, title in zip(
        st.columns(_WIDTHS), ("Run", "Status", "Before", "Best validation accuracy", ""), strict=True
    ):
        column.caption(title)
    for run in runs:
        _row(run, tags)


def _row(run: Run, tags: Sequence[str]) -> None:
    name, status_cell, before, best, actions = st.columns(_WIDTHS, vertical_alignment="center")
    status = status_of(run)
    with name:
        _describe(run)
    status_cell.badge(status, color=STATUS_COLORS[status])
    place = jobs().place(run)
    if place:
        status_cell.caption(place_text(place))
    if status == "failed":
        status_cell.caption("details: Open")
    epochs = _epochs(run)
    before.markdown(percent(epochs[0]) if epochs else "–")
    best.markdown(_best(run, epochs))
    with actions.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if place:
            offer_to_move(run, place)
        offer_to_go_on(run, status, is_main=False)
        if st.button("Open", key=f"open {run.identity}"):
            go_to("evaluate" if status == "finished" else "train", run=run.identity)
        offer_to_edit(run, tags)
        if status not in ACTIVE:
            _delete_button(run)


def _describe(run: Run) -> None:
    group = run.config.group
    st.markdown(f"**{plain(run.name.removeprefix(f'{group}, '))}**")
    data = plain(version_words(run.config.data.dataset))
    st.caption(f"{run.config.model.backbone} · {run.config.recipe.name} · {_started(run)}  \n{data}")
    if run.config.origin:
        st.badge("made from another run", icon=":material/call_split:", color="gray")
    if group:
        st.badge(plain(group), icon=":material/grid_view:", color="gray")
    show_labels(run)


def _delete_button(run: Run) -> None:
    with st.popover(":material/delete:", help="Delete this run"):
        st.markdown(f"Move **{plain(run.name)}** with its weights and predictions to the trash? The pictures stay.")
        if st.button("Move to the trash", key=f"delete {run.identity}", type="primary"):
            try:
                run_store().delete(run.identity)
            except SftvizError as error:
                say_error(error)
            else:
                st.rerun()


def _epochs(run: Run) -> list[float]:
    try:
        return [epoch.validation["accuracy"] for epoch in run.state.epochs]
    except RunError:
        return []


def _best(run: Run, accuracies: list[float]) -> str:
    if len(accuracies) < 2 or (best := run.state.best) is None:
        return "–"
    return f"**{percent(best.validation['accuracy'])}** in epoch {best.epoch} of {len(accuracies) - 1}"


def _started(run: Run) -> str:
    try:
        return moment(run.state.queued_at) if run.state.queued_at else ""
    except RunError:
        return ""
