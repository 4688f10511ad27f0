"""A group of runs: how far it is, accuracy against cost, and its table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sftviz.figures.costs import cost_figure
from sftviz.runs.run import Run
from sftviz.sweeps.dimensions import DIMENSIONS, value_text
from sftviz.sweeps.groups import compare, rows
from sftviz.ui.downloads import offer_csv, show_figure
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import jobs

_FORMATS = {
    name: st.column_config.NumberColumn(format=f"%.{digits}f")
    for name, digits in (("before, %", 1), ("best, %", 1), ("seconds", 1))
} | {each.title: st.column_config.NumberColumn(format="%g") for each in DIMENSIONS.values() if not each.options}


def show_controls(runs: Sequence[Run]) -> None:
    """How many runs are over, and a button that ends them all."""
    active = [run for run in runs if run.is_active]
    num_over = len(runs) - len(active)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(num_over / len(runs), text=f"{num_over} of {len(runs)} runs are over")
        if active and st.button("Stop the sweep", icon=":material/stop_circle:", help="Each run can be continued."):
            jobs().stop(*active)
            st.toast("Stopping; the position of the current run is being saved.")


def show_picture(runs: Sequence[Run]) -> None:
    """Accuracy against cost; a click on a point opens its run."""
    comparison = compare(runs)
    costs = pd.DataFrame(
        {
            "run": comparison.runs,
            "settings": comparison.labels,
            "seconds": comparison.seconds_N,
            "best validation accuracy": comparison.accuracy_N,
            "worth having": comparison.is_on_front_N,
        }
    )
    picked = show_figure(cost_figure(comparison), costs, name="accuracy and cost", key="costs", is_clickable=True)
    if picked is not None:
        _open(comparison.runs[picked], runs)
    st.caption(
        "Each point is a run; click one to open it. **Joined are the runs worth having**: whatever is better took "
        "longer. The rest are beaten by another in accuracy and time (the Pareto front). Time is that of the epochs, "
        "without what is computed once for all runs."
    )


def show_table(runs: Sequence[Run]) -> None:
    """One line a run; a click on its box opens it."""
    comparison = compare(runs)
    best = {run for run, is_best in zip(comparison.runs, comparison.is_on_front_N, strict=True) if is_best}
    table = pd.DataFrame([_line(row, is_best=row["run"] in best) for row in rows(runs)])
    event = st.dataframe(
        table,
        hide_index=True,
        key="group table",
        column_config=_FORMATS,
        on_select="rerun",
        selection_mode="single-row",
    )
    offer_csv(table, name="runs of the sweep", key="group csv", label="Table (CSV)")
    chosen = event.selection.rows
    if chosen:
        _open(runs[chosen[0]].identity, runs)


def _line(row: dict[str, int | float | str | None], *, is_best: bool) -> dict[str, object]:
    values: dict[str, object] = {
        # Where there are names among the values, all are shown as text.
        DIMENSIONS[name].title: value_text(value) if DIMENSIONS[name].options else value
        for name, value in row.items()
        if name in DIMENSIONS
    }
    before, after = (row[f"{name}.accuracy"] for name in ("before", "best"))
    return values | {
        "status": row["status"],
        "before, %": 100 * before if isinstance(before, float) else None,
        "best, %": 100 * after if isinstance(after, float) else None,
        "seconds": row["seconds"],
        "worth having": "◆" if is_best else "",
    }


def _open(identity: str, runs: Sequence[Run]) -> None:
    run = next(run for run in runs if run.identity == identity)
    go_to("evaluate" if run.status == "finished" else "train", run=identity)
