"""A run's name, note and tags: shown, edited, and used to find it."""

from collections.abc import Sequence

import streamlit as st

from sftviz.errors import SftvizError
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from sftviz.ui.messages import say_error
from sftviz.ui.wording import plain

_MOST_TAGS = 12


def show_labels(run: Run) -> None:
    """Note and tags, where there are any."""
    labels = run.labels
    if labels.note:
        st.caption(plain(labels.note))
    if labels.tags:
        with st.container(horizontal=True, gap="small"):
            for tag in labels.tags:
                st.badge(plain(tag), icon=":material/label:", color="gray")


def offer_to_edit(run: Run, known_tags: Sequence[str]) -> None:
    """Another name, a note, tags; what was asked of the run stays as it is."""
    labels = run.labels
    with (
        st.popover(":material/edit:", help="Name, note and tags"),
        st.form(f"labels {run.identity}", border=False, enter_to_submit=False),
    ):
        name = st.text_input("Name", run.name, max_chars=200, key=f"label name {run.identity}")
        note = st.text_area("Note", labels.note, max_chars=2000, key=f"label note {run.identity}")
        tags = st.multiselect(
            "Tags",
            sorted({*known_tags, *labels.tags}),
            labels.tags,
            key=f"label tags {run.identity}",
            accept_new_options=True,
            max_selections=_MOST_TAGS,
            placeholder="Choose tags or type new ones",
        )
        if st.form_submit_button("Save", type="primary"):
            _save(run, name.strip(), note.strip(), tags)


def pick_tags(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that bear all chosen tags; all of them where none is chosen."""
    known = tags_of(runs)
    if not known:
        return tuple(runs)
    chosen = st.pills("Only runs tagged", known, key="tags", selection_mode="multi")
    return tuple(run for run in runs if set(chosen) <= set(run.labels.tags))


def tags_of(runs: Sequence[Run]) -> list[str]:
    """All tags that any of them bears, in order."""
    return sorted({tag for run in runs for tag in run.labels.tags})


def _save(run: Run, name: str, note: str, tags: Sequence[str]) -> None:
    words = [" ".join(tag.split())[:40] for tag in tags]
    try:
        # The name that it was asked under needs no label.
        own_name = "" if name == run.config.name else name
        write_labels(run.folder, name=own_name, note=note, tags=tuple(filter(None, dict.fromkeys(words))))
    except SftvizError as error:
        say_error(error)
    else:
        st.rerun()
