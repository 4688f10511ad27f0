"""The pictures that it gets most wrong, and those that fine-tuning fixed or broke."""

import streamlit as st

from sftviz.analysis.mistakes import flips, worst_mistakes
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures

_MOST_PICTURES = 48


def show_flips(compared: Compared) -> None:
    """The pictures it gets most wrong, and those that fine-tuning fixed or broke."""
    run, before, after = compared.run, compared.before, compared.after
    changed = analysed(flips, before, after)
    worst = analysed(worst_mistakes, after, limit=_MOST_PICTURES)
    groups = {
        f"Worst mistakes ({len(worst)})": worst,
        f"Fixed ({len(changed.fixed)})": changed.fixed,
        f"Broken ({len(changed.broken)})": changed.broken,
    }
    for tab, (name, indices) in zip(st.tabs(list(groups)), groups.items(), strict=True):
        with tab:
            if len(indices):
                shown = indices[:_MOST_PICTURES].tolist()
                show_pictures(run, after, shown, key=f"gallery {name.split(' (')[0]}", label=name)
            else:
                st.caption("No picture.")
    st.caption(
        f"Fixed minus broken is the change in accuracy: {len(changed.fixed)} − {len(changed.broken)} of "
        f"{len(after.examples):,}. By luck alone a difference like this or larger comes with p = {changed.p_value:.2g} "
        "(exact McNemar test)."
    )
