"""What is cross-validated: which pictures, which backbone, and in how many folds."""

import streamlit as st

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.folds import most_folds
from sftviz.data.store import StoredData
from sftviz.models.catalogue import BACKBONES
from sftviz.recommendation import recommend
from sftviz.ui.wording import plain

_USUAL_FOLDS, _MOST_FOLDS = 5, 10


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
    backbone = left.selectbox(
        "Backbone", list(BACKBONES), format_func=lambda each: BACKBONES[each].title, key="folds backbone"
    )
    num_folds = right.number_input(
        "Folds",
        2,
        most,
        min(_USUAL_FOLDS, most),
        key=f"folds number {stored.identity}",
        help="Parts of the pictures; each is held out once. No more than the smallest class has different pictures.",
    )
    model = ModelConfig(backbone=backbone, weights=BACKBONES[backbone].pretrained)
    return RunConfig(
        name=stored.name,
        # What a head on frozen features sees is the plain view of each picture.
        data=DataConfig(dataset=stored.identity, num_folds=int(num_folds), augment=False),
        model=model,
        recipe=recommend(listing, model),
    )
