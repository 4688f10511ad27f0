"""The widgets that make a sweep: data, base, values to vary, and how many runs that comes to."""

import shlex
from collections.abc import Mapping, Sequence

import streamlit as st

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.stored import StoredData
from sftviz.errors import SweepError
from sftviz.models.backbone import Backbone
from sftviz.sweeps.dimensions import DIMENSIONS
from sftviz.sweeps.groups import expected_seconds, free_name
from sftviz.sweeps.sweep import MOST_RUNS, Sweep, parse_choices
from sftviz.training.recipes import DEFAULT_RECIPE, RECIPES, WHEN_TO_USE
from sftviz.ui.launching import start
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_data
from sftviz.ui.run_status import status_of
from sftviz.ui.stores import run_store
from sftviz.ui.sweep_backbones import choose_backbones, choose_base, find_backbones
from sftviz.ui.terminal_words import picture_words
from sftviz.ui.wording import duration

_MOST_VARIED = 3


def show_form() -> None:
    """Everything from the data set to the button."""
    stored = pick_data()
    if stored is None:
        return
    beginning, search = st.container(), st.container()
    names = _choose_names()
    with search:
        entries = find_backbones(is_varied="backbone" in names)
    with beginning:
        base = _choose_base(stored, entries)
    texts = _choose_values(names, entries)
    num_random, seed = _choose_mode()
    if not texts:
        st.info("Choose at least one value to vary.", icon=":material/info:")
        return
    try:
        vary = {name: parse_choices(name, text) for name, text in texts.items()}
        configs = Sweep(base=base, vary=vary, num_random=num_random, seed=seed).configs()
    except SweepError as error:
        say_error(error)
        return
    _offer_to_queue(configs, stored)
    _show_command(base, texts, num_random, seed, stored)


def _choose_base(stored: StoredData, entries: Mapping[str, Backbone]) -> RunConfig:
    left, right = st.columns(2)
    backbone = choose_base(left, entries)
    recipe = right.segmented_control(
        "Recipe to start from", list(RECIPES), default=DEFAULT_RECIPE, required=True, key="sweep recipe"
    )
    right.caption(WHEN_TO_USE[recipe])
    name = left.text_input("Name of the sweep", value=f"{stored.name} sweep"[:180], max_chars=180, key="sweep name")
    group = free_name(name.strip() or "Sweep", (*run_store().list(), *run_store().trash()))
    return RunConfig(
        name=group,
        group=group,
        data=DataConfig(dataset=stored.listing.identity),
        model=ModelConfig(backbone=backbone.name, weights=backbone.pretrained),
        recipe=RECIPES[recipe],
    )


def _choose_names() -> list[str]:
    """Which dimensions."""
    names: list[str] = st.multiselect(
        "Values to vary",
        list(DIMENSIONS),
        default=["head_lr"],
        max_selections=_MOST_VARIED,
        format_func=lambda name: DIMENSIONS[name].title,
        key="sweep names",
    )
    return names


def _choose_values(names: Sequence[str], entries: Mapping[str, Backbone]) -> dict[str, str]:
    """What is to be varied, as a person writes it."""
    texts = dict.fromkeys(names, "")
    if "backbone" in names:
        texts["backbone"] = ",".join(choose_backbones(entries))
    others = [name for name in names if name != "backbone"]
    for name, column in zip(others, st.columns(max(1, len(others))), strict=False):
        dimension, key = DIMENSIONS[name], f"sweep values {name}"
        if dimension.options:
            default = dimension.proposed.split(", ")
            texts[name] = ",".join(column.multiselect(dimension.title, dimension.options, default=default, key=key))
        else:
            texts[name] = column.text_input(
                dimension.title,
                value=dimension.proposed,
                key=key,
                help="Single values with commas between; for a random sample also a range such as 1e-5..1e-2.",
            )
    return texts


def _choose_mode() -> tuple[int | None, int]:
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    mode = left.segmented_control(
        "Combinations", ["Every one", "A random sample"], default="Every one", required=True, key="sweep mode"
    )
    if mode == "Every one":
        return None, 0
    count = middle.number_input("Number of runs", 1, MOST_RUNS, 12, key="sweep count")
    seed = right.number_input("Seed of the sample", 0, 2**32 - 1, 0, key="sweep seed")
    return int(count), int(seed)


def _offer_to_queue(configs: tuple[RunConfig, ...], stored: StoredData) -> None:
    similar = [run for run in run_store().list() if status_of(run) == "finished"]
    seconds = expected_seconds(configs, similar)
    runs = "1 run" if len(configs) == 1 else f"{len(configs)} runs"
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(f"Queue {runs}", type="primary", icon=":material/play_arrow:", key="sweep start"):
            for config in configs:
                start(config, stored, "low")
            go_to("sweep", group=configs[0].group or "")
        time = "" if seconds is None else f", about {duration(seconds)} going by similar runs on this machine"
        st.caption(f"One after the other at low priority{time}; other runs go before them.")


def _show_command(
    base: RunConfig, texts: dict[str, str], num_random: int | None, seed: int, stored: StoredData
) -> None:
    words = ["sftviz", "sweep", *picture_words(stored), "--name", base.name, "--backbone", base.model.backbone]
    words += ["--recipe", base.recipe.name]
    for name, text in texts.items():
        words += ["--vary", f"{name}={text.replace(' ', '')}"]
    if num_random is not None:
        words += ["--random", str(num_random), "--seed", str(seed)]
    st.caption("The same from a terminal:")
    st.code(shlex.join(words), language="bash", wrap_lines=True)
