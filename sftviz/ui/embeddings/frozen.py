"""What a recipe lets move: said above every view, so that nobody looks for movement where there can be none."""

import streamlit as st

from sftviz.embeddings.learning import movable_blocks
from sftviz.runs.run import Run


def say_what_was_frozen(run: Run, before_epoch: int, after_epoch: int) -> None:
    """A sentence where some or all blocks of the backbone were frozen between two epochs; nothing where all learned."""
    num_learning, num_blocks = movable_blocks(run, before_epoch, after_epoch)
    if before_epoch == after_epoch:
        st.info("Both epochs are the same one, so nothing can have moved.", icon=":material/info:")
    elif num_learning == 0:
        st.info(
            "Only the head learned between these epochs: the backbone is frozen, so embeddings cannot move. What is "
            "shown is the space that the head works with.",
            icon=":material/ac_unit:",
        )
    elif num_learning < num_blocks:
        st.caption(
            f":material/ac_unit: The first {num_blocks - num_learning} of {num_blocks} blocks were frozen between "
            "these epochs: up to there nothing can have moved."
        )
