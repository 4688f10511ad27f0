"""The maps of many validation pictures: where evidence moved, and what is right for a suspicious reason."""

from collections.abc import Sequence

import streamlit as st

from sftviz.attribution.across import EvidenceAcross, class_maps
from sftviz.attribution.catalogue import METHODS
from sftviz.errors import SftvizError
from sftviz.figures.across import MOST_CLASSES, mean_maps_figure
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.explanation.across_filter import pick_pictures
from sftviz.ui.explanation.across_pictures import show_pictures, show_suspicious
from sftviz.ui.explanation.across_table import class_mean_table, show_table
from sftviz.ui.explanation.across_work import evidence_of, pick_methods
from sftviz.ui.messages import say_error
from sftviz.ui.pickers import pick, pick_one, pick_part
from sftviz.ui.wording import plain

_COUNTS = (100, 300, 1000)
_FOUND = {
    "table": "Table",
    "moved": "Evidence moved most",
    "means": "Mean map of each class",
    "suspicious": "Right for a suspicious reason",
}


def show_across(run: Run, before: Predictions, after: Predictions) -> None:
    """Have the maps of some methods computed, then show what they say together."""
    total = len(after.examples)
    counts = [str(count) for count in _COUNTS if count < total] + [str(total)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = int(pick("Validation pictures", "many", counts, counts[0], lambda each: _count_words(int(each), total)))
        methods = pick_methods(run)
    try:
        found = [evidence_of(run, before, after, method, count) for method in methods]
    except SftvizError as error:
        say_error(error)
        return
    every = [each for each in found if each is not None]
    if every:
        _show_found(run, every)


def _count_words(count: int, total: int) -> str:
    return f"all {total:,}" if count == total else f"{count:,} of {total:,}, drawn at random"


def _show_found(run: Run, every: Sequence[EvidenceAcross]) -> None:
    known = {each.method: each for each in every}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found = pick_one("What was found", "found", _FOUND)
        first = every[0].method
        lead = first
        if len(every) > 1:
            lead = pick("By the maps of", "method", list(known), first, lambda name: METHODS[name].title)
    across = known[lead]
    if found == "means":
        _show_means(run, across)
    elif found == "suspicious":
        show_suspicious(run, across)
    else:
        places, box = pick_pictures(across)
        if found == "table":
            show_table(run, every, across, places, box)
        else:
            show_pictures(run, across, places, key="moved most", box=box)
        st.caption(
            "Change of pattern: 1 minus the rank correlation of the two maps; 0 is the same pattern, 1 an unrelated "
            "one."
        )
    _say_what_it_is(run, across)


def _say_what_it_is(run: Run, across: EvidenceAcross) -> None:
    method = METHODS[across.method]
    subject = "for the true class of each" if method.is_of_class else "whatever the class"
    st.caption(
        f"**What am I looking at?** {method.title} of {len(across.indices_M):,} validation pictures {subject}; "
        f"{plain(run.name)}, epochs {across.before.source.epoch} and {across.after.source.epoch}. {method.what}"
    )


def _show_means(run: Run, across: EvidenceAcross) -> None:
    classes = across.after.classes
    labels = range(len(classes))[pick_part(len(classes), MOST_CLASSES)]
    maps = [(classes[label], *class_maps(across, label)) for label in labels]
    before, after = across.before.source, across.after.source
    epochs = f"epochs {before.epoch} and {after.epoch}"
    words = f"mean maps {run.identity} {across.method} {epochs} classes {labels[0] + 1} to {labels[-1] + 1}"
    show_figure(mean_maps_figure(maps, before, after), lambda: class_mean_table(maps), name=words, key="class means")
    st.caption(
        "The number of pictures stands behind the class. Each picture counts alike, however strong its evidence."
    )
