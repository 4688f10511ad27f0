"""Pictures that are worth a look, in any order, of any class."""

from typing import cast

import streamlit as st

from sftviz.analysis.galleries import GalleryKind, SortKey, gallery_of
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.pickers import pick, pick_one
from sftviz.ui.wording import plain

_KINDS = {
    "worst": "Largest loss",
    "pairs": "Most confused pairs",
    "sure_wrong": "Sure but wrong",
    "unsure_right": "Right but unsure",
    "unsure": "Least confident",
}
_SORTS = {
    "": "as the gallery has it",
    "loss-down": "loss, largest first",
    "loss-up": "loss, smallest first",
    "confidence-down": "confidence, highest first",
    "confidence-up": "confidence, lowest first",
    "name-up": "name",
}
_ONLY = {"all": "All", "wrong": "Wrong", "right": "Right"}


def show_galleries(compared: Compared) -> None:
    """One gallery of the checkpoint after, sorted and filtered."""
    after = compared.after
    kind = cast("GalleryKind", pick_one("Gallery", "gallery", _KINDS))
    labels = ["", *map(str, range(len(after.classes)))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = pick("Sorted by", "sort", list(_SORTS), "", _SORTS.__getitem__)
        true = pick("True class", "true", labels, "", lambda label: _name(after.classes, label))
        only = pick_one("Predictions", "only", _ONLY)
    key, _, direction = order.partition("-")
    indices = analysed(
        gallery_of,
        after,
        kind=kind,
        order=cast("SortKey", key) if key else None,
        is_descending=direction == "down",
        true=int(true) if true else None,
        is_right=None if only == "all" else only == "right",
    )
    of_class = f" of {plain(after.classes[int(true)])}" if true else ""
    st.markdown(
        f"**{_KINDS[kind]}**: {len(indices):,} of {len(after.examples):,} validation pictures{of_class}, "
        f"epoch {after.source.epoch}"
    )
    show_pictures(compared.run, after, indices, key="gallery", label=_KINDS[kind], before=compared.before)


def _name(classes: tuple[str, ...], label: str) -> str:
    return " ".join(classes[int(label)].split()) if label else "every class"
