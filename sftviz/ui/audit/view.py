"""What is odd about the pictures: a card for each finding, and the pictures of the one that is open."""

from pathlib import Path

import streamlit as st

from sftviz.audit.audit import Audit, audit_pictures, kept_audit
from sftviz.audit.findings import CHECKS
from sftviz.audit.looks import has_looked_at
from sftviz.data.stored import StoredData
from sftviz.figures.shortcuts import properties_figure
from sftviz.jobs.background import BackgroundWork
from sftviz.ui import selection
from sftviz.ui.audit.cards import show_cards
from sftviz.ui.audit.closer_view import show_closer_look
from sftviz.ui.audit.finding import show_finding
from sftviz.ui.audit.tables import properties_table
from sftviz.ui.downloads import show_figure
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import evaluated_runs
from sftviz.ui.stores import caches, data_store
from sftviz.ui.wording import plain, run_title
from sftviz.ui.work_view import follow_work

_EXPLANATION = (
    "Decodes every picture once and looks for what misleads training: copies, near-duplicates and twins across the "
    "split, one picture under two labels, blurred, dark or tiny pictures, and properties that give the label away."
)
_MOST_AT_ONCE = 10_000  # pictures, compared with each other within a few seconds


def show_audit(stored: StoredData) -> None:
    """The button, then what was found; it is kept with the data set."""
    st.header("Audit", divider="gray")
    found = _found(stored) or _offer(stored)
    if found is None:
        return
    _show_summary(found, stored)
    show_cards(found.findings)
    closer = show_closer_look(stored)
    findings = (*found.findings, *(closer.findings if closer else ()))
    opened = next((each for each in findings if each.key == selection.chosen("finding")), None)
    if opened:
        show_finding(opened, found, stored)
    _show_properties(found, stored)
    _show_suspects(stored)


def _found(stored: StoredData) -> Audit | None:
    found = kept_audit(stored.listing, _folder(stored))
    is_quick = len(stored.listing.pictures) <= _MOST_AT_ONCE and has_looked_at(stored.whole, caches())
    if found is None and is_quick:
        # Pictures were left out or taken back: what all of them look like is known, and what was open stays open.
        with st.spinner("Going through the pictures again…"):
            for _ in audit_pictures(stored.listing, stored.whole, caches(), _folder(stored)):
                pass
        found = kept_audit(stored.listing, _folder(stored))
    return found


def _folder(stored: StoredData) -> Path:
    return data_store().folder(stored) / "audits"


def _offer(stored: StoredData) -> Audit | None:
    work = follow_work(
        "Audit the pictures",
        _EXPLANATION,
        stored.listing.identity,
        lambda: BackgroundWork(lambda: audit_pictures(stored.listing, stored.whole, caches(), _folder(stored))),
    )
    if work is None:
        st.caption(_EXPLANATION)
    return work.result if work else None


def _show_summary(found: Audit, stored: StoredData) -> None:
    to_mend = sum(finding.severity == "mend" for finding in found.findings)
    parts = [(to_mend, "to mend before training"), (len(found.findings) - to_mend, "to have a look at")]
    said = ", ".join(f"{number} {words}" for number, words in parts if number) or "Nothing found"
    st.markdown(f"**{said}**, in {found.num_pictures:,} pictures.")
    hit = {finding.check for finding in found.findings}
    not_asked = (set() if found.has_sides else {"twins"}) | (set() if found.said else {"shortcut"})
    clean = [words for check, words in CHECKS.items() if check not in hit | not_asked]
    sentences = [f"Looked for and not found: {', '.join(clean)}."] if clean else []
    if not found.has_sides:
        sentences.append("The data bring no split that could have twins on both sides.")
    if not found.said:
        sentences.append("There are too few pictures of a class to tell whether a property gives the label away.")
    if stored.num_left_out:
        sentences.append("Pictures that are left out were not looked at.")
    if sentences:
        st.caption(" ".join(sentences))


def _show_properties(found: Audit, stored: StoredData) -> None:
    if not found.said:
        return
    with st.expander("What single properties say about the label", icon=":material/rule:"):
        name = f"properties of {stored.name}"
        show_figure(properties_figure(found.said), properties_table(found.said), name=name, key="properties")
        st.caption(
            "A guess from one property alone, cross-validated in five parts; of near-duplicates one counts. The band "
            "is where such guesses fall with labels dealt out at random. A property that says much can be learned "
            "instead of what is shown; whether it belongs to the classes only a person can say."
        )


def _show_suspects(stored: StoredData) -> None:
    run = next((each for each in evaluated_runs() if each.config.data.dataset == stored.listing.identity), None)
    if run and st.button(f"Suspicious labels, by {plain(run_title(run))}", icon=":material/label:"):
        go_to("evaluate", run=run.identity, view="suspects")
