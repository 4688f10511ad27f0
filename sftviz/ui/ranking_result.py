"""The outcome of a ranking: one recommendation with its reason, the chart, and all numbers."""

import streamlit as st

from sftviz.analysis.figure_tables import ranking_table
from sftviz.analysis.ranking import Ranked, Ranking
from sftviz.config import Fit
from sftviz.data.stored import StoredData
from sftviz.figures.ranking import ranking_figure
from sftviz.models.catalogue import backbone_named
from sftviz.ui import selection
from sftviz.ui.downloads import show_figure, show_table
from sftviz.ui.wording import TARGET_TITLES, percent


def show_ranking(ranking: Ranking, stored: StoredData, *, fit: Fit, taken: str) -> None:
    """What to take and why, then what it rests on.

    Args:
        ranking: of at least one candidate.
        stored: the data set.
        fit: how a picture became the square that the networks saw.
        taken: the backbone that is chosen at present.
    """
    titles = {each.score.backbone: backbone_named(each.score.backbone).title for each in ranking.candidates}
    recommended = ranking.recommended.score.backbone
    with st.container(border=True):
        st.markdown(f"**Recommended: {titles[recommended]}.** {_reason(ranking)} {_prior(ranking)}")
        st.button(
            f"Take {titles[recommended]}" if recommended != taken else f"{titles[recommended]} is taken",
            type="primary",
            icon=":material/check:",
            disabled=recommended == taken,
            on_click=selection.remember,
            args=("backbone", recommended),
            key="take recommended",
        )
    name, table = f"ranking {stored.name} {fit}", ranking_table(ranking, titles)
    figure = ranking_figure(ranking, titles, name=f"{stored.name}, fit to the square: {fit}")
    show_figure(figure, table, name=name, key="ranking")
    st.caption(_explanation(ranking, stored))
    formats = {str(column): "%.3f" if "nats" in str(column) else "%.1f" for column in table.select_dtypes("float")}
    show_table(table, name=name, key="ranking table", formats=formats)
    st.caption(
        "Memory is what loading the network and passing a batch of up to 32 pictures added to this process. Training "
        "is projected for all pictures with the recommended recipe, from a few measured batches. LogME is the log "
        "evidence of a linear model: compare it between candidates only."
    )


def _reason(ranking: Ranking) -> str:
    """In one sentence."""
    best, chosen = ranking.candidates[0], ranking.recommended
    if not ranking.is_above_luck:
        return (
            "With these pictures no candidate can be told from luck, so this is merely the quickest; more pictures, or "
            "classes that look less alike, would say more."
        )
    measured = f"{percent(best.value.value)} {TARGET_TITLES[ranking.metric]} on held-out pictures"
    if len(ranking.candidates) == 1:
        return f"The only candidate so far, with {measured}."
    if len(ranking.tied) == 1:
        second = ranking.candidates[1]
        return f"The best with {measured}; next comes {_title(second)}, {_behind(second)}."
    if chosen is best:
        others = _listed([_title(each) for each in ranking.tied if each is not chosen])
        return f"The best with {measured}, and the quickest of those that cannot be told from it: tied with {others}."
    return (
        f"The quickest of {len(ranking.tied)} that are tied: {_title(best)} reached {measured}, this one lies "
        f"{_behind(chosen)}, which may be luck."
    )


def _prior(ranking: Ranking) -> str:
    """What one would have taken without measuring."""
    first, chosen = ranking.first_by_prior, ranking.recommended
    if len(ranking.candidates) == 1 or first is None:
        return ""
    if first is chosen:
        return "Its accuracy on ImageNet is the highest of them too."
    costs = f"takes {first.score.forward_s / chosen.score.forward_s:.1f} times as long"
    says = f"Going by ImageNet one would take {_title(first)}, which"
    return f"{says} {'is tied too' if first.is_tied else f'lies {_behind(first)} here'} and {costs}."


def _explanation(ranking: Ranking, stored: StoredData) -> str:
    score = ranking.candidates[0].score
    count, num_folds = len(score.predictions.examples), len(set(score.fold_N.tolist()))
    return (
        f"From {count:,} training pictures of {len(stored.listing.pictures):,} pictures in all; those for validation "
        "stay out, so that a run is still measured fairly on them. A ridge head is asked about each picture after it "
        f"learned from the others, in {num_folds} folds that keep near-duplicates together; bars are 95 % intervals. "
        "Candidates are tied where the interval of their difference, fold by fold, reaches 0. The dash is what the "
        f"five nearest pictures say, the band what {len(score.null_P)} heads reach that learned shuffled labels."
    )


def _behind(each: Ranked) -> str:
    points = f"{100 * each.behind:.1f} points behind"
    if each.behind_interval is None:
        return points
    low, high = each.behind_interval
    return f"{points} (95 %: {100 * low:.1f} to {100 * high:.1f})"


def _title(each: Ranked) -> str:
    return backbone_named(each.score.backbone).title


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
