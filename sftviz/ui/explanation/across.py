"""The maps of many validation pictures: where evidence moved, and what is right for a suspicious reason."""

from typing import cast

import streamlit as st

from sftviz.attribution.across import (
    MOVED,
    EvidenceAcross,
    Outcome,
    across_table,
    chosen,
    class_maps,
)
from sftviz.attribution.catalogue import METHODS
from sftviz.figures.across import MOST_CLASSES, mean_maps_figure
from sftviz.jobs.explaining import explain_many
from sftviz.results import IntArray, Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.components import Tile, gallery
from sftviz.ui.downloads import offer_csv, show_figure
from sftviz.ui.explanation.across_table import class_mean_table, show_table
from sftviz.ui.pickers import pick, pick_one, pick_page
from sftviz.ui.pictures import listing_of, prediction_tiles
from sftviz.ui.wording import percent, plain
from sftviz.ui.work_view import follow_work

_COUNTS = (100, 300, 1000)
_PER_PAGE = 48
_FOUND = {
    "table": "Table",
    "moved": "Evidence moved most",
    "means": "Mean map of each class",
    "suspicious": "Right for a suspicious reason",
}
_OUTCOMES = {
    "all": "All",
    "right": "Right",
    "wrong": "Wrong",
    "fixed": "Fixed",
    "broken": "Broken",
}


def show_across(run: Run, before: Predictions, after: Predictions) -> None:
    """Have the maps computed, then show what they say together."""
    total = len(after.examples)
    counts = [str(count) for count in _COUNTS if count < total] + [str(total)]
    count = int(pick("Validation pictures", "many", counts, counts[0], lambda each: _count_words(int(each), total)))
    epochs = (before.source.epoch, after.source.epoch)
    work = follow_work(
        "Compute the maps",
        "Each picture's map for its true class, before and after. Maps are kept with the run, about 0.4 MB a picture: "
        "work that was cancelled goes on from there.",
        f"{run.identity} {epochs} {count}",
        lambda: explain_many(run, listing_of(run.folder).root, before, after, count),
    )
    if work is not None and work.result is not None:
        _show_found(run, work.result)
    elif work is not None and not work.message:
        st.info("Cancelled. What was computed is kept; go on whenever you like.", icon=":material/info:")


def _count_words(count: int, total: int) -> str:
    return f"all {total:,}" if count == total else f"{count:,} of {total:,}, drawn at random"


def _show_found(run: Run, across: EvidenceAcross) -> None:
    if across.unreadable:
        st.warning(
            f"{len(across.unreadable):,} pictures are gone or broken and left out; the first is "
            f"{plain(across.unreadable[0])}.",
            icon=":material/warning:",
        )
    found = pick_one("What was found", "found", _FOUND)
    if found == "means":
        _show_means(run, across)
    elif found == "suspicious":
        _show_suspicious(run, across)
    else:
        places = _filtered(across)
        if found == "table":
            show_table(run, across, places)
        else:
            _show_pictures(run, across, places, key="moved most")
        st.caption(
            "Those whose evidence moved most come first. Change of pattern: 1 minus the rank correlation of the two "
            "maps; 0 is the same pattern, 1 an unrelated one."
        )
    st.caption(
        f"**What am I looking at?** {METHODS[across.method].title} of {len(across.indices_M):,} validation pictures "
        f"for the true class of each; {plain(run.name)}, epochs {across.before.source.epoch} and "
        f"{across.after.source.epoch}. {METHODS[across.method].what}"
    )


def _filtered(across: EvidenceAcross) -> IntArray:
    classes = across.after.classes
    labels = ["", *map(str, range(len(classes)))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        true = pick("True class", "true", labels, "", lambda each: _class_words(classes, each))
        outcome = cast("Outcome", pick_one("Predictions", "only", _OUTCOMES))
    places = chosen(across, outcome, int(true) if true else None)
    st.markdown(f"**{len(places):,}** of {len(across.indices_M):,} explained pictures")
    return places


def _class_words(classes: tuple[str, ...], label: str) -> str:
    return " ".join(classes[int(label)].split()) if label else "every class"


def _show_pictures(run: Run, across: EvidenceAcross, places: IntArray, *, key: str) -> None:
    """A gallery; a click opens the picture among its maps."""
    if not len(places):
        st.caption("No picture.")
        return
    page = pick_page(-(-len(places) // _PER_PAGE))
    shown = places[_PER_PAGE * (page - 1) : _PER_PAGE * page]
    indices = across.indices_M[shown].tolist()
    tiles = [
        _with_evidence(tile, across, place)
        for tile, place in zip(prediction_tiles(run, across.after, indices), shown.tolist(), strict=True)
    ]
    clicked = gallery(tiles, key=key, label="Explained pictures", width=130)
    if clicked:
        selection.move_on({"scope": "one", "picture": clicked, "method": across.method})
        st.rerun()


def _with_evidence(tile: Tile, across: EvidenceAcross, place: int) -> Tile:
    notes = (
        f"pattern {across.rank_change_M[place]:.2f}",
        f"border {percent(float(across.border_after_M[place]))}",
        f"probability {100 * across.change_M[place]:+.1f} points",
    )
    return Tile(tile.key, tile.source, tile.caption, (*tile.notes, *notes), tile.tone, tile.label)


def _show_means(run: Run, across: EvidenceAcross) -> None:
    classes = across.after.classes
    page = pick_page(-(-len(classes) // MOST_CLASSES))
    labels = range(len(classes))[MOST_CLASSES * (page - 1) : MOST_CLASSES * page]
    maps = [(classes[label], *class_maps(across, label)) for label in labels]
    before, after = across.before.source, across.after.source
    words = f"mean maps {run.identity} epochs {before.epoch} and {after.epoch} classes {page}"
    show_figure(mean_maps_figure(maps, before, after), lambda: class_mean_table(maps), name=words, key="class means")
    st.caption(
        "The number of pictures stands behind the class. Each picture counts alike, however strong its evidence."
    )


def _show_suspicious(run: Run, across: EvidenceAcross) -> None:
    is_border_M, is_moved_M = across.is_border_M, across.is_moved_M
    places = chosen(across, "right")
    places = places[(is_border_M | is_moved_M)[places]]
    st.markdown(
        f"**{len(places):,}** of {int(across.is_right_M.sum()):,} right predictions: {int(is_border_M.sum()):,} with "
        f"most of the evidence on the border (a tenth of the side wide: {percent(across.uniform_border)} of the area), "
        f"{int(is_moved_M.sum()):,} where the pattern changed by more than {MOVED} and the probability by less than 5 "
        "points. A suspicion is a question: look at the map."
    )
    _show_pictures(run, across, places, key="suspicious")
    if len(places):
        offer_csv(
            lambda: across_table(across, places),
            name=f"suspicious reasons {run.identity} epoch {across.after.source.epoch}",
            key="suspicious csv",
            label="Data (CSV)",
        )
