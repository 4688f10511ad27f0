"""How each validation picture was learned, over all epochs."""

import numpy as np
import streamlit as st

from sftviz.analysis.dynamics import NEVER, Dynamics, dynamics, dynamics_table, epochs_table
from sftviz.figures.dynamics import data_map_figure, strip_figure
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.components import pictures_on_hover
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_one
from sftviz.ui.pictures import picture_path, thumbnail_uri
from sftviz.ui.wording import percent, plain

_ENOUGH_EPOCHS = 5
_PICKED = "picked on the data map"


def show_learning(compared: Compared) -> None:
    """The data map, what every epoch said of each picture, and the pictures that were hard to learn."""
    run = compared.run
    epochs = [epoch.epoch for epoch in run.state.epochs]
    if len(epochs) < 2:
        st.info("How pictures are learned shows from the first epoch of fine-tuning on.", icon=":material/info:")
        return
    found, last = analysed(dynamics, run.predictions_of(epochs)), run.predictions(epochs[-1])
    _show_map(run, found, last)
    _show_strip(found)
    _show_galleries(run, found, last)


def _show_map(run: Run, found: Dynamics, last: Predictions) -> None:
    with st.container(key="data-map"):
        picked = show_figure(
            data_map_figure(found, last),
            lambda: dynamics_table(found, last),
            name=f"data map {run.identity}",
            key=f"data map {run.identity} {found.epochs[-1]}",
            is_clickable=True,
        )
    pictures_on_hover(key="hover", container="data-map", address=f"/thumbnail/{run.identity}/")
    # The chart keeps its selection from draw to draw: only a new one is a click.
    if picked != st.session_state.get(_PICKED):
        st.session_state[_PICKED] = picked
        if picked is not None:
            selection.move_on({"picture": found.examples[picked]})
    chosen = selection.chosen("picture")
    if chosen in found.examples:
        _show_point(run, found, last, found.examples.index(chosen))
    noisy = f" With {len(found.epochs)} epochs, the variability is noisy." if len(found.epochs) < _ENOUGH_EPOCHS else ""
    st.caption(
        "Each point is a validation picture over all epochs, *before* included; hover to see it, click it for more. "
        f"Low on the map are those never taken for what they are called: look there for wrong labels.{noisy}"
    )


def _show_point(run: Run, found: Dynamics, last: Predictions, index: int) -> None:
    name, first = found.examples[index], int(found.first_learned_N[index])
    num_right, times = int(found.is_right_EN[:, index].sum()), int(found.num_forgotten_N[index])
    since = "wrong in the last epoch" if first == NEVER else f"stays right from epoch {first} on"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(thumbnail_uri(picture_path(run, name), 160), width=130, alt=name)
        with st.container():
            st.markdown(f"**{plain(name)}** is {plain(last.classes[last.labels_N[index]])}")
            st.markdown(
                f"Right in {num_right} of {len(found.epochs)} epochs, {since}, forgotten {times} "
                f"{'time' if times == 1 else 'times'}. Probability of its class: "
                f"{percent(float(found.confidence_N[index]))} in the mean."
            )
            if st.button("Explain this picture", icon=":material/visibility:", key="explain point"):
                go_to("explain", run=run.identity, picture=name)


def _show_strip(found: Dynamics) -> None:
    show_figure(strip_figure(found), lambda: epochs_table(found), name=f"epochs {found.run}", key="strip")
    stay, before, forgotten, never = (
        int(np.count_nonzero(each))
        for each in (
            found.first_learned_N != NEVER,
            found.is_right_EN[0],
            found.num_forgotten_N,
            found.correctness_N == 0,
        )
    )
    st.caption(
        f"Of {len(found.examples):,} validation pictures, {before:,} were right before and {stay:,} are right in the "
        f"end; {forgotten:,} were forgotten at least once, and {never:,} were never right."
    )


def _show_galleries(run: Run, found: Dynamics, last: Predictions) -> None:
    groups = {
        "never": (f"Never right {len(found.never_right):,}", found.never_right),
        "forgotten": (f"Forgotten most {len(found.most_forgotten):,}", found.most_forgotten),
        "hardest": ("Hardest first", found.hardest),
    }
    group = pick_one("Pictures", "learned", {key: title for key, (title, _) in groups.items()})
    title, indices = groups[group]
    show_pictures(run, last, indices, key="learned pictures", label=title)
