"""Neural collapse on training and validation pictures, side by side."""

import streamlit as st

from sftviz.embeddings.collapse import CollapseChange, collapse_change
from sftviz.embeddings.head_of_run import head_of
from sftviz.embeddings.scores import MOST_MEASURED, measurable
from sftviz.figures.collapse import collapse_figure, collapse_table
from sftviz.results import Embedded
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.embeddings.sides import Sides, key_of


@st.cache_data(max_entries=32, show_spinner="Measuring…", hash_funcs={Embedded: key_of})
def _change(before: Embedded, after: Embedded, _run: Run, are_kept: tuple[bool, bool]) -> CollapseChange:
    sources = (before.source, after.source)
    old, new = (head_of(_run, each.epoch) if is_kept else None for each, is_kept in zip(sources, are_kept, strict=True))
    return collapse_change(*measurable(before, after), (old, new))


def show_collapse(run: Run, sides: Sides) -> None:
    """The dials, and what they mean."""
    st.header("Neural collapse", divider="gray")
    before, after = (each.source for each in sides["validation"])
    kept = run.checkpoint_epochs()
    are_kept = (before.epoch in kept, after.epoch in kept)
    titles = [side for side in ("training", "validation") if side in sides]
    counts = {side: min(len(sides[side][0].examples), MOST_MEASURED) for side in titles}
    changes = {f"{side} ({counts[side]:,})": _change(*sides[side], run, are_kept) for side in titles}
    show_figure(
        collapse_figure(changes, (before, after)),
        lambda: collapse_table(changes),
        name=f"collapse {run.identity} epochs {before.epoch} and {after.epoch}",
        key="collapse",
    )
    missing = [str(source.epoch) for source, is_kept in zip((before, after), are_kept, strict=True) if not is_kept]
    if missing:
        st.caption(f"The weights of epoch {' and '.join(missing)} are not kept, and NC3 and NC4 need the head's.")
    st.caption(
        "**What am I looking at?** As a network learns its training pictures, each class shrinks to a point (NC1), the "
        "points move equally far apart (NC2), the head lines up with them (NC3) and names whichever is nearest (NC4). "
        "On training pictures that comes almost by itself; what counts is how far validation pictures follow, and the "
        "gap between the two is over-fitting. By chance: the same pictures with shuffled labels."
    )
