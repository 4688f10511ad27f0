"""The widgets that decide a run: backbone and weights, and the rest that seldom needs a change."""

from collections.abc import Sequence

import streamlit as st

from sftviz.config import DataConfig, Fit, ModelConfig, Recipe, RunConfig
from sftviz.data.stored import StoredData
from sftviz.models.places import is_here
from sftviz.ui.backbone_card import offer_download, show_backbone
from sftviz.ui.backbone_choice import offer_search, pick_backbone
from sftviz.ui.file_choice import choose_file
from sftviz.ui.rate_view import offer_rate_search
from sftviz.ui.recipe_form import adjust_recipe

_WEIGHTS = {
    "bundled": "Pretrained on ImageNet, bundled with sftviz",
    "default": "Pretrained by its publisher, downloaded once",
    "random": "Random: nothing learned yet",
    "file": "A weights file on this machine",
}
_TEST_HELP = (
    "Pictures that nothing looks at until you open them on Evaluate, once, for the checkpoint that you chose: what they"
    " say of it is not flattered by your choices. Data that bring their own split bring their own test set, in test/."
)


def choose_model(classes: Sequence[str]) -> ModelConfig:
    """Which backbone, which weights.

    Args:
        classes: of the data, in their order.
    """
    chosen, search = st.container(), st.container()
    # First, because the page ends where the chosen one must be looked up and cannot be.
    with search:
        offer_search()
    with chosen:
        entry = pick_backbone()
    show_backbone(entry)
    kind = st.radio(
        "Weights", [entry.pretrained, "random", "file"], format_func=_WEIGHTS.__getitem__, key=f"weights {entry.name}"
    )
    if kind != "file":
        model = ModelConfig(backbone=entry.name, weights=kind)
        if kind == "default" and not is_here(entry):
            offer_download(model)
        return model
    return choose_file(entry, classes)


def choose_rest(model: ModelConfig, recipe: Recipe, stored: StoredData, fit: Fit) -> tuple[DataConfig, Recipe, int]:
    """Settings that seldom need a change, folded away.

    Raises:
        TrainingError: values that do not go together.
    """
    with st.expander("Advanced settings", icon=":material/tune:"):
        st.markdown("**The run**")
        left, middle, other, right = st.columns([1, 1.1, 1.1, 1.6])
        seed = int(left.number_input("Seed", 0, 2**32 - 1, 0, help="The same seed gives the same run."))
        share = middle.slider("Kept for validation", 0.05, 0.5, 0.2, 0.05, format="percent", key="share")
        test_share = other.slider(
            "Held out as a test set",
            0.0,
            0.4,
            0.0,
            0.05,
            format="percent",
            key="test share",
            help=_TEST_HELP,
            disabled=stored.listing.has_own_split,
        )
        augment = right.toggle("Vary the pictures while training", value=True, help="Random crops and mirror images.")
        data = DataConfig(
            dataset=stored.listing.identity,
            validation_share=share,
            test_share=0.0 if stored.listing.has_own_split else test_share,
            fit=fit,
            augment=augment,
        )
        if recipe.stages:
            recipe = adjust_recipe(recipe)
            if model.weights:
                config = RunConfig(name="rates", data=data, model=model, recipe=recipe, seed=seed)
                offer_rate_search(config, stored)
    return data, recipe, seed
