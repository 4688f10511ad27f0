"""Good enough? And if it is not: what to try next, with reasons and ways there."""

from typing import Literal

import streamlit as st

from sftviz.analysis.history import history
from sftviz.analysis.next_steps import Kind, NextStep, next_recipe, next_steps, weak_classes
from sftviz.analysis.targets import estimate, reaches
from sftviz.errors import RunError
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.run_actions import offer_to_go_on
from sftviz.ui.stores import data_identity
from sftviz.ui.wording import TARGET_TITLES, percent, plain

_TITLES: dict[Kind, str] = {
    "more_epochs": "More epochs, with the optimizer as it was",
    "unfreeze": "Let more of the backbone learn",
    "next_model": "Try another pretrained model",
    "pictures": "More pictures of some classes",
}


def show_next(compared: Compared) -> None:
    """Whether the target is reached; where it is not, what can be done, the promising first."""
    run = compared.run
    _say_whether_it_is_enough(compared)
    if run.is_active:
        st.caption("The run is still on its way: what to do next is clearer at its end.")
        return
    st.header("What to try next", divider="gray")
    try:
        weak = weak_classes(compared.after, run.training_counts())
    except RunError as error:
        say_error(error)
        return
    state = run.state
    went = history(state.epochs, state.steps)
    for step in next_steps(went, state.epochs[-1].train["accuracy"], run.recipe, weak):
        _show(run, step)


def _say_whether_it_is_enough(compared: Compared) -> None:
    target, epoch = compared.run.target, compared.after.source.epoch
    if target is None:
        st.info("State a target above: then this page says whether it is good enough.", icon=":material/flag:")
        return
    found = analysed(estimate, compared.after, metric=target.metric)
    if reaches(found, target):
        st.success("Good enough: the target is reached in this epoch.", icon=":material/flag:")
        return
    missing = target.value - (found.interval[0] if target.sure else found.value)
    what = "lower end of its interval" if target.sure else TARGET_TITLES[target.metric]
    st.warning(
        f"Not good enough yet: the {what} is {100 * missing:.1f} points below {percent(target.value)} in "
        f"epoch {epoch}.",
        icon=":material/flag:",
    )


def _show(run: Run, step: NextStep) -> None:
    with st.container(border=True):
        text, button = st.columns([4, 1.2], vertical_alignment="center")
        with text:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{_TITLES[step.kind]}**")
                if step.is_promising:
                    st.badge("promising", icon=":material/thumb_up:", color="green")
            st.markdown(plain(step.reason))
        with button:
            _offer(run, step)


def _offer(run: Run, step: NextStep) -> None:
    kind: Literal["primary", "secondary"] = "primary" if step.is_promising else "secondary"
    if step.kind == "more_epochs":
        offer_to_go_on(run, run.status, is_main=step.is_promising)
    elif step.kind == "unfreeze":
        recipe = next_recipe(run.recipe) or run.recipe.name
        if st.button(f"Recipe {recipe.replace('_', ' ')}", key="next unfreeze", type=kind):
            go_to("model", data=data_identity(run), recipe=recipe)
    elif step.kind == "next_model":
        if st.button("Choose a model", key="next model", type=kind):
            go_to("model", data=data_identity(run))
    elif st.button("Show the data", key="next pictures", type=kind):
        go_to("data", data=data_identity(run))
