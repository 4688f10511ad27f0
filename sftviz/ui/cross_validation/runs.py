"""Full fine-tuning over the folds: one queued run a fold, and what those say that are finished."""

from collections.abc import Sequence

import streamlit as st

from sftviz.config import RunConfig
from sftviz.data.stored import StoredData
from sftviz.errors import EmptyResultError, RunError, SftvizError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.sweeps.groups import expected_seconds, free_name, groups
from sftviz.ui import selection
from sftviz.ui.cross_validation.launching import start_folds
from sftviz.ui.cross_validation.scores import show_pooled, show_scores
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.recipe_form import choose_recipe
from sftviz.ui.run_status import status_of
from sftviz.ui.stores import jobs, run_store
from sftviz.ui.wording import STATUS_COLORS, duration, plain


def show_runs(config: RunConfig, stored: StoredData) -> None:
    """The form, then the group that is chosen."""
    known = [
        run
        for run in run_store().list()
        if run.config.data.fold is not None and run.config.data.dataset == stored.listing.identity
    ]
    found = groups(known)
    with st.expander("New cross-validation", expanded=not found, icon=":material/add:"):
        _offer_to_queue(config, stored)
    if not found:
        return
    name = pick("Cross-validation", "group", list(found), next(iter(found)))
    selection.remember("group", name)
    runs = sorted(found[name], key=lambda run: run.config.data.fold or 0)
    is_live = any(run.is_active for run in runs)
    st.fragment(_follow, run_every=3.0 if is_live else None)(runs, stored, name, was_live=is_live)


def _offer_to_queue(config: RunConfig, stored: StoredData) -> None:
    recipe = choose_recipe(config.recipe)
    key = f"folds name {stored.identity}"
    title = st.text_input("Name", value=f"{stored.name} folds"[:180], max_chars=180, key=key)
    group = free_name(title.strip() or "Folds", (*run_store().list(), *run_store().trash()))
    data = config.data.model_copy(update={"augment": True})
    config = config.model_copy(update={"name": group, "group": group, "recipe": recipe, "data": data})
    count = data.num_folds
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(f"Queue {count} runs", type="primary", icon=":material/play_arrow:", key="folds start"):
            try:
                with st.spinner("Looking for near-duplicates and drawing the folds…"):
                    start_folds(config, stored)
            except SftvizError as error:
                say_error(error)
                return
            go_to("folds", group=group, view="runs")
        finished = [run for run in run_store().list() if status_of(run) == "finished"]
        seconds = expected_seconds([config] * count, finished)
        time = "" if seconds is None else f", about {duration(seconds)} going by similar runs on this machine"
        st.caption(f"One run a fold, one after the other at low priority{time}; other runs go before them.")


def _follow(runs: Sequence[Run], stored: StoredData, name: str, *, was_live: bool) -> None:
    if was_live and not any(run.is_active for run in runs):
        # One full pass takes the timer away.
        st.rerun()
    num_folds = runs[0].config.data.num_folds
    _show_progress(runs, num_folds)
    finished = [run for run in runs if run.status == "finished" and run.state.epochs]
    if not finished:
        st.info("No fold is finished yet; the first numbers come with the first.", icon=":material/hourglass_empty:")
        return
    left_out = num_folds - len(finished)
    if left_out and not any(run.is_active for run in runs):
        st.warning(
            f"{left_out} of {num_folds} folds did not finish or were deleted: the numbers are of the others, and their "
            "pictures are missing below. Open such a run to resume it.",
            icon=":material/warning:",
        )
    try:
        after = tuple(run.predictions(run.state.epochs[-1].epoch) for run in finished)
        before = tuple(run.predictions(0) for run in finished)
    except RunError as error:
        say_error(error)
        return
    names = [str((run.config.data.fold or 0) + 1) for run in finished]
    if after == before:
        show_scores(after, num_folds=num_folds, names=names, name=name)
    else:
        _show_sides(before, after, num_folds, names, name)
    try:
        show_pooled(after, stored, name=name, are_runs=True)
    except EmptyResultError as error:
        st.info(plain(str(error)), icon=":material/info:")


def _show_sides(
    before: tuple[Predictions, ...], after: tuple[Predictions, ...], num_folds: int, names: Sequence[str], name: str
) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown("**Before fine-tuning**, epoch 0")
        show_scores(before, num_folds=num_folds, names=names, name=f"{name} before")
    with right:
        st.markdown("**After fine-tuning**, the last epoch of each fold")
        show_scores(after, num_folds=num_folds, names=names, name=f"{name} after")
    st.caption("The last epoch counts, not the best: choosing it by the pictures that judge would flatter.")


def _show_progress(runs: Sequence[Run], num_folds: int) -> None:
    num_over = sum(not run.is_active for run in runs)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(num_over / len(runs), text=f"{num_over} of {len(runs)} runs are over")
        if num_over < len(runs) and st.button("Stop all", icon=":material/stop_circle:", key="folds stop"):
            jobs().stop(*(run for run in runs if run.is_active))
            st.toast("Stopping; the position of the current run is being saved.")
    with st.container(horizontal=True):
        for run in runs:
            status = status_of(run)
            number = (run.config.data.fold or 0) + 1
            label = f"Fold {number} of {num_folds}: :{STATUS_COLORS[status]}[{status}]"
            if st.button(label, key=f"open fold {run.identity}", help="Open this run"):
                go_to("evaluate" if status == "finished" else "train", run=run.identity)
