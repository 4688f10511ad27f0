"""The learning-rate range test on the Model page: a button, a bar while it goes on, the curve, and its suggestion."""

import pandas as pd
import streamlit as st

from sftviz.config import Recipe, RunConfig
from sftviz.data.stored import StoredData
from sftviz.figures.rates import rates_figure
from sftviz.jobs.measuring import search_rates
from sftviz.trials import RateTest
from sftviz.ui.downloads import show_figure
from sftviz.ui.recipe_form import RATE_BOUNDS, rate_keys
from sftviz.ui.work_view import offer_work


def offer_rate_search(config: RunConfig, stored: StoredData) -> None:
    """Let a person find the first stage's learning rate for just these choices."""
    work = offer_work(
        "Find the learning rate",
        "Raises the rate step by step on a copy of the network and shows where the loss falls and where it diverges; "
        "takes about as long as 60 steps of training.",
        config,
        stored,
        search_rates,
    )
    if work is not None and work.result is not None:
        _show(work.result, config.recipe)


def _show(test: RateTest, recipe: Recipe) -> None:
    table = pd.DataFrame(
        {
            "learning rate of the head": test.rates_N,
            "loss, nats": test.losses_N,
            "smoothed loss, nats": test.smoothed_N,
        }
    )
    show_figure(rates_figure(test), table, name="learning rate test", key="rates")
    if test.suggestion is None:
        st.caption("The loss never falls: the head of epoch 0 fits already. Keep the recipe's rate, or lower it.")
        return
    st.caption("Dashed: where the loss falls most steeply, a good peak. Where the curve rises, training would diverge.")
    st.button(f"Use {test.suggestion:.1e}", icon=":material/check:", on_click=_use, args=(test, recipe))


def _use(test: RateTest, recipe: Recipe) -> None:
    stage = recipe.stages[0]
    head_key, backbone_key = rate_keys(recipe, 0)
    rate = test.suggestion or stage.head_lr
    st.session_state[head_key] = rate
    if stage.learns != "head":
        low, high = RATE_BOUNDS
        st.session_state[backbone_key] = min(high, max(low, stage.backbone_lr / stage.head_lr * rate))
