"""How far the two maps may be trusted, and whether the evidence moved more than it does by itself."""

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from sftviz.attribution.bands import band_of, chance_band
from sftviz.attribution.catalogue import METHODS
from sftviz.attribution.cells import READABLE
from sftviz.attribution.compare import drift
from sftviz.attribution.trust import Level, Trust, verdict
from sftviz.errors import SftvizError
from sftviz.figures.drift import drift_figure, drift_table
from sftviz.jobs.explaining import measure_trust
from sftviz.results import AttributionMap
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.messages import say_error
from sftviz.ui.wording import percent
from sftviz.ui.work_view import follow_work

_BADGES: dict[Level, tuple[str, str, Literal["green", "orange", "red"]]] = {
    "green": ("Trustworthy", ":material/verified:", "green"),
    "amber": ("Read with care", ":material/warning:", "orange"),
    "red": ("Not to be relied on", ":material/dangerous:", "red"),
}
_EXPLANATION = (
    "Covers and uncovers parts of the picture in the order of each map and in ten random orders, maps three random "
    "heads, asks a second method, and maps the picture shifted and mirrored: some 500 passes through the network for "
    "each map, and more for Integrated Gradients. It is done once and kept with the run."
)


def show_trust(run: Run, picture: Path, before: AttributionMap, after: AttributionMap) -> None:
    """A badge with its reasons for each map, and their drift beside its bands; the test itself waits for a click.

    Args:
        run: whose maps they are.
        picture: where the picture lies.
        before: as drift is measured.
        after: the same, of the same picture, class and method.
    """
    st.subheader("May these maps be trusted?")
    try:
        tested = _tested(run, picture, before, after)
    except SftvizError as error:
        say_error(error)
        return
    if not tested:
        st.caption(
            "Not tested yet. A map is always there, also where it shows nothing that the network goes by; the test "
            "also measures how far maps drift by chance, and without any change."
        )
        return
    _show_badges(tested)
    _show_numbers(tested)
    _show_drift(tested, before, after)


def _tested(run: Run, picture: Path, before: AttributionMap, after: AttributionMap) -> list[Trust]:
    """What was measured of both maps, once where they are of one epoch; empty where nothing was yet."""
    from sftviz.attribution.trust_of_run import kept_trust

    maps = {each.source.epoch: each for each in (before, after)}
    epochs = tuple(maps)
    which = (after.example, after.method, after.target)
    kept = [kept_trust(run, epoch, *which, against=after.against) for epoch in epochs]
    found = [trust for trust in kept if trust is not None]
    if len(found) == len(epochs):
        return found
    asked = f"{run.identity} {epochs} {which} {after.against}"
    work = follow_work("Test these maps", _EXPLANATION, asked, lambda: measure_trust(run, picture, list(maps.values())))
    return (work.result if work is not None else None) or []


def _show_badges(tested: list[Trust]) -> None:
    for column, trust, title in zip(st.columns(len(tested)), tested, _titles(tested), strict=True):
        found = verdict(trust)
        word, icon, color = _BADGES[found.level]
        with column.container(border=True, height="stretch"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{title}**", width="content")
                st.badge(word, icon=icon, color=color)
            for reason in found.reasons:
                st.markdown(reason)


def _titles(tested: list[Trust]) -> list[str]:
    names = ("Before", "After") if len(tested) > 1 else ("Before and after",)
    return [f"{name}, epoch {trust.source.epoch}" for name, trust in zip(names, tested, strict=True)]


def _show_numbers(tested: list[Trust]) -> None:
    rows = [_numbers(trust) for trust in tested]
    partner = METHODS[tested[0].partner].title
    meanings = {
        "Deletion": "Probability of the class, averaged while the 14 × 14 cells with most evidence are covered first. "
        "Good: more than two standard deviations below random orders.",
        "Insertion": "The same while they are uncovered first in a blurred picture. Good: above random orders.",
        "Completeness error": "By how much the pixels of Integrated Gradients miss the change of the score. "
        "Good: below 5 %.",
        f"Agreement with {partner}": "Rank correlation with the map of a method that works differently: "
        "1 is the same order of places, 0 an unrelated one.",
        "Likeness to random heads": "Rank correlation of the map, without signs, with those of heads that learned "
        "nothing. Good: below 0.5.",
    }
    with st.expander("What was measured", icon=":material/fact_check:"):
        columns = {title: list(numbers) for title, numbers in zip(_titles(tested), rows, strict=True)}
        st.table({"": list(meanings), **columns, "what it means": list(meanings.values())}, hide_index=True)


def _numbers(trust: Trust) -> tuple[str, str, str, str, str]:
    """In the order in which they are explained."""
    found = trust.faithfulness
    error = trust.completeness_error
    return (
        f"{found.deletion:.3f}; random {_spread(found.random_deletions)}",
        f"{found.insertion:.3f}; random {_spread(found.random_insertions)}",
        "not defined" if error is None else percent(error),
        f"{trust.agreement:.2f}",
        f"{trust.randomisation:.2f}",
    )


def _spread(areas: tuple[float, ...]) -> str:
    return f"{np.mean(areas):.3f} ± {np.std(areas, ddof=1):.3f}"


def _show_drift(tested: list[Trust], before: AttributionMap, after: AttributionMap) -> None:
    moved = drift(before, after)
    no_change = band_of([each for trust in tested for each in trust.no_change])
    chance = chance_band(*tested[-1].grid)
    figure = drift_figure(moved, no_change, chance, map_name=f"{METHODS[after.method].title}, {after.example}")
    epochs = f"epochs {before.source.epoch} and {after.source.epoch}"
    name = f"drift {after.example} {after.method} {epochs}"
    show_figure(figure, lambda: pd.DataFrame(drift_table(moved, no_change, chance)), name=name, key="drift")
    rows, columns = tested[-1].grid
    st.caption(
        "**What am I looking at?** The diamond is how far the evidence moved between these two epochs. Green: how far "
        f"the map of one epoch moves when the picture is only shifted by {READABLE} pixels or mirrored, which should "
        f"change nothing. Grey: how far two unrelated maps of {rows} × {columns} places lie apart. A diamond within "
        "green, or beyond it on the side away from grey, has moved no more than that; one within grey alone has no "
        "more in common than unrelated maps."
    )
