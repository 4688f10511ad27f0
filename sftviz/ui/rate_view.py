"""The learning-rate range test on the Model page: a button, a bar while it goes on, the curve, and its suggestion."""

import streamlit as st

from sftviz.config import Recipe, RunConfig
from sftviz.data.split import split
from sftviz.data.store import StoredData
from sftviz.figures.rates import rates_figure
from sftviz.home import default_home
from sftviz.jobs.rate_search import RateSearch
from sftviz.results import RateTest
from sftviz.ui.recipe_form import rate_keys
from sftviz.ui.wording import plain

_STATE = "rate search"


def offer_rate_search(config: RunConfig, stored: StoredData) -> None:
    """Let a person find the first stage's learning rate for just these choices."""
    asked = config.model_dump_json(exclude={"name"})
    running: tuple[str, RateSearch] | None = st.session_state.get(_STATE)
    search = running[1] if running and running[0] == asked else None
    if st.button(
        "Find the learning rate",
        icon=":material/speed:",
        disabled=search is not None and not search.is_over,
        help="Raises the rate step by step on a copy of the network and shows where the loss falls and where it "
        "diverges; takes about as long as 60 steps of training.",
    ):
        if running:
            running[1].cancel()
        divided = split(stored.listing, validation_share=config.data.validation_share, seed=config.seed)
        st.session_state[_STATE] = (asked, RateSearch(config, divided.to_json(), default_home()))
        st.rerun()
    if search is None:
        return
    if search.is_over:
        _show(search, config.recipe)
    else:
        st.fragment(_follow, run_every=0.5)(search)


def _follow(search: RateSearch) -> None:
    if search.is_over:
        # One full pass takes the timer away.
        st.rerun()
    st.progress(search.share, "Trying rates" if search.is_trying else "Preparing pictures and network")
    if st.button("Cancel", icon=":material/close:"):
        search.cancel()


def _show(search: RateSearch, recipe: Recipe) -> None:
    if search.message:
        st.error(plain(search.message), icon=":material/error:")
    if search.result is None:
        return
    st.plotly_chart(rates_figure(search.result), key="rates")
    if search.result.suggestion is None:
        st.caption("The loss never falls: the head of epoch 0 fits already. Keep the recipe's rate, or lower it.")
        return
    st.caption("Dashed: where the loss falls most steeply, a good peak. Where the curve rises, training would diverge.")
    st.button(
        f"Use {search.result.suggestion:.1e}", icon=":material/check:", on_click=_use, args=(search.result, recipe)
    )


def _use(test: RateTest, recipe: Recipe) -> None:
    stage = recipe.stages[0]
    head_key, backbone_key = rate_keys(recipe, 0)
    st.session_state[head_key] = test.suggestion
    st.session_state[backbone_key] = stage.backbone_lr / stage.head_lr * (test.suggestion or stage.head_lr)
