"""In what the runs' configurations differ, in words."""

import re

import pandas as pd
import streamlit as st

from sftviz.analysis.differences import Difference, differences
from sftviz.runs.run import Run
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.downloads import show_table
from sftviz.ui.version_words import version_words

_WORDS = {
    "group": "Sweep",
    "data.dataset": "Data set",
    "data.validation_share": "Share kept for validation",
    "data.test_share": "Share held out as a test set",
    "data.fit": "How a picture becomes a square",
    "data.augment": "Random views while training",
    "model.backbone": "Backbone",
    "model.weights": "Weights",
    "recipe.name": "Recipe",
    "recipe.head": "Head starts from",
    "numerics": "Arithmetic",
    "seed": "Seed",
    "origin.run": "Made from run",
    "origin.epoch": "Made from epoch",
    "origin.how": "Made how",
    "origin.since": "Mixed with epoch",
    "origin.share": "Share of the way to fine-tuned",
}
_OF_STAGE = re.compile(r"recipe\.stages\.(\d+)\.(\w+)")


def show_differences(chosen: Chosen) -> None:
    """Only what is not the same in all of them; added epochs count as asked for."""
    st.header("What was set differently", divider="gray")
    found = differences([_configuration(run) for run in chosen.runs])
    if not found:
        st.caption("Nothing: these runs were asked for with the same settings.")
        return
    table = pd.DataFrame([_line(chosen, each) for each in found])
    show_table(table, name="what was set differently", key="settings")
    st.caption("Everything else is the same in all of them.")


def _configuration(run: Run) -> dict[str, object]:
    asked = run.config.model_copy(update={"recipe": run.recipe})
    return asked.model_dump(exclude={"name"})


def _line(chosen: Chosen, difference: Difference) -> dict[str, str]:
    values = [_text(difference.name, value) for value in difference.values]
    name = difference.name.rpartition(".")[2]
    return {
        "setting": _title(difference.name),
        **dict(zip(chosen.letters, values, strict=True)),
        "what it is": (STAGE_OPTIONS if _OF_STAGE.fullmatch(difference.name) else RECIPE_OPTIONS).get(name, ""),
    }


def _title(name: str) -> str:
    if match := _OF_STAGE.fullmatch(name):
        return f"Stage {match[1]}: {_spoken(match[2])}"
    return _WORDS.get(name) or _spoken(name.rpartition(".")[2]).capitalize()


def _spoken(name: str) -> str:
    return name.replace("_lr", " learning rate").replace("_", " ")


def _text(name: str, value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "data.dataset":
        # Two versions can have one number of changes.
        return f"{version_words(str(value))} ({str(value)[:6]})"
    return f"{value:g}" if isinstance(value, float) else str(value)
