"""What is known of a backbone before anything is downloaded: cost, licence, source, and what it sees."""

import streamlit as st

from sftviz.config import ModelConfig
from sftviz.jobs.background import BackgroundWork
from sftviz.jobs.providing import download
from sftviz.models.backbone import Backbone
from sftviz.models.places import is_here, is_on_hub
from sftviz.ui.wording import percent, plain
from sftviz.ui.work_view import follow_work

_SOURCES = {
    "bundled": "bundled with sftviz",
    "torchvision": "published by torchvision",
    "timm": "published by timm",
    "hub": "from the Hugging Face hub",
}


def show_backbone(entry: Backbone) -> None:
    """Four numbers, and in words the rest."""
    top1, about = entry.imagenet_top1, "about " if is_on_hub(entry) else ""
    with st.container(horizontal=True):
        for label, value, explanation in (
            (
                "ImageNet accuracy, top-1",
                "not stated" if top1 is None else percent(top1),
                "As its publisher states it.",
            ),
            ("Parameters", f"{entry.million_parameters:.1f} million", "With its publisher's head."),
            ("Work for one picture", f"{entry.gmac:.2f} GMAC", "Billions of multiply-adds."),
            ("Weights file", f"{about}{entry.file_mib:,.0f} MiB", None),
        ):
            st.metric(label, value, border=True, height="stretch", help=explanation)
    st.caption(f"{_provenance(entry)} {_preprocessing(entry)}")


def offer_download(model: ModelConfig) -> None:
    """A button that brings the weights to this machine now; the start of a run would do the same."""
    follow_work(
        "Download the weights",
        "Start would do the same. What broke off goes on where it stopped, and the file is checked by its hash.",
        model.backbone,
        lambda: BackgroundWork(lambda: download(model)),
        icon=":material/download:",
    )


def _provenance(entry: Backbone) -> str:
    where = _SOURCES[entry.source]
    if entry.source != "bundled":
        where += ", already on this machine" if is_here(entry) else ", downloaded on first use"
    return f"Weights {plain(entry.weights_name)}, {where}. Licence: {plain(entry.licence)}."


def _preprocessing(entry: Backbone) -> str:
    sees = entry.preprocessing
    mean, std = (", ".join(dict.fromkeys(f"{value:.3g}" for value in values)) for values in (sees.mean, sees.std))
    return (
        f"Sees {sees.crop} × {sees.crop} pixels of pictures whose short side is made {sees.resize} "
        f"({sees.interpolation}), their colours from 0 to 1 less {mean} and divided by {std}."
    )
