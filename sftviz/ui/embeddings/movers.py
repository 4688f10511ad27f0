"""The pictures that moved most, each with its nearest pictures before and after."""

from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from sftviz.embeddings.movers import Mover, movers
from sftviz.embeddings.scores import measurable
from sftviz.results import Embedded, IntArray
from sftviz.runs.run import Run
from sftviz.ui.components import Tile, gallery
from sftviz.ui.embeddings.sides import key_of
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import prediction_tiles, thumbnail_address
from sftviz.ui.wording import plain

BoolArray = NDArray[np.bool_]

_MOST, _PER_PAGE = 24, 4
_WIDTH = 60


@st.cache_data(max_entries=32, show_spinner="Measuring…", hash_funcs={Embedded: key_of})
def _found(before: Embedded, after: Embedded) -> tuple[tuple[Mover, ...], tuple[str, ...]]:
    old, new = measurable(before, after)
    return movers(old, new, most=_MOST), old.examples


def show_movers(run: Run, before: Embedded, after: Embedded) -> None:
    """Validation pictures by how many of their neighbours they lost; a click explains one."""
    st.header("What moved most", divider="gray")
    found, examples = _found(before, after)
    if not found:
        st.markdown("No picture lost any of its nearest pictures.")
        return
    places = {name: place for place, name in enumerate(after.examples)}
    for mover in found[pick_part(len(found), _PER_PAGE)]:
        _show_mover(run, after, mover, [places[name] for name in examples] if len(examples) < len(places) else None)
    st.caption(
        f"The {len(found)} validation pictures that lost most of their {found[0].num_neighbours} nearest pictures in "
        "the full space. **Lost** (dashed frame): no longer among these; **gained** (solid frame): was not among them "
        "before. The nearest come first. Click a picture to explain it."
    )


def _show_mover(run: Run, after: Embedded, mover: Mover, places: list[int] | None) -> None:
    def place(index: int) -> int:
        return index if places is None else places[index]

    index = place(mover.index)
    name = after.examples[index]
    st.markdown(
        f"**{plain(name)}** is {plain(after.classes[after.labels_N[index]])}: lost {mover.num_lost} of its "
        f"{mover.num_neighbours} nearest pictures."
    )
    itself, old, new = st.columns([1, 4, 4])
    with itself:
        st.caption("The picture")
        tiles = prediction_tiles(run, after, [index])
        _explain_clicked(run, gallery(tiles, key=f"mover {name}", label=name, width=_WIDTH))
    sides: tuple[tuple[DeltaGenerator, str, IntArray, BoolArray, Literal["lost", "gained"]], ...] = (
        (old, "before", mover.before_Q, mover.is_lost_Q, "lost"),
        (new, "after", mover.after_Q, mover.is_gained_Q, "gained"),
    )
    for column, when, indices_Q, is_marked_Q, mark in sides:
        with column:
            st.caption(f"Nearest {when}")
            tiles = [
                _tile(run, after, place(each), mark if is_marked else "")
                for each, is_marked in zip(indices_Q.tolist(), is_marked_Q.tolist(), strict=True)
            ]
            label = f"Nearest to {name} {when}"
            _explain_clicked(run, gallery(tiles, key=f"{when} {name}", label=label, width=_WIDTH))


def _tile(run: Run, said: Embedded, index: int, mark: Literal["lost", "gained", ""]) -> Tile:
    name, truth = said.examples[index], said.classes[said.labels_N[index]]
    word = mark or "stayed"
    return Tile(name, thumbnail_address(run, index), word, (truth,), mark, f"{name}, {truth}: {word}")


def _explain_clicked(run: Run, clicked: str | None) -> None:
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
