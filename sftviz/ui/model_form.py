"""The widgets that decide a run: backbone and weights, recipe, and the rest that seldom needs a change."""

import shlex

import streamlit as st

from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig, Stage
from sftviz.data.store import StoredData
from sftviz.models.catalogue import BACKBONES, Backbone
from sftviz.training.recipes import DEFAULT_RECIPE, RECIPES, WHEN_TO_USE
from sftviz.ui.stores import SAMPLE

_WEIGHTS = {
    "bundled": "Pretrained on ImageNet, bundled with sftviz",
    "default": "Pretrained on ImageNet, downloaded once",
    "random": "Random: nothing learned yet",
    "file": "A weights file on this machine",
}


def choose_model() -> ModelConfig:
    """Which backbone, which weights."""
    name = st.selectbox("Backbone", list(BACKBONES), format_func=lambda each: BACKBONES[each].title, key="backbone")
    entry = BACKBONES[name]
    _show_facts(entry)
    kind = st.radio(
        "Weights", [entry.pretrained, "random", "file"], format_func=_WEIGHTS.__getitem__, key=f"weights {name}"
    )
    if kind != "file":
        return ModelConfig(backbone=name, weights=kind)
    path = st.text_input("Path of the weights file", placeholder="/home/me/weights.safetensors", key="weights file")
    st.caption("A safetensors file or a state dict saved by torch; it is read without running any code in it.")
    return ModelConfig(backbone=name, weights=path.strip())


def _show_facts(entry: Backbone) -> None:
    with st.container(horizontal=True):
        st.metric("ImageNet accuracy, top-1", f"{entry.imagenet_top1:.1%}", border=True, height="stretch")
        st.metric("Parameters", f"{entry.million_parameters:.1f} million", border=True, height="stretch")
        st.metric(
            "Work for one picture",
            f"{entry.gmac:.2f} GMAC",
            border=True,
            height="stretch",
            help="Billions of multiply-adds.",
        )
        st.metric("Weights file", f"{entry.file_mib:.0f} MiB", border=True, height="stretch")
    side = entry.preprocessing.crop
    where = "bundled, works offline" if entry.source == "bundled" else "downloaded on first use"
    st.caption(f"{entry.weights_name}, {where}. Licence: {entry.licence}. Sees pictures of {side} × {side} pixels.")


def choose_recipe() -> Recipe:
    """Which preset."""
    names = list(RECIPES)
    name = st.segmented_control(
        "How it learns", names, default=DEFAULT_RECIPE, key="recipe", required=True, label_visibility="collapsed"
    )
    st.caption(WHEN_TO_USE[name])
    return RECIPES[name]


def choose_rest(identity: str, recipe: Recipe) -> tuple[DataConfig, Recipe, int]:
    """Settings that seldom need a change, folded away."""
    with st.expander("Advanced settings", icon=":material/tune:"):
        if recipe.stages:
            recipe = _adjust(recipe)
        left, middle, right = st.columns(3)
        seed = left.number_input("Seed", 0, 2**32 - 1, 0, help="The same seed gives the same run.")
        share = middle.slider("Kept for validation", 0.05, 0.5, 0.2, 0.05, format="percent", key="share")
        augment = right.toggle("Vary the pictures while training", value=True, help="Random crops and mirror images.")
    return DataConfig(dataset=identity, validation_share=share, augment=augment), recipe, int(seed)


def _adjust(recipe: Recipe) -> Recipe:
    stages = [_adjust_stage(index, stage, f"{recipe.name} {index}") for index, stage in enumerate(recipe.stages)]
    left, middle, right = st.columns(3)
    batch = left.number_input("Batch size, pictures", 1, 1024, recipe.batch_size, key=f"batch {recipe.name}")
    patience = middle.number_input(
        "Patience, epochs (0: train to the end)", 0, 100, 0, help="Epochs without a better one after which it ends."
    )
    target = right.number_input(
        "Target accuracy, % (0: none)", 0, 100, 0, help="Validation accuracy at which training ends."
    )
    return recipe.model_copy(
        update={
            "stages": tuple(stages),
            "batch_size": int(batch),
            "patience": int(patience) or None,
            "target_accuracy": target / 100 or None,
        }
    )


def _adjust_stage(index: int, stage: Stage, key: str) -> Stage:
    learns = {"head": "the head", "all": "all blocks"}.get(
        str(stage.learns), f"the head and the last {stage.learns} blocks"
    )
    left, middle, right = st.columns(3)
    epochs = left.number_input(f"Stage {index + 1}, {learns}: epochs", 1, 1000, stage.epochs, key=f"epochs {key}")
    head = middle.number_input(
        "Learning rate, head", 1e-7, 10.0, stage.head_lr, format="%.1e", step=stage.head_lr / 2, key=f"head {key}"
    )
    if stage.learns == "head":
        return stage.model_copy(update={"epochs": int(epochs), "head_lr": head})
    backbone = right.number_input(
        "Learning rate, backbone",
        1e-7,
        10.0,
        stage.backbone_lr,
        format="%.1e",
        step=stage.backbone_lr / 2,
        key=f"body {key}",
    )
    return stage.model_copy(update={"epochs": int(epochs), "head_lr": head, "backbone_lr": backbone})


def show_command(config: RunConfig, stored: StoredData) -> None:
    """The same run from a terminal, where the presets alone decide it."""
    if config.recipe != RECIPES[config.recipe.name] or config.data != DataConfig(dataset=config.data.dataset):
        return
    path = "sample_data" if stored.listing.root == SAMPLE else str(stored.listing.root)
    model = config.model
    words = ["sftviz", "train", path, "--backbone", model.backbone, "--weights", model.weights]
    words += ["--recipe", config.recipe.name, "--seed", str(config.seed)]
    with st.expander("The same from a terminal", icon=":material/terminal:"):
        st.code(shlex.join(words), language="bash", wrap_lines=True)
