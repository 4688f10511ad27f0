"""Which pretrained model, which recipe, and Start."""

import streamlit as st

from sftviz.config import RunConfig
from sftviz.recommendation import recommend
from sftviz.ui.cost_view import offer_forecast
from sftviz.ui.launching import start
from sftviz.ui.model_form import choose_model, choose_rest
from sftviz.ui.navigation import go_to
from sftviz.ui.network_view import choose_fit, show_views
from sftviz.ui.pickers import pick_data
from sftviz.ui.ranking_view import offer_ranking
from sftviz.ui.recipe_form import choose_recipe, show_command
from sftviz.ui.stores import jobs
from sftviz.ui.wording import plain

st.title("Model")
stored = pick_data()
if stored is None:
    st.stop()
# Its start takes seconds, which choosing hides.
jobs().warm_up()

st.header("Pretrained backbone", divider="gray")
model = choose_model(stored.listing.classes)
ranking = st.container()
st.header("What it sees", divider="gray")
fit = choose_fit()
with ranking:
    offer_ranking(stored, taken=model.backbone, fit=fit)
views = st.container()
st.header("Recipe", divider="gray")
recipe = choose_recipe(recommend(stored.listing, model))
data, recipe, seed = choose_rest(model, recipe, stored, fit)

st.header("Start", divider="gray")
name = st.text_input("Name of the run", value=stored.name, max_chars=200, key=f"name {stored.identity}")
config = RunConfig(name=name.strip() or stored.name, data=data, model=model, recipe=recipe, seed=seed)
with views:
    show_views(config, stored)
if not model.weights:
    st.info("Give the path of the weights file first.", icon=":material/info:")
else:
    offer_forecast(config, stored)
if st.button("Start fine-tuning", type="primary", icon=":material/play_arrow:", disabled=not model.weights):
    go_to("train", run=start(config, stored).identity)
st.caption(
    f"{len(stored.listing.pictures):,} pictures of **{plain(stored.name)}**; "
    f"{'epoch 0 only' if not recipe.stages else f'epoch 0, then {recipe.num_epochs} epochs'}."
)
show_command(config, stored)
