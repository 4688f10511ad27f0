"""Two checkpoints that say the same: every view of a change shows none, and tells why."""

import numpy as np
import streamlit as st

from sftviz.ui.evaluation.compared import Compared


def say_if_nothing_changed(compared: Compared) -> None:
    """A notice where both checkpoints give every picture the same probabilities."""
    if np.array_equal(compared.before.probabilities_NK, compared.after.probabilities_NK):
        st.info("Nothing changed: both epochs give every picture the same probabilities.", icon=":material/info:")
