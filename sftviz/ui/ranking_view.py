"""Rank on my data: candidates measured on a person's own pictures, and one of them recommended."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from sftviz.analysis.ranking import Ranking, rank
from sftviz.config import DataConfig, Fit, ModelConfig, RunConfig
from sftviz.data.sample import training_sample
from sftviz.data.split import split
from sftviz.data.stored import StoredData
from sftviz.home import default_home
from sftviz.jobs.background import BackgroundWork
from sftviz.jobs.ranking import measure_candidates
from sftviz.models.catalogue import Backbone, backbone_named
from sftviz.recommendation import recommend
from sftviz.runs.kept_scores import kept_score, score_path
from sftviz.trials import CandidateScore
from sftviz.ui import selection
from sftviz.ui.backbone_choice import on_offer, with_source
from sftviz.ui.ranking_result import show_ranking
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_work

MOST_PICTURES = 1000
_EXPLANATION = (
    "Takes a sample of your training pictures through each candidate, and asks of each picture what a head says that "
    "never saw it."
)


def offer_ranking(stored: StoredData, *, fit: Fit, taken: str) -> None:
    """Which candidates, a button, and what is known of them; folded away where nothing is.

    Args:
        stored: the data set.
        fit: how a picture becomes the square that a network sees.
        taken: the backbone that is chosen at present.
    """
    entries = on_offer(backbone_named(taken))
    candidates = {score_path(default_home(), each, _weights(each)): each for each in _configs(stored, fit, entries)}
    known = {each.model.backbone for path, each in candidates.items() if path.exists()}
    with st.expander("Rank on my data", icon=":material/leaderboard:", expanded=bool(known)):
        st.markdown(
            "Which backbone suits these pictures is measured in minutes, before anything is trained; what is "
            "published for ImageNet need not hold for them."
        )
        chosen = set(_choose(known, entries))
        candidates = {path: each for path, each in candidates.items() if each.model.backbone in chosen}
        if candidates:
            _offer(stored, candidates, taken)


def _offer(stored: StoredData, candidates: dict[Path, RunConfig], taken: str) -> None:
    asked = {path: each for path, each in candidates.items() if not path.exists()} or candidates
    data = next(iter(candidates.values())).data
    work = follow_work("Rank on my data", _EXPLANATION, data.model_dump_json(), lambda: _begin(stored, asked))
    for sentence in (work.result if work else None) or ():
        st.warning(plain(sentence), icon=":material/warning:")
    scores = tuple(score for path in candidates if (score := _kept(path)) is not None)
    if scores:
        show_ranking(_ranked(scores), stored, fit=data.fit, taken=taken)


def _choose(known: set[str], entries: dict[str, Backbone]) -> list[str]:
    usual = [name for name, entry in entries.items() if entry.source == "bundled" or name in known]
    asked, widget = selection.chosen("candidates"), "pick candidates"
    st.session_state[widget] = usual if asked is None else [name for name in entries if name in asked.split(",")]
    chosen: list[str] = st.multiselect(
        "Candidates",
        list(entries),
        key=widget,
        format_func=lambda name: with_source(entries[name]),
        placeholder="Choose backbones to measure",
        on_change=lambda: selection.remember("candidates", ",".join(st.session_state[widget])),
    )
    return chosen


def _configs(stored: StoredData, fit: Fit, entries: dict[str, Backbone]) -> list[RunConfig]:
    """Those of runs with the usual settings, which find in the cache what is computed here."""
    data = DataConfig(dataset=stored.listing.identity, fit=fit)
    models = [ModelConfig(backbone=name, weights=entry.pretrained) for name, entry in entries.items()]
    return [
        RunConfig(name=stored.name, data=data, model=model, recipe=recommend(stored.listing, model)) for model in models
    ]


def _weights(config: RunConfig) -> str:
    return backbone_named(config.model.backbone).weights_name


def _begin(stored: StoredData, candidates: dict[Path, RunConfig]) -> BackgroundWork[tuple[str, ...]]:
    usual = next(iter(candidates.values()))
    divided = split(
        stored.listing,
        validation_share=usual.data.validation_share,
        test_share=usual.data.test_share,
        seed=usual.seed,
    )
    sample = training_sample(divided, MOST_PICTURES, seed=usual.seed)
    counts = len(divided.side("train")), len(divided.side("validation"))
    return measure_candidates(candidates, sample.to_json(), default_home(), counts)


def _kept(path: Path) -> CandidateScore | None:
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int) -> CandidateScore | None:
    return kept_score(path)


@lru_cache(maxsize=16)
def _ranked(scores: tuple[CandidateScore, ...]) -> Ranking:
    return rank(scores)
