"""A box that a person draws on the mean map: how much of the evidence lies outside it."""

import numpy as np
import streamlit as st

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.box import Box, outside_share
from sftviz.figures.across import box_figure
from sftviz.results import IntArray
from sftviz.ui import selection
from sftviz.ui.wording import percent

_SIDES = {"across": "From left to right", "down": "From top to bottom"}


def show_box(across: EvidenceAcross, places: IntArray, box: Box | None) -> None:
    """Draw a box on the mean map of these pictures, or set its sides; what lies outside it in the mean."""
    if not len(places):
        return
    with st.expander("Evidence outside a box", icon=":material/crop_free:", expanded=box is not None):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _draw(across, places, box)
        with right:
            st.markdown("Drag a box over the mean map, or set its sides.")
            _ask_sides(box)
            if box is not None:
                _say_what_is_outside(across, places, box)
                st.button("Remove the box", icon=":material/close:", on_click=selection.forget, args=("box",))


def _draw(across: EvidenceAcross, places: IntArray, box: Box | None) -> None:
    figure = box_figure(across.after_Mgg[places].mean(axis=0), box, across.after.source, len(places))
    event = st.plotly_chart(
        figure, key="box", on_select="rerun", selection_mode="box", config={"displayModeBar": False}, width="content"
    )
    drawn = [_box_of(each) for each in event.selection.box]
    if drawn and drawn[0] is not None and drawn[0] != box:
        selection.move_on({"box": drawn[0].text})
        st.rerun()


def _box_of(drawn: dict[str, list[float]]) -> Box | None:
    (left, right), (top, bottom) = sorted(drawn["x"]), sorted(drawn["y"])
    return Box.within(left, top, right, bottom)


def _ask_sides(box: Box | None) -> None:
    shown = box or Box(0, 0, 100, 100)
    st.session_state["box across"] = (shown.left, shown.right)
    st.session_state["box down"] = (shown.top, shown.bottom)
    for name, title in _SIDES.items():
        st.slider(f"{title}, % of the picture", 0, 100, key=f"box {name}", on_change=_take_sides)


def _take_sides() -> None:
    left, right = st.session_state["box across"]
    top, bottom = st.session_state["box down"]
    box = Box.within(left, top, right, bottom)
    if box is None:
        selection.forget("box")
    else:
        selection.move_on({"box": box.text})


def _say_what_is_outside(across: EvidenceAcross, places: IntArray, box: Box) -> None:
    before, after = (_mean(outside_share(grids[places], box)) for grids in (across.before_Mgg, across.after_Mgg))
    st.markdown(
        f"Outside the box lie **{before} before** and **{after} after** of the evidence for the class, in the mean of "
        f"these pictures; spread evenly, it would be {percent(1 - box.area)}."
    )


def _mean(shares: np.ndarray) -> str:
    return percent(float(np.nanmean(shares))) if np.isfinite(shares).any() else "nothing"
