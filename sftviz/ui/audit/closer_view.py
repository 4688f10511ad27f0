"""A closer look at the pictures, on demand: they are taken through the bundled backbone."""

from pathlib import Path

import streamlit as st

from sftviz.audit.closer import CloserLook, closer_path, kept_closer_look
from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig
from sftviz.data.stored import StoredData
from sftviz.home import default_home
from sftviz.jobs.looking_closer import look_closer
from sftviz.models.catalogue import backbone_named
from sftviz.ui.audit.cards import show_cards
from sftviz.ui.stores import data_store
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_work

_MODEL = ModelConfig()
_EXPLANATION = (
    "Takes every picture through a pretrained network, and finds what pixels do not tell: pictures that show the same "
    "in another crop or pose, and labels that a head which never saw them doubts."
)


def show_closer_look(stored: StoredData) -> CloserLook | None:
    """A button, or the cards; it is kept with the data set."""
    path = _path(stored)
    found = kept_closer_look(path)
    if found is None:
        config = RunConfig(
            name=stored.name,
            data=DataConfig(dataset=stored.listing.identity),
            model=_MODEL,
            recipe=Recipe(name="closer look"),
        )
        data, whole = stored.listing, stored.whole
        work = follow_work(
            "Look closer",
            _EXPLANATION,
            data.identity,
            lambda: look_closer(config, data.to_json(), whole.to_json(), default_home(), path),
        )
        if work is None:
            st.caption(_EXPLANATION)
        found = work.result if work else None
    if found:
        _show(found)
    return found


def _path(stored: StoredData) -> Path:
    return closer_path(data_store().folder(stored) / "audits", stored.listing.identity, _MODEL.backbone)


def _show(found: CloserLook) -> None:
    st.markdown(f"**Through {backbone_named(_MODEL.backbone).title}**, in {found.num_pictures:,} pictures:")
    show_cards(found.findings)
    checks = {finding.check for finding in found.findings}
    if "alike" not in checks:
        st.caption("No pictures are much alike, but for the near-duplicates above.")
    if "doubted" not in checks:
        st.caption(plain(f"No label is doubted. {found.power.sentence}"))
