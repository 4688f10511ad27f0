"""The pictures that are chosen on the map: what the two epochs make of them, and one picture's neighbours."""

from dataclasses import replace

import numpy as np
import streamlit as st

from sftviz.analysis.part import PartSaid, compare_part
from sftviz.embeddings.mapped import Mapped
from sftviz.embeddings.neighbours import neighbours_of
from sftviz.results import Embedded, IntArray, Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.components import Tile, gallery
from sftviz.ui.embeddings.point_choice import choice_of_one
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.navigation import go_to
from sftviz.ui.pictures import picture_path, prediction_tiles, thumbnail_uri
from sftviz.ui.wording import percent, plain

_NUM_NEIGHBOURS = 8


def show_selected(mapped: Mapped, selected: IntArray) -> None:
    """Pictures with numbers about them; of one alone, its neighbours in the full space before and after."""
    said = mapped.said()
    before, after = said[0], said[-1]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        count = len(selected)
        st.header(f"{count:,} chosen picture{'s' if count > 1 else ''}", width="content")
        if st.button("Clear the selection", icon=":material/close:", key="clear points"):
            selection.forget("points")
            st.rerun()
    if count == 1:
        _show_one(mapped, before, after, int(selected[0]))
        return
    _show_numbers(before, after, selected)
    if mapped.has_training:
        num_training = int(mapped.is_training_N()[selected].sum())
        st.caption(f"{num_training:,} of them are training pictures: the network has learned their labels.")
    # The one that is least sure first: it is the one to look at.
    order = np.argsort(after.of_truth_N[selected], kind="stable")
    show_pictures(mapped.run, after, selected[order], key="chosen-pictures", label="Chosen pictures", before=before)


def _show_numbers(before: Predictions, after: Predictions, selected: IntArray) -> None:
    old, new = compare_part(before, after, selected)
    counts = np.bincount(after.labels_N[selected], minlength=len(after.classes))
    most = int(counts.argmax())
    with st.container(horizontal=True):
        _metric(f"Accuracy, epoch {before.source.epoch}", old)
        _metric(f"Accuracy, epoch {after.source.epoch}", new)
        change = f"before {percent(old.confidence)}"
        st.metric("Mean confidence", percent(new.confidence), change, delta_color="off", delta_arrow="off", border=True)
        share = percent(counts[most] / len(selected))
        st.metric("Mostly", after.classes[most], share, delta_color="off", delta_arrow="off", border=True)


def _metric(title: str, said: PartSaid) -> None:
    low, high = said.interval
    interval = f"95 % interval {percent(low)} to {percent(high)}"
    st.metric(title, percent(said.accuracy), interval, delta_color="off", delta_arrow="off", border=True)


def _show_one(mapped: Mapped, before: Predictions, after: Predictions, index: int) -> None:
    run, name = mapped.run, after.examples[index]
    kind = " It is a training picture." if mapped.has_training and mapped.is_training_N()[index] else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(thumbnail_uri(picture_path(run, name), 160), width=130, alt=name)
        with st.container():
            st.markdown(f"**{plain(name)}** is {plain(after.classes[after.labels_N[index]])}.{kind}")
            for title, said in (("Before", before), ("After", after)):
                predicted = said.predicted_N[index]
                share = percent(float(said.probabilities_NK[index, predicted]))
                st.markdown(f"{title}: {plain(said.classes[predicted])} {share}")
            if st.button("Explain this picture", icon=":material/visibility:", key="explain point"):
                go_to("explain", run=run.identity, picture=name)
    embedded = mapped.embedded()
    _show_neighbours(run, embedded[0], embedded[-1], index)


def _show_neighbours(run: Run, before: Embedded, after: Embedded, index: int) -> None:
    old, new = (neighbours_of(each.embeddings_ND, index, _NUM_NEIGHBOURS) for each in (before, after))
    if not len(new):
        return
    num_kept = len(np.intersect1d(old, new))
    st.subheader(f"Nearest pictures in the full space: {num_kept} of {len(new)} stayed")
    for title, said, shown, others, mark in (
        ("before", before, old, new, "lost"),
        ("after", after, new, old, "gained"),
    ):
        st.caption(f"**Epoch {said.source.epoch}**, {title}; the nearest first")
        tiles = [
            # What is lost or gained stands under the picture; right and wrong is another matter.
            _marked(tile, mark if neighbour not in others else "stayed")
            for tile, neighbour in zip(prediction_tiles(run, said, shown.tolist()), shown.tolist(), strict=True)
        ]
        clicked = gallery(tiles, key=f"neighbours-{title}", label=f"Nearest pictures {title}", width=100)
        if clicked:
            selection.move_on({"points": choice_of_one(said.examples.index(clicked))})
            st.rerun()


def _marked(tile: Tile, mark: str) -> Tile:
    return replace(tile, notes=(mark, *tile.notes))
