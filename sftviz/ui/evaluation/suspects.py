"""Pictures whose label is probably wrong: in training, where a person can mend it, and in validation."""

from functools import lru_cache

import pandas as pd
import streamlit as st

from sftviz.analysis.suspects import SIGNS, Suspects, suspects, suspects_table
from sftviz.results import Predictions
from sftviz.runs.run import EpochsSaid, Run
from sftviz.ui import selection
from sftviz.ui.components import Tile, gallery
from sftviz.ui.downloads import offer_csv
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.suspect import Mendable, mendable, show_suspect
from sftviz.ui.pickers import pick_one, pick_part
from sftviz.ui.pictures import picture_path, thumbnail_uri
from sftviz.ui.wording import percent

_PER_PAGE = 48
_TILE_WIDTH = 150
_SIGN_WORDS = dict(
    zip(SIGNS, ("sure of another class", "later epochs: another class", "neighbours: other classes"), strict=True)
)

_EXPLANATION = (
    "**Which labels are probably wrong?** Here are the pictures with at least two of three signs: at epoch 0 a model "
    "that never saw the label is *sure of another class* (confident learning); in the mean of the later epochs "
    "*another class* is more probable (a negative area under the margin); most of the 10 nearest pictures, by what the "
    "backbone makes of them before fine-tuning, are *of another class*. A suspect is a question, not a verdict: it may "
    "be a hard picture."
)
_NO_TRAINING = (
    "Training pictures are left out: this run is from before their embeddings were kept, and one sign is not enough. "
    "Start a new run to see them."
)


def show_suspects(compared: Compared) -> None:
    """The suspects of both sides, each with what the model says instead, and all of them as a file."""
    run = compared.run
    later = run.predictions_of(epoch.epoch for epoch in run.state.epochs if epoch.epoch)
    sides = {
        "training": _of_training(run, run.out_of_fold()),
        "validation": _of_validation(run, run.predictions(0), later),
    }
    st.caption(_EXPLANATION)
    found = {side: each for side, each in sides.items() if each}
    if "training" not in found:
        st.info(_NO_TRAINING, icon=":material/info:")
    titles = {side: f"{side.capitalize()} pictures {len(each.indices_S):,}" for side, each in found.items()}
    side = pick_one("Side", "side", titles)
    _show_side(run, found[side], side)
    table = pd.concat([suspects_table(each, side) for side, each in found.items()], ignore_index=True)
    if len(table):
        offer_csv(table, name=f"suspects {run.identity}", key="suspects csv", label="All suspects (CSV)")


@lru_cache(maxsize=8)
def _of_training(run: Run, said: Predictions) -> Suspects | None:
    """Later epochs have learned from the training pictures, labels and all: two signs are left, and both must agree."""
    training = run.embedded_training()
    return suspects(said, (), (training, run.embedded(0))) if training else None


@lru_cache(maxsize=8)
def _of_validation(run: Run, said: Predictions, later: EpochsSaid) -> Suspects:
    # Embeddings are large: read only here, and not kept.
    sides = (run.embedded_training(), run.embedded(0))
    return suspects(said, later, [side for side in sides if side])


def _show_side(run: Run, found: Suspects, side: str) -> None:
    count, total = len(found.indices_S), len(found.said.examples)
    st.markdown(
        f"**{count:,} of {total:,}** {side} pictures have at least two signs against their label. Confident learning "
        f"alone would call {percent(found.labels.error_share)} of the labels wrong."
    )
    if not count:
        return
    data = mendable(run)
    shown = {
        str(found.said.examples[found.indices_S[place]]): place for place in range(count)[pick_part(count, _PER_PAGE)]
    }
    tiles = {name: _tile(run, found, place, data) for name, place in shown.items()}
    picked = selection.chosen("picture")
    if picked in tiles:
        show_suspect(run, tiles[picked], side, _labels(found, shown[picked]), data)
    label = f"Suspects among the {side} pictures"
    clicked = gallery(list(tiles.values()), key=f"suspects {side}", label=label, picked=picked, width=_TILE_WIDTH)
    if clicked:
        selection.move_on({"picture": clicked})
        st.rerun()


def _tile(run: Run, found: Suspects, place: int, data: Mendable | None) -> Tile:
    index, said = int(found.indices_S[place]), found.said
    given, instead = _labels(found, place)
    share = percent(float(said.probabilities_NK[index, found.instead_S[place]]))
    signs = [_SIGN_WORDS[sign] for sign, has in zip(SIGNS, found.has_sign_SJ[place], strict=True) if has]
    name = said.examples[index]
    now = data.became(name, given) if data else ""
    return Tile(
        key=name,
        source=thumbnail_uri(picture_path(run, name)),
        caption=f"given: {given}",
        notes=tuple(filter(None, (now, f"model: {instead} {share}", *signs))),
        label=f"{name}: {_sentence(found, place)}",
    )


def _labels(found: Suspects, place: int) -> tuple[str, str]:
    """The class that was given, and the one that the model names."""
    classes = found.said.classes
    return classes[found.said.labels_N[found.indices_S[place]]], classes[found.instead_S[place]]


def _sentence(found: Suspects, place: int) -> str:
    given, instead = _labels(found, place)
    probability = found.said.probabilities_NK[found.indices_S[place], found.instead_S[place]]
    return f"given: {given} — the model, never having seen this label, says {instead} {probability:.2f}"
