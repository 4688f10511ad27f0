"""A run while it learns: controls, numbers, curves, and its log."""

from functools import partial

import streamlit as st

from sftviz.analysis.figure_tables import measures_table
from sftviz.figures.curves import accuracy_lines, loss_lines
from sftviz.jobs.queue import Place
from sftviz.runs.forecast import pace, seconds_left, share_done
from sftviz.runs.run import Run
from sftviz.ui.components import curves
from sftviz.ui.data_line import show_data
from sftviz.ui.downloads import file_name, offer_csv
from sftviz.ui.log_lines import log_lines, notice_text
from sftviz.ui.navigation import go_to
from sftviz.ui.run_actions import offer_to_go_on, offer_to_move, place_text
from sftviz.ui.stores import jobs
from sftviz.ui.wording import STATUS_COLORS, duration, percent, plain, points

_PHASES = {
    "download": "Downloading the weights",
    "pixels": "Decoding the pictures",
    "checking": "Looking which pictures are gone or have changed",
    "pilot": "Trying ways of arithmetic",
    "features": "Computing embeddings",
}


def show_controls(run: Run) -> None:
    """Name, status, and what can be done now."""
    status = run.status
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(run.name)}**")
        st.badge(status, color=STATUS_COLORS[status])
        st.space("stretch")
        is_active = status in ("queued", "running")
        help_text = "Ends within a step; you can continue later."
        if is_active and st.button("Stop", icon=":material/stop_circle:", help=help_text):
            jobs().stop(run)
            st.toast("Stopping; the position is being saved.")
        place = jobs().place(run)
        if place:
            offer_to_move(run, place)
        offer_to_go_on(run, status, is_main=True)
        if run.state.epochs and st.button("Evaluate", icon=":material/fact_check:"):
            go_to("evaluate", run=run.identity)
    show_data(run, "Learns")
    _explain_status(run, status, place)


def _explain_status(run: Run, status: str, place: Place | None) -> None:
    state = run.state
    if status == "failed":
        st.error(plain(state.message), icon=":material/error:")
    elif status == "interrupted":
        st.warning("sftviz ended while this run was on its way. *Resume* goes on from the last checkpoint.")
    elif status == "queued":
        where = f": {place_text(place)}" if place else ""
        st.info(f"Waiting for the run before it to end{where}.", icon=":material/hourglass:")
    if origin := run.config.origin:
        st.caption(
            f"Epoch 1 was made from epoch {origin.epoch} of run {plain(origin.run)}, not trained: its training values "
            "are of plain pictures, and its time is that run's with what making it took."
        )
    if state.resumed and state.resumed.differences:
        st.caption("Not bit-identical to an uninterrupted run: " + plain("; ".join(state.resumed.differences)))
    for notice in state.notices:
        st.caption(plain(notice_text(notice)))
    if state.finished and state.finished.reason != "completed":
        why = {"patience": "no better epoch came for a while", "target": "the target is reached"}
        st.caption(f"Ended early: {why[state.finished.reason]}.")


def show_numbers(run: Run) -> None:
    """Progress, accuracy against before, best epoch, learning rate and speed."""
    state, total = run.state, run.recipe.num_epochs
    if state.phase and run.is_active:
        done, of = state.phase.done, state.phase.total
        st.progress(
            done / max(1, of), text=f"{_PHASES[state.phase.phase]}: {done:,} of {of:,} {_unit(state.phase.unit)}"
        )
    elif total:
        st.progress(share_done(state, total), text=_progress_text(run))
    before, best, last = state.before, state.best, state.epochs[-1] if state.epochs else None
    with st.container(horizontal=True):
        if before and last:
            change = last.validation["accuracy"] - before.validation["accuracy"]
            accuracy = percent(last.validation["accuracy"])
            delta = f"{points(change)} from before" if last.epoch else None
            st.metric("Validation accuracy", accuracy, delta, border=True, height="stretch")
        if best and best.epoch:
            accuracy = percent(best.validation["accuracy"])
            st.metric("Best epoch", f"{best.epoch}, {accuracy}", border=True, height="stretch")
        if last:
            st.metric("Validation loss", f"{last.validation['loss']:.3f} nats", border=True, height="stretch")
        if state.steps:
            st.metric(
                "Learning rate of the head", f"{state.steps[-1].learning_rate:.1e}", border=True, height="stretch"
            )
            st.metric("Speed", f"{pace(state):.0f} pictures/s", border=True, height="stretch")


def _progress_text(run: Run) -> str:
    state, total = run.state, run.recipe.num_epochs
    if not state.steps:
        return "Preparing" if run.is_active else f"{max(0, len(state.epochs) - 1)} of {total} epochs"
    step = state.steps[-1]
    text = f"Epoch {step.epoch} of {total}, step {step.step} of {step.num_steps}"
    left = seconds_left(state, total)
    return f"{text}, about {duration(left)} left at this pace" if run.is_active and left is not None else text


def _unit(unit: str) -> str:
    return "pictures" if unit == "examples" else unit


def show_curves(run: Run) -> None:
    """Loss and accuracy, live."""
    state, last = run.state, max(1, run.recipe.num_epochs)
    if not state.epochs and not state.steps:
        st.info("The first point appears as soon as epoch 0 is evaluated.", icon=":material/monitoring:")
        return
    target = run.target
    left, right = st.columns(2)
    with left.container(border=True):
        st.markdown("**Loss**, mean negative log-likelihood in nats")
        curves(
            loss_lines(state.epochs, state.steps),
            key="loss",
            label="Loss by epoch",
            file_name=file_name(f"loss {run.identity}"),
            last_epoch=last,
        )
    with right.container(border=True):
        st.markdown("**Accuracy**, share of right predictions")
        curves(
            accuracy_lines(state.epochs),
            key="accuracy",
            label="Accuracy by epoch",
            file_name=file_name(f"accuracy {run.identity}"),
            last_epoch=last,
            is_percent=True,
            target=target.value if target and target.metric == "accuracy" else None,
        )
    st.caption(
        "Epoch 0 is *before*: the pretrained backbone with the best head that can be solved for without touching it; "
        "its training value is out of fold. Later training values are taken while learning, from varied pictures."
    )
    table = partial(measures_table, tuple(state.epochs))
    offer_csv(table, name=f"epochs {run.identity}", key="epochs csv", label="Data (CSV)")


def show_log(run: Run) -> None:
    """What happened, in sentences."""
    with st.expander("Log", icon=":material/receipt_long:"):
        st.code("\n".join(log_lines(run.state)) or "Nothing yet.", language=None, height=220)
