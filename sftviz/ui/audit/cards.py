"""Findings as cards; one of them can be open."""

from collections.abc import Sequence

import streamlit as st

from sftviz.audit.findings import Finding
from sftviz.ui import selection
from sftviz.ui.wording import Color, plain

_BADGES: dict[str, tuple[str, str, Color]] = {
    "mend": ("mend before training", ":material/build:", "orange"),
    "look": ("have a look", ":material/visibility:", "blue"),
}
_MOST_A_ROW = 3


def show_cards(findings: Sequence[Finding]) -> None:
    """A card for each finding."""
    for start in range(0, len(findings), _MOST_A_ROW):
        columns = st.columns(_MOST_A_ROW)
        for column, finding in zip(columns, findings[start : start + _MOST_A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                _card(finding)


def _card(finding: Finding) -> None:
    word, icon, color = _BADGES[finding.severity]
    st.badge(word, icon=icon, color=color)
    st.markdown(f"**{plain(finding.title)}**")
    st.caption(plain(finding.advice))
    is_open = selection.chosen("finding") == finding.key
    number = len(finding.pictures)
    title = f"Show {number:,} pictures" if number > 1 else "Show the picture"
    if st.button("Close" if is_open else title, key=f"open {finding.key}"):
        if is_open:
            selection.forget("finding")
        else:
            selection.move_on({"finding": finding.key, "finding_page": "1"})
        st.rerun()
