"""Scores of the embedding space as a person reads them."""

from collections.abc import Callable, Sequence

import streamlit as st

from sftviz.embeddings.scores import PairedScore, Score
from sftviz.ui.wording import percent, points

_NONE = "not defined"


def share_words(share: float | None) -> str:
    """A share in per cent."""
    return _NONE if share is None else percent(share)


def number_words(number: float | None) -> str:
    """A number without a unit."""
    return _NONE if number is None else f"{number:.2f}"


_Words = Callable[[float | None], str]
_ROWS: tuple[tuple[str, str, _Words], ...] = (
    (
        "Neighbours of the same class",
        "Of each picture's 10 nearest pictures, the share of its own class.",
        share_words,
    ),
    (
        "Silhouette, by cosine",
        "1: classes are tight and far apart; below 0: pictures are nearer to another class.",
        number_words,
    ),
    (
        "Scatter between over within classes",
        "Fisher's trace ratio: the larger, the farther apart the classes for their size.",
        number_words,
    ),
)


def show_scores(scores: Sequence[PairedScore]) -> None:
    """A row each for label agreement, silhouette and separability, in this order."""
    rows = [
        (
            title,
            _with_interval(score.before, words),
            _with_interval(score.after, words),
            _change_words(score.change, words),
            _chance_words(score, words),
            meaning,
        )
        for score, (title, meaning, words) in zip(scores, _ROWS, strict=True)
    ]
    columns = ("", "Before", "After", "Change", "By chance", "What it means")
    st.table({name: [row[place] for row in rows] for place, name in enumerate(columns)}, hide_index=True)


def _with_interval(score: Score, words: _Words) -> str:
    if score.interval is None:
        return words(score.value)
    low, high = score.interval
    return f"{words(score.value)} ({words(low)} – {words(high)})"


def _change_words(change: Score, words: _Words) -> str:
    if change.value is None:
        return _NONE
    signed = points if words is share_words else "{:+.2f}".format
    if change.interval is None:
        return signed(change.value)
    low, high = change.interval
    is_luck = low <= 0 <= high and change.value != 0
    return f"{signed(change.value)} ({signed(low)} … {signed(high)})" + (", could be luck" if is_luck else "")


def _chance_words(score: PairedScore, words: _Words) -> str:
    before, after = words(score.before.chance), words(score.after.chance)
    return before if before == after else f"{before} → {after}"
