"""The widgets that decide how a network learns: a preset, and its values, each with one sentence."""

import shlex
from collections.abc import Sequence
from typing import get_args

import streamlit as st

from sftviz.config import DataConfig, Metric, Recipe, RunConfig, Stage
from sftviz.data.stored import StoredData
from sftviz.training.adjusting import checked, differences
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS
from sftviz.training.recipes import RECIPES, WHEN_TO_USE
from sftviz.ui.pickers import pick_one
from sftviz.ui.terminal_words import picture_words
from sftviz.ui.wording import TARGET_TITLES

_WORDS = {
    "probe": "head of epoch 0",
    "fresh": "fresh head",
    "adamw": "AdamW",
    "sgd": "SGD",
    "cutmix": "CutMix",
} | TARGET_TITLES

RATE_BOUNDS = (1e-7, 10.0)


def choose_recipe(recommended: Recipe) -> Recipe:
    """Which preset; the recommended one comes with batches that suit the data."""
    titles = {name: name.replace("_", " ") for name in RECIPES}
    titles[recommended.name] += " · recommended"
    name = pick_one("How it learns", "recipe", titles, default=recommended.name)
    st.caption(WHEN_TO_USE[name])
    return recommended if name == recommended.name else RECIPES[name]


def adjust_recipe(recipe: Recipe) -> Recipe:
    """All values of a recipe, in groups.

    Raises:
        TrainingError: some do not go together.
    """
    stages = [_stage(index, stage, recipe) for index, stage in enumerate(recipe.stages)]
    learns_backbone = any(stage.learns != "head" for stage in recipe.stages)
    fields = _Fields(recipe)
    fields.group("Steps")
    fields.choice("head", "Start from", ["probe", "fresh"])
    fields.choice("optimizer", "Optimizer", ["adamw", "sgd"])
    fields.choice("schedule", "Learning rate over time", ["constant", "cosine", "one-cycle"])
    fields.count("batch_size", "Batch size, pictures", 1, 4096)
    fields.count("accumulate", "Batches for one step", 1, 256)
    fields.number("clip_norm", "Gradient limit (0: none)", 1000.0)
    fields.number("momentum", "Momentum, for SGD", 0.99)
    fields.group("Against overfitting")
    fields.number("weight_decay", "Weight decay", 1.0)
    fields.number("label_smoothing", "Label smoothing", 0.9)
    fields.number("averaging", "Weight averaging, decay (0: none)", 0.9999)
    if learns_backbone:
        fields.number("layer_decay", "Rate from block to block", 1.0, low=0.01)
        fields.number("pull_to_start", "Pull to the pretrained weights (0: none)", 10.0)
        fields.count("adapter_rank", "Rank of adapters (0: none)", 0, 256)
    fields.group("Pictures")
    fields.choice("mix", "Blending", ["none", "mixup", "cutmix"])
    fields.number("mix_alpha", "Strength of blending", 10.0, low=0.01)
    fields.choice("sampling", "Order", ["shuffled", "balanced"])
    fields.choice("class_weights", "Class weights", ["none", "balanced"])
    fields.group("End")
    fields.count("patience", "Patience, epochs (0: train to the end)", 0, 100)
    fields.number("target_value", "Target, share (0: none)", 1.0)
    fields.choice("target_metric", "Measure of the target", get_args(Metric))
    fields.flag("target_sure", "End only when it is sure")
    return checked(recipe.model_dump() | fields.values | {"stages": [stage.model_dump() for stage in stages]})


def show_command(config: RunConfig, stored: StoredData) -> None:
    """The same run from a terminal, where the data are divided in the usual way."""
    usual = DataConfig(dataset=config.data.dataset, fit=config.data.fit, test_share=config.data.test_share)
    if config.data != usual:
        return
    model, recipe = config.model, config.recipe
    words = ["sftviz", "train", *picture_words(stored), "--backbone", model.backbone, "--weights", model.weights]
    if model.keeps_head:
        words.append("--keep-head")
    words += ["--recipe", recipe.name, "--seed", str(config.seed)]
    if config.data.fit != "crop":
        words += ["--fit", config.data.fit]
    if config.data.test_share:
        words += ["--test-share", str(config.data.test_share)]
    for option in differences(recipe, RECIPES[recipe.name]):
        words += ["--set", option]
    with st.expander("The same from a terminal", icon=":material/terminal:"):
        st.code(shlex.join(words), language="bash", wrap_lines=True)


def rate_keys(recipe: Recipe, index: int) -> tuple[str, str]:
    """Keys of the widgets that hold a stage's learning rates: of the head, and of the backbone."""
    return f"head_lr {recipe.name} {index}", f"backbone_lr {recipe.name} {index}"


def _stage(index: int, stage: Stage, recipe: Recipe) -> Stage:
    learns = {"head": "the head", "all": "all blocks"}.get(
        str(stage.learns), f"the head and the last {stage.learns} blocks"
    )
    st.markdown(f"**Stage {index + 1}: {learns}**")
    columns = st.columns(4)
    label = f"Stage {index + 1}, {learns}: epochs"
    key = f"{recipe.name} {index}"
    values: dict[str, object] = {
        "epochs": columns[0].number_input(
            label, 1, 1000, stage.epochs, key=f"epochs {key}", help=STAGE_OPTIONS["epochs"]
        )
    }
    head_key, backbone_key = rate_keys(recipe, index)
    rates = [("head_lr", "Learning rate, head", head_key)]
    if stage.learns != "head":
        rates.append(("backbone_lr", "Learning rate, backbone", backbone_key))
    for column, (name, title, rate_key) in zip(columns[1:], rates, strict=False):
        rate = getattr(stage, name)
        values[name] = column.number_input(
            title, *RATE_BOUNDS, rate, format="%.1e", step=rate / 2, key=rate_key, help=STAGE_OPTIONS[name]
        )
    if isinstance(stage.learns, int):
        values["views"] = columns[3].number_input(
            "Views of each picture", 1, 64, stage.views, key=f"views {key}", help=STAGE_OPTIONS["views"]
        )
    return stage.model_copy(update=values)


class _Fields:
    """Widgets in rows of four, each with its sentence as help; gathers what was chosen."""

    def __init__(self, recipe: Recipe) -> None:
        self.values: dict[str, object] = {}
        self._recipe = recipe
        self._columns: list[st.delta_generator.DeltaGenerator] = []

    def group(self, title: str) -> None:
        """Begin a row under a title."""
        st.markdown(f"**{title}**")
        self._columns = []

    def choice(self, name: str, label: str, options: Sequence[str]) -> None:
        """One of a few words."""
        present = options.index(getattr(self._recipe, name))
        self.values[name] = self._column().selectbox(
            label,
            options,
            present,
            format_func=lambda option: _WORDS.get(option, option),
            key=self._key(name),
            help=RECIPE_OPTIONS[name],
        )

    def flag(self, name: str, label: str) -> None:
        """Yes or no."""
        present = bool(getattr(self._recipe, name))
        self.values[name] = self._column().toggle(label, present, key=self._key(name), help=RECIPE_OPTIONS[name])

    def count(self, name: str, label: str, low: int, high: int) -> None:
        """A whole number; zero stands for none where that is the lowest."""
        present = int(getattr(self._recipe, name) or 0)
        chosen = self._column().number_input(label, low, high, present, key=self._key(name), help=RECIPE_OPTIONS[name])
        self.values[name] = int(chosen) or None

    def number(self, name: str, label: str, high: float, *, low: float = 0.0) -> None:
        """A number; zero stands for none where the recipe knows none."""
        present = getattr(self._recipe, name)
        chosen = self._column().number_input(
            label,
            low,
            high,
            float(present or 0.0),
            step=0.01,
            format="%.4g",
            key=self._key(name),
            help=RECIPE_OPTIONS[name],
        )
        is_optional = Recipe.model_fields[name].default is None
        self.values[name] = None if is_optional and chosen == 0 else chosen

    def _column(self) -> "st.delta_generator.DeltaGenerator":
        if not self._columns:
            self._columns = list(st.columns(4, vertical_alignment="bottom"))
        return self._columns.pop(0)

    def _key(self, name: str) -> str:
        return f"{name} {self._recipe.name}"
