"""Which of the explained pictures are shown, and in which order."""

from typing import cast

import streamlit as st

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.across_table import Kept, Order, chosen
from sftviz.attribution.box import Box
from sftviz.results import IntArray
from sftviz.ui import selection
from sftviz.ui.explanation.box import show_box
from sftviz.ui.pickers import pick, pick_one, slide_range

_KEPT = {
    "all": "All",
    "right": "Right",
    "wrong": "Wrong",
    "fixed": "Fixed",
    "broken": "Broken",
}
_ORDERS = {
    "moved": "evidence moved most",
    "border": "most evidence on the border",
    "outside": "most evidence outside the box",
    "sure": "confidence, highest first",
    "unsure": "confidence, lowest first",
}


def pick_pictures(across: EvidenceAcross) -> tuple[IntArray, Box | None]:
    """Places of the pictures in order, and the box that is drawn, if there is one."""
    classes = across.after.classes
    box = Box.parsed(selection.chosen("box") or "")
    labels = ["", *map(str, range(len(classes)))]
    orders = [name for name in _ORDERS if name != "outside" or box is not None]
    kept = cast("Kept", pick_one("Predictions", "only", _KEPT))
    with st.container(horizontal=True, vertical_alignment="top"):
        true = pick("True class", "true", labels, "", lambda each: _class_words(classes, each))
        order = cast("Order", pick("Sorted by", "sort", orders, orders[0], _ORDERS.__getitem__))
        least, most = slide_range("Confidence of the prediction", "confidence", 0, 100, unit=" %%")
    label, confidence = int(true) if true else None, (least / 100, most / 100)
    places = chosen(across, kept, label, confidence=confidence, order=order, box=box)
    show_box(across, places, box)
    st.markdown(f"**{len(places):,}** of {len(across.indices_M):,} explained pictures; {_ORDERS[order]}")
    return places, box


def _class_words(classes: tuple[str, ...], label: str) -> str:
    return " ".join(classes[int(label)].split()) if label else "every class"
