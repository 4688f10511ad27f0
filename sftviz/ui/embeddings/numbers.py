"""What moved in numbers, in the full space, each beside what it would be by chance."""

import streamlit as st

from sftviz.embeddings.agreement import label_agreement
from sftviz.embeddings.cka import biased_linear_cka, linear_cka
from sftviz.embeddings.geometry import mean_cosines, separability, silhouette
from sftviz.embeddings.movement import MovementBudget, movement_budget
from sftviz.embeddings.neighbours import neighbour_overlap
from sftviz.embeddings.scores import PairedScore, Score, mean_score, measurable
from sftviz.figures.class_cosines import class_cosines_figure, class_cosines_table
from sftviz.figures.movement import movement_figure, movement_table
from sftviz.results import Embedded, FloatArray
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.embeddings.collapse import show_collapse
from sftviz.ui.embeddings.movers import show_movers
from sftviz.ui.embeddings.score_table import number_words, share_words, show_scores
from sftviz.ui.embeddings.sides import Pair, key_of, pick_side, sides_of
from sftviz.ui.wording import plain

_NEAREST = 10
_CHANGES = ("Neighbours kept", "Likeness (CKA)", "Shape changed", "Typical movement")
_HELPS = (
    "Of each picture's 10 nearest pictures, the share that is still among its 10 nearest. Unchanged: 100 %.",
    "Debiased linear centred kernel alignment: 1 is the same space however it is turned, 0 are unrelated ones. A few "
    "pictures that moved far weigh much in it. The plain estimate, which flatters few pictures, says {plain}.",
    "Share of the new shape that the old one does not explain, however it is shifted, turned and stretched "
    "(Procrustes disparity on the leading axes). Unchanged: 0 %.",
    "Root mean square distance that a picture moved, in radii of the whole cloud before: it counts common shifts too.",
)


@st.cache_data(max_entries=32, show_spinner="Measuring…", hash_funcs={Embedded: key_of})
def _changes(before: Embedded, after: Embedded) -> tuple[Score, float | None, float | None, MovementBudget]:
    overlap = neighbour_overlap(before, after, _NEAREST)
    return (
        mean_score(overlap.overlap_N, before.labels_N, overlap.chance),
        linear_cka(before.embeddings_ND, after.embeddings_ND),
        biased_linear_cka(before.embeddings_ND, after.embeddings_ND),
        movement_budget(before.embeddings_ND, after.embeddings_ND),
    )


@st.cache_data(max_entries=32, show_spinner="Measuring…", hash_funcs={Embedded: key_of})
def _spaces(before: Embedded, after: Embedded) -> tuple[tuple[PairedScore, ...], FloatArray, FloatArray]:
    scores = (label_agreement(before, after, _NEAREST), silhouette(before, after), separability(before, after))
    return scores, mean_cosines(before), mean_cosines(after)


def show_numbers(run: Run, before_epoch: int, after_epoch: int) -> None:
    """How much changed, what that was made of, how the classes lie, and whose neighbours are others now."""
    sides = sides_of(run, before_epoch, after_epoch)
    side = pick_side(sides)
    whole = sides[side]
    pair = measurable(*whole)
    _show_changes(run, pair, side)
    _show_spaces(run, pair, side)
    show_collapse(run, sides)
    show_movers(run, *sides["validation"])
    if len(pair[0].examples) < len(whole[0].examples):
        st.caption(
            f"Measured on {len(pair[0].examples):,} of {len(whole[0].examples):,} {side} pictures, drawn at random."
        )


def _show_changes(run: Run, pair: Pair, side: str) -> None:
    kept, likeness, flattered, budget = _changes(*pair)
    _say_if_nothing_moved(budget)
    values = (
        share_words(kept.value),
        number_words(likeness),
        share_words(budget.disparity),
        "not defined" if budget.typical is None else f"{budget.typical:.2f} radii",
    )
    unrelated = (share_words(kept.chance), "0.00", share_words(budget.chance_disparity), "")
    with st.container(horizontal=True):
        for title, value, chance, explanation in zip(_CHANGES, values, unrelated, _HELPS, strict=True):
            st.metric(
                title,
                value,
                f"unrelated: {chance}" if chance else None,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=explanation.format(plain=number_words(flattered)),
            )
    _show_budget(run, pair, side, budget)


def _say_if_nothing_moved(budget: MovementBudget) -> None:
    if not budget.total:
        st.info("Nothing moved: the embeddings are the same in both epochs.", icon=":material/info:")


def _show_budget(run: Run, pair: Pair, side: str, budget: MovementBudget) -> None:
    sources = (pair[0].source, pair[1].source)
    show_figure(
        movement_figure(budget, sources),
        lambda: movement_table(budget),
        name=f"movement {run.identity} {side} epochs {sources[0].epoch} and {sources[1].epoch}",
        key="movement",
    )
    st.caption(
        "**What am I looking at?** How far the pictures' embeddings moved, divided exactly: what all of them did "
        "together, by a shift, a turn and a stretch, and the *rearrangement* that is left. Only that can change which "
        "pictures lie next to each other."
    )


def _show_spaces(run: Run, pair: Pair, side: str) -> None:
    st.header("How the classes lie", divider="gray")
    scores, before_KK, after_KK = _spaces(*pair)
    show_scores(scores)
    sources = (pair[0].source, pair[1].source)
    st.caption(
        f"{len(pair[0].examples):,} {side} pictures of run {plain(run.name)}, epochs {sources[0].epoch} → "
        f"{sources[1].epoch}. In brackets: 95 % intervals, pictures drawn anew within their classes. By chance: where "
        "labels have nothing to do with embeddings."
    )
    show_figure(
        class_cosines_figure(before_KK, after_KK, pair[0].classes, sources),
        lambda: class_cosines_table(before_KK, after_KK, pair[0].classes),
        name=f"class cosines {run.identity} {side} epochs {sources[0].epoch} and {sources[1].epoch}",
        key="cosines",
    )
    st.caption(
        "**What am I looking at?** Seen from the middle of all classes: 1 means that two classes lie in the same "
        "direction, −1 that they lie opposite. In the ideal, all are equally far apart."
    )
