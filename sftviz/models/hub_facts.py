"""What a model on the Hugging Face hub says of itself in timm's format, taken with care: anybody may write it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import timm

from sftviz.errors import ModelError
from sftviz.models.hub import hub_text

HUB_PREFIX = "hf-hub:"
_MOST_BYTES = 1 << 22
_LARGEST_NUMBER = 1 << 16
_STATED = (
    *("input_size", "fixed_input_size", "crop_pct", "interpolation", "mean", "std"),
    *("num_classes", "classifier", "first_conv", "pool_size", "license", "tag"),
)
# What leads timm to files and places, or is decided here.
_OURS = ("pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir", "scriptable")


class Told(NamedTuple):
    """A model's description of itself.

    Attributes:
        architecture: one of timm's.
        published: its pretrained configuration, of which only facts were taken.
        arguments: that its architecture is built with.
    """

    architecture: str
    published: dict[str, Any]
    arguments: dict[str, Any]


def read_configuration(repository: str) -> Told:
    """Ask the hub for a model's `config.json`.

    Raises:
        ModelError: it is not in timm's format.
        DownloadError: the hub cannot be reached, or refuses.
    """
    text = hub_text(repository, "config.json", most_bytes=_MOST_BYTES)
    try:
        return _told(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(
            f"{repository} is no model in timm's format: its config.json names no architecture of timm's with an input "
            f"size, mean and deviation ({error}). Choose one whose page names the library timm."
        ) from error


def _told(content: Mapping[str, Any]) -> Told:
    architecture = content["architecture"]
    if not isinstance(architecture, str) or not timm.is_model(architecture):
        raise ValueError(f"timm does not know {architecture!r}")
    # Older files state it without a level of its own, and the number of classes lies beside it.
    stated = {**content, **content.get("pretrained_cfg", {})}
    published = {name: stated[name] for name in _STATED if stated.get(name) is not None}
    published["num_classes"] = int(content.get("num_classes", published.get("num_classes", 0)))
    for name, length in (("input_size", 3), ("mean", 3), ("std", 3)):
        published[name] = [float(each) if name != "input_size" else int(each) for each in published[name]]
        if len(published[name]) != length:
            raise ValueError(f"{name} has {len(published[name])} numbers")
    arguments = {name: each for name, each in content.get("model_args", {}).items() if name not in _OURS}
    if _largest([published["num_classes"], published["input_size"], list(arguments.values())]) > _LARGEST_NUMBER:
        raise ValueError("its numbers are larger than those of any network")
    return Told(architecture, published, arguments)


def _largest(value: Any) -> float:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return max(map(_largest, value), default=0)
    return abs(value) if isinstance(value, int | float) else 0
