"""Which picture is explained."""

import numpy as np
import streamlit as st

from sftviz.embeddings.mapped import Mapped
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.components import gallery
from sftviz.ui.pickers import pick_one, pick_part
from sftviz.ui.pictures import prediction_tiles

_FILTERS = {"all": "All", "wrong": "Wrong", "right": "Right"}
_PER_PAGE = 18


def show_choice_of_picture(run: Run, after: Predictions) -> int:
    """A gallery to choose from; the index of the picture that is explained."""
    chosen = selection.chosen("picture")
    index = after.examples.index(chosen) if chosen in after.examples else _most_telling(after)
    with st.expander("Choose a picture", expanded=chosen not in after.examples, icon=":material/photo_library:"):
        kind = pick_one("Predictions", "only", _FILTERS)
        is_shown = {"all": np.ones(len(after.examples), bool), "wrong": ~after.is_right_N, "right": after.is_right_N}
        shown = np.flatnonzero(is_shown[kind])
        indices = shown[pick_part(len(shown), _PER_PAGE)].tolist()
        tiles = prediction_tiles(run, after, indices)
        clicked = gallery(tiles, key="choice", label="Validation pictures", picked=after.examples[index], width=105)
    if clicked:
        selection.move_on({"picture": clicked})
        st.rerun()
    return index


def said_of_choice(run: Run, before: Predictions, after: Predictions) -> tuple[Predictions, Predictions]:
    """The same of all pictures, where the chosen one is a training picture that both epochs were asked about."""
    chosen = selection.chosen("picture")
    if chosen is None or chosen in after.examples:
        return before, after
    try:
        *_, old, new = Mapped(run, (before.source.epoch, after.source.epoch), has_training=True).said()
    except EmptyResultError:
        return before, after
    if chosen not in new.examples:
        return before, after
    st.caption("This is a training picture: the network has learned its label, so being right proves little.")
    return old, new


def _most_telling(predictions: Predictions) -> int:
    """The picture that is most wrong, or least sure where none is wrong."""
    return int(predictions.of_truth_N.argmin())
