"""The runs that the Compare page is about, and how they are named there."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from sftviz.analysis.history import History, history
from sftviz.errors import RunError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import evaluated_runs
from sftviz.ui.wording import run_title

MOST_RUNS = 6
_LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Chosen:
    """Two to six runs, each with its best epoch so far.

    Attributes:
        runs: in the order in which they were chosen.
        predictions: of the best epoch of each.
        histories: of each.
    """

    runs: tuple[Run, ...]
    predictions: tuple[Predictions, ...]
    histories: tuple[History, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """A letter for each run, where room is short."""
        return tuple(_LETTERS[: len(self.runs)])

    @property
    def names(self) -> tuple[str, ...]:
        """Letter and title of each run."""
        return tuple(f"{letter} · {run_title(run)}" for letter, run in zip(self.letters, self.runs, strict=True))


def pick_runs() -> Chosen:
    """Ask for the runs; a page without two of them says how to get them, and ends there."""
    known = {run.identity: run for run in evaluated_runs()}
    if len(known) < 2:
        _say_that_two_are_needed(len(known))
    widget = "pick runs"
    st.session_state[widget] = _chosen_before(known)
    identities = st.multiselect(
        "Runs to compare",
        list(known),
        key=widget,
        format_func=lambda identity: run_title(known[identity]),
        max_selections=MOST_RUNS,
        placeholder="Choose two to six runs",
        on_change=lambda: selection.remember("runs", ",".join(st.session_state[widget])),
    )
    selection.remember("runs", ",".join(identities))
    if len(identities) < 2:
        st.info("Choose at least two runs.", icon=":material/info:")
        st.stop()
    return _read([known[identity] for identity in identities])


def _say_that_two_are_needed(count: int) -> None:
    st.info(
        "A comparison needs two runs that have finished their first evaluation; "
        f"there {'is one' if count else 'is none'}. Start another with other settings.",
        icon=":material/info:",
    )
    if st.button("Go to Model", type="primary", icon=":material/deployed_code:"):
        go_to("model")
    st.stop()


def _chosen_before(known: dict[str, Run]) -> list[str]:
    """What the selection names; without one, the newest run and the next of the same data set."""
    asked = selection.chosen("runs")
    if asked is not None:
        return [identity for identity in dict.fromkeys(asked.split(",")) if identity in known][:MOST_RUNS]
    current = known.get(selection.chosen("run") or "") or next(iter(known.values()))
    others = [run for run in known.values() if run is not current]
    others.sort(key=lambda run: run.config.data.dataset != current.config.data.dataset)
    return [current.identity, others[0].identity]


def _read(runs: Sequence[Run]) -> Chosen:
    try:
        best = [run.state.best for run in runs]
        predictions = tuple(run.predictions(epoch.epoch if epoch else 0) for run, epoch in zip(runs, best, strict=True))
    except RunError as error:
        say_error(error)
        st.stop()
    return Chosen(tuple(runs), predictions, tuple(history(run.state.epochs, run.state.steps) for run in runs))
