"""Pictures that have arrived and wait for a person to say how they get their labels, or what to leave out."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from sftviz.data.labels import Labels
from sftviz.data.layout import Layout
from sftviz.ui.stores import data_store

_WAITING = "arrival"
_LAYOUT = "layout of arrival"


@dataclass(frozen=True)
class Refusal:
    """Why a folder could not be added as it is.

    Attributes:
        labels: with which it was tried.
        classes: without which it could be added; none where nothing is known to help.
    """

    labels: Labels
    sentence: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Arrival:
    """A folder to be added.

    Attributes:
        root: staged by the store, or a folder of this machine.
        name: what its owner calls it.
        is_copy: whether it is staged.
        validation: a second folder, where the first is for training only.
        refusal: of the last try; None before one.
    """

    root: Path
    name: str
    is_copy: bool
    validation: Path | None = None
    refusal: Refusal | None = None


def waiting() -> Arrival | None:
    """The one of this session."""
    arrival: Arrival | None = st.session_state.get(_WAITING)
    return arrival


def keep_waiting(arrival: Arrival) -> None:
    """Have it wait."""
    st.session_state[_WAITING] = arrival


def let_go() -> None:
    """Forget it, and delete what was staged."""
    arrival: Arrival | None = st.session_state.pop(_WAITING, None)
    st.session_state.pop(_LAYOUT, None)
    if arrival and arrival.is_copy:
        data_store().discard(arrival.root)


def layout_of(arrival: Arrival, labels: Labels) -> Layout:
    """Which labels its files get; remembered, for a large folder takes a second and pages run at every click.

    Raises:
        DataError: the labels do not fit the folder.
    """
    known: tuple[Arrival, Labels, Layout] | None = st.session_state.get(_LAYOUT)
    if known is None or known[:2] != (arrival, labels):
        known = (arrival, labels, labels.layout(arrival.root, arrival.validation))
        st.session_state[_LAYOUT] = known
    return known[2]
