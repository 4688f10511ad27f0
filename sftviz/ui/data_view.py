"""A data set on the page: what was left out, how many of what, and the pictures themselves."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sftviz.config import DataConfig
from sftviz.data.listing import Listing
from sftviz.data.split import unmet_shares
from sftviz.data.stored import StoredData
from sftviz.figures.counts import counts_figure
from sftviz.ui import selection
from sftviz.ui.components import Tile
from sftviz.ui.downloads import show_figure, show_table
from sftviz.ui.mending import offer_to_rename, show_selectable
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.stores import data_store
from sftviz.ui.wording import plain

_PER_PAGE = 48


def show_rejections(listing: Listing) -> None:
    """The files that were left out, each with its reason."""
    if not listing.rejections:
        return
    with st.expander(f"{len(listing.rejections):,} files were left out", icon=":material/warning:"):
        table = pd.DataFrame([{"file": each.path, "reason": each.reason} for each in listing.rejections])
        show_table(table, name="files left out", key="rejections")


def show_counts(listing: Listing) -> None:
    """Pictures by class, and by side where the data brings its own split."""
    counts = {name: {str(side): number for side, number in sides.items()} for name, sides in listing.counts().items()}
    figure = counts_figure(counts, has_own_split=listing.has_own_split)
    rows = [
        (name, "" if side == "None" else side, number)
        for name, sides in counts.items()
        for side, number in sides.items()
    ]
    table = pd.DataFrame(rows, columns=["class", "side", "pictures"])
    show_figure(figure, table, name="pictures by class", key="counts")
    st.caption(_about_sides(listing))
    if unmet := unmet_shares(listing, validation_share=DataConfig(dataset="").validation_share):
        st.warning(plain(unmet), icon=":material/splitscreen:")


def _about_sides(listing: Listing) -> str:
    if listing.has_own_split:
        own = "validation and test pictures" if listing.side("test") else "validation pictures"
        held_out = " No model sees the test set until you open it." if listing.side("test") else ""
        return f"This data set brings its own {own}; they are used as they are.{held_out}"
    drawn = "A fifth of each class will be kept for validation, by lot; "
    if listing.is_grouped:
        kept = ", and so does what you keep together" if listing.together else ""
        return f"{drawn}copies and near-duplicates of a picture stay on one side{kept}."
    return (
        f"{drawn}copies of a picture stay on one side. Nobody looked for near-duplicates when it was added; add the "
        "same pictures again, and these stay on one side, too."
    )


def show_grid(stored: StoredData) -> None:
    """The pictures of one class or of all, page by page, to be mended."""
    listing = stored.listing
    names = listing.classes
    st.header("Pictures", divider="gray")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _pick_class(names)
        if chosen is not None:
            offer_to_rename(stored, names[chosen])
    pictures = [each for each in listing.pictures if chosen is None or each.label == chosen]
    part = pick_part(len(pictures), _PER_PAGE, "data_page")
    tiles = [
        Tile(
            key=each.path,
            source=thumbnail_uri(listing.root / each.path),
            caption=names[each.label],
            notes=(f"{each.width} × {each.height} px",),
            label=each.path,
        )
        for each in pictures[part]
    ]
    show_selectable(tiles, stored, key=f"grid {chosen} {part.start}", label="Pictures of the data set")


def _pick_class(names: Sequence[str]) -> int | None:
    wanted, widget = selection.chosen("data_class") or "", "pick data_class"
    st.session_state[widget] = int(wanted) if wanted.isdecimal() and int(wanted) < len(names) else None

    def choose() -> None:
        label = st.session_state[widget]
        selection.move_on({"data_class": "all" if label is None else str(label), "data_page": "1"})

    return st.pills(
        "Class", range(len(names)), key=widget, format_func=lambda label: plain(names[label]), on_change=choose
    )


def show_removal(stored: StoredData) -> None:
    """A way to forget the data set; runs keep their results, but pictures of a copy are gone for them too."""
    with st.popover("Remove this data set", icon=":material/delete:"):
        fate = "Its copy of the pictures is deleted." if stored.is_copy else "The pictures stay where they are."
        st.markdown(f"Remove **{plain(stored.name)}**? {fate} Runs on it keep their numbers.")
        if st.button("Remove for good", type="primary"):
            data_store().remove(stored.identity)
            selection.forget("data")
            st.rerun()
