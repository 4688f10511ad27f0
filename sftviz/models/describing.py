"""A network's facts found by building it without weights: size, work, head, and where its blocks lie."""

import json
import logging
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
import torchvision
from timm.models import get_pretrained_cfg
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from sftviz.errors import ModelError
from sftviz.models.backbone import Backbone, Interpolation, Preprocessing, Source
from sftviz.models.blocks import find_blocks, watch
from sftviz.models.build import build_classifier, cut_head
from sftviz.models.download import hash_in_name
from sftviz.models.hub_facts import HUB_PREFIX, read_configuration
from sftviz.models.kept import keep_backbone

_LINEAR_SHARE = 0.5
_MIB = 2**20
_ATTENTION = re.compile("att(entio)?n", re.IGNORECASE)
_SWAG = "CC-BY-NC-4.0 (SWAG)"
_BSD = "BSD-3-Clause (torchvision); trained on ImageNet-1K"


def describe(name: str) -> Backbone:
    """Look a backbone up of which nothing is known here yet, and remember it.

    Args:
        name: as `can_be_described` knows them.

    Raises:
        ModelError: there is none of that name, or it cannot be used.
        DownloadError: the hub cannot be asked about it.
        OSError: it cannot be remembered.
    """
    kind, _, rest = name.partition("/")
    if name.startswith(HUB_PREFIX):
        facts = hub_facts(name)
    elif kind == "timm":
        facts = timm_facts(rest)
    else:
        facts = torchvision_facts(*rest.rsplit(".", 1))
    entry = counted(facts)
    keep_backbone(entry)
    return entry


def torchvision_facts(architecture: str, weights_name: str) -> Backbone:
    """What torchvision states of one version of its weights; head and blocks are not known yet.

    Raises:
        ModelError: the installed torchvision has none of that name.
    """
    try:
        weights = torchvision.models.get_model_weights(architecture)[weights_name]
    except (ValueError, KeyError) as error:
        raise ModelError(f"The installed torchvision has no weights {weights_name} of {architecture}.") from error
    meta, transforms = weights.meta, weights.transforms()
    tag = weights_name.removeprefix("IMAGENET1K_").replace("_", " ")
    return Backbone(
        name=f"torchvision/{architecture}.{weights_name}",
        title=f"{architecture} {tag}",
        source="torchvision",
        weights_name=weights_name,
        licence=_SWAG if "SWAG" in meta.get("license", "") else _BSD,
        million_parameters=meta["num_params"] / 1e6,
        gmac=meta["_ops"],
        file_mib=meta["_file_size"],
        imagenet_top1=round(meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100, 5),
        head="",
        blocks=(),
        preprocessing=Preprocessing(
            transforms.resize_size[0],
            transforms.crop_size[0],
            _interpolation(transforms.interpolation.value),
            tuple(transforms.mean),
            tuple(transforms.std),
        ),
        architecture=architecture,
        address=weights.url,
        settings=_torchvision_settings(architecture, transforms.crop_size[0]),
    )


def timm_facts(name: str) -> Backbone:
    """What timm states of one of its pretrained networks; the rest is not known yet.

    Args:
        name: architecture and tag, as timm writes them.

    Raises:
        ModelError: it does not take colour squares, or its weights cannot be downloaded and verified.
    """
    try:
        registered: Any = get_pretrained_cfg(name, allow_unregistered=False)
    except RuntimeError as error:
        raise ModelError(f"The installed timm has no pretrained {name}; look its name up.") from error
    published = registered.to_dict()
    address = published.get("hf_hub_id") or published.get("url") or ""
    if not published.get("hf_hub_id") and not hash_in_name(address):
        raise ModelError(f"{name} has no place on the hub and no hash in its address {address!r}.")
    return facts_by_timm(f"timm/{name}", name, "timm", published, address)


def hub_facts(name: str) -> Backbone:
    """What a model on the hub states of itself.

    Raises:
        ModelError: it is not in timm's format.
        DownloadError: the hub cannot be asked.
    """
    address = name.removeprefix(HUB_PREFIX)
    told = read_configuration(address)
    settings = json.dumps({"pretrained_cfg": told.published, **told.arguments})
    return facts_by_timm(name, told.architecture, "hub", told.published, address, settings)


def facts_by_timm(
    name: str, architecture: str, source: Source, published: Mapping[str, Any], address: str, settings: str = "{}"
) -> Backbone:
    """What a pretrained configuration of timm's kind states.

    Raises:
        ModelError: the network does not take colour squares.
    """
    classifier = published.get("classifier")
    channels, height, width = published["input_size"]
    if channels != 3 or height != width:
        raise ModelError(f"{name} takes {channels} channels of {height} × {width} pixels; colour squares are needed.")
    return Backbone(
        name=name,
        title=name.removeprefix("timm/").removeprefix(HUB_PREFIX),
        source=source,
        weights_name=str(published.get("tag") or address),
        licence=str(published.get("license") or "not stated"),
        million_parameters=math.nan,
        gmac=math.nan,
        file_mib=math.nan,
        imagenet_top1=None,
        head=classifier if isinstance(classifier, str) else "",
        blocks=(),
        preprocessing=Preprocessing(
            math.floor(height / published.get("crop_pct", 1.0)),
            height,
            _interpolation(published.get("interpolation", "bicubic")),
            tuple(published["mean"]),
            tuple(published["std"]),
        ),
        architecture=architecture,
        num_classes=int(published.get("num_classes", 0)),
        address=address,
        settings=settings,
    )


def counted(entry: Backbone) -> Backbone:
    """With what nobody stated counted, its head and its blocks.

    Raises:
        ModelError: the network cannot be built, or does not turn a picture into one embedding.
    """
    classifier = without_memory(entry)
    if entry.source == "torchvision":
        entry = replace(entry, head=_last_layer(classifier))
    sizes = [each.numel() for each in classifier.parameters()]
    file_mib = sum(each.numel() * each.element_size() for each in classifier.state_dict().values()) / _MIB
    width = cut_head(classifier, entry)
    side = entry.preprocessing.crop
    inputs = torch.zeros(1, 3, side, side, device=next(classifier.parameters()).device)
    try:
        with FlopCounterMode(display=False) as counter:
            moments, embeddings = watch(classifier, inputs)
    except Exception as error:
        # What a network of unknown making raises is not known either.
        raise ModelError(f"{entry.name} cannot be run on a picture of {side} × {side} pixels ({error}).") from error
    if embeddings.shape != (1, width):
        raise ModelError(f"{entry.name} gives {tuple(embeddings.shape)} for a picture, where (1, {width}) is needed.")
    return replace(
        entry,
        million_parameters=_first(entry.million_parameters, sum(sizes) / 1e6, 3),
        gmac=_first(entry.gmac, counter.get_total_flops() / 2e9, 3),
        file_mib=_first(entry.file_mib, file_mib, 1),
        blocks=find_blocks(classifier, moments),
        is_transformer=_is_transformer(classifier),
    )


def _first(stated: float, counted: float, digits: int) -> float:
    return round(counted if math.isnan(stated) else stated, digits)


def without_memory(entry: Backbone) -> nn.Module:
    """The classifier on the meta device, where the library can build it there."""
    logging.getLogger("timm").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.device("meta"):
                classifier = build_classifier(entry)
        except (ModelError, NotImplementedError):
            # Some take a number out of a tensor while they are built.
            classifier = build_classifier(entry).to("meta")
    return classifier.requires_grad_(requires_grad=False).eval()


def _is_transformer(backbone: nn.Module) -> bool:
    modules = list(backbone.modules())
    has_attention = any(_ATTENTION.search(type(each).__name__) for each in modules)
    linear = sum(
        each.weight.numel() if isinstance(each, nn.Linear) else each.in_proj_weight.numel()
        for each in modules
        if isinstance(each, nn.Linear) or (isinstance(each, nn.MultiheadAttention) and each.in_proj_weight is not None)
    )
    return has_attention and linear >= _LINEAR_SHARE * sum(each.numel() for each in backbone.parameters())


def _last_layer(classifier: nn.Module) -> str:
    """Torchvision's classifiers end in one layer with as many outputs as there are classes."""
    layers: list[str] = [name for name, each in classifier.named_modules() if isinstance(each, nn.Linear | nn.Conv2d)]
    return layers[-1]


def _torchvision_settings(architecture: str, side: int) -> str:
    """Those with which torchvision builds the network that its weights fit."""
    if architecture.startswith("vit_"):
        return json.dumps({"image_size": side})
    if architecture in ("googlenet", "inception_v3"):
        # Its weights expect other means and deviations, to which the network itself turns the usual ones.
        return json.dumps({"aux_logits": False, "transform_input": True, "init_weights": False})
    return "{}"


def _interpolation(name: str) -> Interpolation:
    # Pillow's other filters are not on offer; the nearest to them in effect is the sharper one.
    return "bilinear" if name == "bilinear" else "bicubic"
