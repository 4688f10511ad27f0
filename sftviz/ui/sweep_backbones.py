"""The backbones of a sweep: those that are suggested, those on this machine, and any that a person names."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sftviz.errors import NotDescribedError
from sftviz.jobs.providing import look_up
from sftviz.models.backbone import Backbone
from sftviz.models.catalogue import backbone_named
from sftviz.sweeps.dimensions import DIMENSIONS
from sftviz.ui.backbone_choice import offer_search, on_offer, weights_of, with_source
from sftviz.ui.work_view import follow_at_once

_BASE = "sweep backbone"
_VALUES = "sweep values backbone"
_CHOSEN = "backbones chosen for a sweep"  # the widget forgets them while it is not shown
_NAMED = "backbones named for a sweep"
_TAKEN = "backbone taken for a sweep"


def find_backbones(*, is_varied: bool) -> dict[str, Backbone]:
    """A search by name, and all that are on offer by now.

    Args:
        is_varied: whether what is found joins the values to vary; else it becomes the one to start from.
    """
    offer_search(_take)
    named: list[Backbone] = st.session_state.setdefault(_NAMED, [])
    found = _found(st.session_state[_TAKEN]) if _TAKEN in st.session_state else None
    if found:
        named.append(found)
    entries = on_offer(*named)
    if found:
        del st.session_state[_TAKEN]
        name = next(name for name, entry in entries.items() if weights_of(entry) == weights_of(found))
        if is_varied:
            st.session_state[_CHOSEN] = list(dict.fromkeys([*_chosen(), name]))
        else:
            st.session_state[_BASE] = name
    return entries


def choose_base(place: DeltaGenerator, entries: Mapping[str, Backbone]) -> Backbone:
    """The one that runs have unless backbones are varied."""
    names = list(entries)
    name = place.selectbox("Backbone", names, format_func=lambda name: with_source(entries[name]), key=_BASE)
    return entries[name]


def choose_backbones(entries: Mapping[str, Backbone]) -> list[str]:
    """Those to vary, by name; on a line of their own, for their titles are long."""
    st.session_state[_VALUES] = [name for name in _chosen() if name in entries]

    def choose() -> None:
        st.session_state[_CHOSEN] = st.session_state[_VALUES]

    names: list[str] = st.multiselect(
        DIMENSIONS["backbone"].title,
        list(entries),
        format_func=lambda name: with_source(entries[name]),
        key=_VALUES,
        on_change=choose,
        help="Any other joins them by the search above.",
    )
    return names


def _take(name: str) -> None:
    st.session_state[_TAKEN] = name


def _chosen() -> list[str]:
    chosen: list[str] = st.session_state.get(_CHOSEN, DIMENSIONS["backbone"].proposed.split(", "))
    return chosen


def _found(name: str) -> Backbone | None:
    try:
        return backbone_named(name)
    except NotDescribedError:
        return follow_at_once("Look it up", name, lambda: look_up(name))
