"""What is cross-validated: which pictures, which backbone, and in how many folds."""

import streamlit as st

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.folds import most_folds
from sftviz.data.stored import StoredData
from sftviz.recommendation import recommend
from sftviz.ui.backbone_choice import pick_backbone
from sftviz.ui.pickers import pick_number
from sftviz.ui.wording import plain

_USUAL_FOLDS, _MOST_FOLDS = 5, 10
_WHAT_FOLDS_ARE = (
    "Parts of the pictures; each is held out once. No more than the smallest class has different pictures."
)


def choose_folds(stored: StoredData) -> RunConfig:
    """Backbone and number of folds; data that cannot be divided are a sentence, and the page ends there."""
    listing = stored.listing
    most = min(_MOST_FOLDS, most_folds(listing))
    if most < 2:
        st.info(
            f"**{plain(stored.name)}** cannot be cross-validated: it takes two different pictures of each class, one "
            "to learn from and one to check.",
            icon=":material/info:",
        )
        st.stop()
    left, right = st.columns([2, 1])
    with left:
        entry = pick_backbone()
    with right:
        num_folds = pick_number("Folds", "folds", 2, most, _USUAL_FOLDS, explanation=_WHAT_FOLDS_ARE)
    model = ModelConfig(backbone=entry.name, weights=entry.pretrained)
    return RunConfig(
        name=stored.name,
        # What a head on frozen features sees is the plain view of each picture.
        data=DataConfig(dataset=stored.listing.identity, num_folds=num_folds, augment=False),
        model=model,
        recipe=recommend(listing, model),
    )
