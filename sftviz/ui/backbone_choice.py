"""Which backbone: one that is suggested, or any that the libraries publish."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from sftviz.errors import NotDescribedError
from sftviz.jobs.providing import look_up
from sftviz.models.backbone import Backbone
from sftviz.models.catalogue import BACKBONES, backbone_named, can_be_described
from sftviz.models.places import backbones_here, is_here
from sftviz.models.published import num_published, search_published
from sftviz.ui import selection
from sftviz.ui.pickers import pick
from sftviz.ui.wording import percent, plain
from sftviz.ui.work_view import follow_at_once

_MOST_SHOWN = 50
_COLUMNS = {
    "ImageNet": st.column_config.TextColumn(help="As published; timm states none with its weights."),
    "work": st.column_config.TextColumn(help="Billions of multiply-adds for one picture."),
    "sees": st.column_config.TextColumn(help="Side of the square that it sees."),
}


def pick_backbone() -> Backbone:
    """A select box of those that are suggested, and of the one that was found.

    Where that one must be looked up first, this is done, and the page ends there until it is.
    """
    titles = {name: entry.title for name, entry in BACKBONES.items()}
    asked = selection.chosen("backbone") or ""
    if can_be_described(asked):
        titles[asked] = asked
    name = pick("Backbone", "backbone", list(titles), next(iter(titles)), titles.__getitem__)
    try:
        return backbone_named(name)
    except NotDescribedError:
        found = follow_at_once("Look it up", name, lambda: look_up(name))
        if found is None:
            st.stop()
        return found


def on_offer(*named: Backbone) -> dict[str, Backbone]:
    """Those that are suggested, all others whose weights were downloaded, and some more; by name, no weights twice."""
    by_weights: dict[str, Backbone] = {}
    for entry in (*BACKBONES.values(), *backbones_here(), *named):
        by_weights.setdefault(weights_of(entry), entry)
    return {entry.name: entry for entry in by_weights.values()}


def weights_of(entry: Backbone) -> str:
    """Where its weights come from: the same for what is only called by two names."""
    return entry.address or entry.name


def with_source(entry: Backbone) -> str:
    """Its title, and what has to be downloaded."""
    return entry.title if is_here(entry) else f"{entry.title}, {entry.file_mib:,.0f} MiB to download once"


def choose(name: str) -> None:
    """Have it be the backbone of all pages."""
    selection.move_on({"backbone": name})


def offer_search(take: Callable[[str], None] = choose) -> None:
    """A box for words, and a table of what has them; choosing a line takes the backbone by its name."""
    with st.expander(f"Search {num_published():,} more, of torchvision and timm", icon=":material/search:"):
        words = st.text_input(
            "Parts of the name",
            placeholder="resnet50 v1, or vit small dinov2",
            key="backbone words",
            help="All parts must be in the name, in any order.",
        )
        if not words.strip():
            st.caption("Each is described by its cost, licence and what it sees before anything is downloaded.")
            return
        found, count = search_published(words, _MOST_SHOWN)
        if not found:
            _offer_hub(words.strip(), take)
            return
        _show_found(found, count, words, take)


def _offer_hub(words: str, take: Callable[[str], None]) -> None:
    """What is in no list may be on the hub, by its owner and name."""
    name = f"hf-hub:{words.removeprefix('https://huggingface.co/').removeprefix('hf-hub:')}"
    if not can_be_described(name):
        st.info(
            "No name has all of these parts. Leave one out, or give owner/name of a model on the Hugging Face hub that "
            "is in timm's format.",
            icon=":material/search_off:",
        )
        return
    st.button(
        f"Look up {plain(name)} on the Hugging Face hub",
        icon=":material/cloud_download:",
        on_click=take,
        args=(name,),
        key="ask the hub",
    )
    st.caption("Its description is read, a small file; its weights come later, and no code of it is run.")


def _show_found(found: list[Backbone], count: int, words: str, take: Callable[[str], None]) -> None:
    # Another search is another table, in which nothing is chosen yet.
    key = f"backbones with {words}"

    def take_row() -> None:
        rows = st.session_state[key].selection.rows
        if rows:
            take(found[rows[0]].name)

    st.dataframe(
        pd.DataFrame([_line(each) for each in found]),
        key=key,
        hide_index=True,
        on_select=take_row,
        selection_mode="single-row",
        column_config=_COLUMNS,
    )
    shown = f"The first {len(found)} of {count}: add a part of the name to see fewer. " if count > len(found) else ""
    st.caption(f"{shown}A click at the left end of a line takes that backbone.")


def _line(each: Backbone) -> dict[str, str]:
    return {
        "backbone": each.name,
        "ImageNet": "not stated" if each.imagenet_top1 is None else percent(each.imagenet_top1),
        "parameters": f"{each.million_parameters:.1f} million",
        "work": f"{each.gmac:.2f} GMAC",
        "weights file": f"{each.file_mib:,.0f} MiB",
        "sees": f"{each.preprocessing.crop} pixels",
        "licence": each.licence,
    }
