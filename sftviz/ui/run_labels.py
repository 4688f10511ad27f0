"""A run's name, note and tags: shown, edited, and used to find it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from sftviz.errors import SftvizError
from sftviz.runs.labels import Labels, write_labels
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.messages import say_error
from sftviz.ui.wording import plain

_MOST_TAGS = 12
_BETWEEN = "\n"  # no tag holds a line break, but anything else


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
    keys = {part: f"label {part} {run.identity}" for part in ("name", "note", "tags")}
    shown = _shown(run, keys)
    with (
        st.popover(":material/edit:", help="Name, note and tags"),
        st.form(f"labels {run.identity}", border=False, enter_to_submit=False),
    ):
        name = st.text_input("Name", max_chars=200, key=keys["name"])
        note = st.text_area("Note", max_chars=2000, key=keys["note"])
        tags = st.multiselect(
            "Tags",
            sorted({*known_tags, *shown.tags, *st.session_state[keys["tags"]]}),
            key=keys["tags"],
            accept_new_options=True,
            max_selections=_MOST_TAGS,
            placeholder="Choose tags or type new ones",
        )
        if st.form_submit_button("Save", type="primary"):
            _save(run, shown, _written(run, name, note, tags))


def _shown(run: Run, keys: Mapping[str, str]) -> Labels:
    """The labels that this session's form began with: what it differs from them in is what a person has changed."""
    slot = f"labels shown {run.identity}"
    if slot not in st.session_state or keys["name"] not in st.session_state:
        labels = run.labels
        st.session_state[slot] = labels
        st.session_state[keys["name"]] = labels.name or run.config.name
        st.session_state[keys["note"]] = labels.note
        st.session_state[keys["tags"]] = list(labels.tags)
    shown: Labels = st.session_state[slot]
    return shown


def pick_tags(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that bear all chosen tags; all of them where none is chosen."""
    known = tags_of(runs)
    if not known:
        return tuple(runs)
    wanted = (selection.chosen("tags") or "").split(_BETWEEN)
    st.session_state["pick tags"] = [tag for tag in known if tag in wanted]
    chosen = st.pills(
        "Only runs tagged",
        known,
        key="pick tags",
        format_func=plain,
        selection_mode="multi",
        on_change=lambda: selection.move_on({"tags": _BETWEEN.join(st.session_state["pick tags"]), "runs_page": "1"}),
    )
    return tuple(run for run in runs if set(chosen) <= set(run.labels.tags))


def tags_of(runs: Sequence[Run]) -> list[str]:
    """All tags that any of them bears, in order."""
    return sorted({tag for run in runs for tag in run.labels.tags})


def _written(run: Run, name: str, note: str, tags: Sequence[str]) -> dict[str, object]:
    words = [" ".join(tag.split())[:40] for tag in tags]
    return {
        # The name that it was asked under needs no label.
        "name": "" if name.strip() == run.config.name else name.strip(),
        "note": note.strip(),
        "tags": tuple(filter(None, dict.fromkeys(words))),
    }


def _save(run: Run, shown: Labels, written: Mapping[str, object]) -> None:
    changed = {part: value for part, value in written.items() if value != getattr(shown, part)}
    try:
        # Only these: another tab may have changed the rest meanwhile.
        write_labels(run.folder, **changed)
    except SftvizError as error:
        say_error(error)
    else:
        del st.session_state[f"labels shown {run.identity}"]
        st.rerun()
