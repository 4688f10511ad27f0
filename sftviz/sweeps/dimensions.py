"""What a sweep can vary: how each value stands in a run's configuration, and how a person writes it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sftviz.config import Fit, ModelConfig, RunConfig, Stage
from sftviz.errors import ModelError, NotDescribedError
from sftviz.models.catalogue import BACKBONES, backbone_named
from sftviz.training.recipes import RECIPES

Value = int | float | str


@dataclass(frozen=True)
class Dimension:
    """One value of a configuration.

    Attributes:
        title: as a person reads it.
        parse: from text; raises ValueError where that is no such value.
        read: the value in a configuration; None where it is of no effect.
        write: the configuration with another value, not validated.
        scale: how a range is sampled; None where only single values can be given.
        proposed: values to begin with, as a person writes them.
        options: the values there are, where they can be listed.
        others: those that cannot, in words; empty where `options` are all.
    """

    title: str
    parse: Callable[[str], Value]
    read: Callable[[RunConfig], Value | None]
    write: Callable[[RunConfig, Any], RunConfig]
    proposed: str
    scale: Literal["linear", "log"] | None = None
    options: tuple[str, ...] = ()
    others: str = ""


def _with_recipe(config: RunConfig, **changes: object) -> RunConfig:
    return config.model_copy(update={"recipe": config.recipe.model_copy(update=changes)})


def _of_recipe(
    name: str, title: str, proposed: str, parse: Callable[[str], Value], scale: Literal["linear", "log"]
) -> Dimension:
    return Dimension(
        title,
        parse,
        read=lambda config: getattr(config.recipe, name) if config.recipe.stages else None,
        write=lambda config, value: _with_recipe(config, **{name: value}) if config.recipe.stages else config,
        proposed=proposed,
        scale=scale,
    )


def _of_stages(
    name: str,
    title: str,
    proposed: str,
    parse: Callable[[str], Value],
    scale: Literal["linear", "log"] | None = None,
    *,
    concerns: Callable[[Stage], bool] = lambda _: True,
    is_last_only: bool = False,
    options: tuple[str, ...] = (),
) -> Dimension:
    def concerned(config: RunConfig) -> list[int]:
        stages = config.recipe.stages
        indices = range(len(stages))[-1:] if is_last_only else range(len(stages))
        return [index for index in indices if concerns(stages[index])]

    def read(config: RunConfig) -> Value | None:
        indices = concerned(config)
        value: Value | None = getattr(config.recipe.stages[indices[-1]], name) if indices else None
        return value

    def write(config: RunConfig, value: Value) -> RunConfig:
        stages = list(config.recipe.stages)
        for index in concerned(config):
            stages[index] = stages[index].model_copy(update={name: value})
        return _with_recipe(config, stages=tuple(stages))

    return Dimension(title, parse, read, write, proposed, scale, options)


def _one_of(options: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in options:
            raise ValueError(f"it is one of {', '.join(options)}")
        return text

    return parse


def _learns(text: str) -> Value:
    return text if text in ("head", "all") else int(text)


def _backbone(text: str) -> str:
    try:
        return backbone_named(text).name
    except NotDescribedError:
        return text  # to be looked up before runs are made
    except ModelError as error:
        raise ValueError("there is none of that name") from error


def _write_backbone(config: RunConfig, name: str) -> RunConfig:
    weights = "random" if config.model.weights == "random" else backbone_named(name).pretrained
    return config.model_copy(update={"model": ModelConfig(backbone=name, weights=weights)})


def _write_fit(config: RunConfig, fit: Fit) -> RunConfig:
    return config.model_copy(update={"data": config.data.model_copy(update={"fit": fit})})


_RECIPES, _BACKBONES, _FITS = tuple(RECIPES), tuple(BACKBONES), get_args(Fit)
# No recipe decides these, and their values need no name beside them.
_NAMED = ("recipe", "backbone", "fit")

# In the order in which they are put into a configuration: a recipe decides what the others change.
DIMENSIONS: dict[str, Dimension] = {
    "recipe": Dimension(
        "Recipe",
        _one_of(_RECIPES),
        read=lambda config: config.recipe.name,
        write=lambda config, name: config.model_copy(update={"recipe": RECIPES[name]}),
        proposed="probe, gradual",
        options=_RECIPES,
    ),
    "backbone": Dimension(
        "Backbone",
        _backbone,
        read=lambda config: config.model.backbone,
        write=_write_backbone,
        proposed="efficientnet_lite0, resnet18",
        options=_BACKBONES,
        others="others by their full names: torchvision/ARCHITECTURE.WEIGHTS, timm/ARCHITECTURE.TAG, hf-hub:OWNER/NAME",
    ),
    "fit": Dimension(
        "How a picture becomes a square",
        _one_of(_FITS),
        read=lambda config: config.data.fit,
        write=_write_fit,
        proposed="crop, pad",
        options=_FITS,
    ),
    "learns": _of_stages(
        "learns",
        "What learns in the last stage",
        "1, 3, all",
        _learns,
        is_last_only=True,
        options=("head", "1", "2", "3", "4", "all"),
    ),
    "epochs": _of_stages("epochs", "Epochs of the last stage", "3, 6, 12", int, "log", is_last_only=True),
    "head_lr": _of_stages("head_lr", "Learning rate of the head", "3e-5, 1e-4, 3e-4", float, "log"),
    "backbone_lr": _of_stages(
        "backbone_lr",
        "Learning rate of the backbone",
        "3e-5, 1e-4, 3e-4",
        float,
        "log",
        concerns=lambda stage: stage.learns != "head",
    ),
    "batch_size": _of_recipe("batch_size", "Batch size", "8, 16, 32", int, "log"),
    "layer_decay": _of_recipe("layer_decay", "Layer decay", "0.7, 0.9, 1", float, "linear"),
    "label_smoothing": _of_recipe("label_smoothing", "Label smoothing", "0, 0.1", float, "linear"),
    "weight_decay": _of_recipe("weight_decay", "Weight decay", "0.01, 0.05", float, "log"),
}


def varied(configs: Sequence[RunConfig]) -> tuple[str, ...]:
    """Dimensions in which configurations differ, without those that only follow from their recipes."""
    return tuple(
        name
        for name, dimension in DIMENSIONS.items()
        if len({dimension.read(config) for config in configs} - {None}) > 1
        and (name in _NAMED or any(_differs_from_preset(dimension, config) for config in configs))
    )


def _differs_from_preset(dimension: Dimension, config: RunConfig) -> bool:
    preset = RECIPES.get(config.recipe.name)
    return preset is None or dimension.read(config) != dimension.read(config.model_copy(update={"recipe": preset}))


def describe(config: RunConfig, names: Iterable[str]) -> str:
    """The values of some dimensions as a person reads them, without those of no effect."""
    values = {name: DIMENSIONS[name].read(config) for name in names}
    return ", ".join(
        value_text(value) if name in _NAMED else f"{name} {value_text(value)}"
        for name, value in values.items()
        if value is not None
    )


def value_text(value: Value | None) -> str:
    """A value as a person reads it."""
    return "–" if value is None else value if isinstance(value, str) else f"{value:g}"
