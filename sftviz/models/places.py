"""Where a publisher's weights lie on this machine, or would. Loads no torch."""

import os
from pathlib import Path

from sftviz.models.backbone import Backbone
from sftviz.models.kept import kept_backbones
from sftviz.models.published import published_in

HUB_FILES = ("model.safetensors", "pytorch_model.bin")


def download_folder() -> Path:
    """Where torch keeps what it downloads."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.environ.get("TORCH_HOME") or f"{cache}/torch").expanduser() / "hub" / "checkpoints"


def download_names(entry: Backbone) -> tuple[str, ...]:
    """Names under which the weights may be kept, the preferred first."""
    if is_on_hub(entry):
        return tuple(f"{entry.address.replace('/', '--')}--{filename}" for filename in HUB_FILES)
    return (entry.address.rpartition("/")[2],)


def kept_weights(entry: Backbone) -> Path | None:
    """The file with them: what was downloaded by us, or by another program of the hub's."""
    for name in download_names(entry):
        if (download_folder() / name).is_file():
            return download_folder() / name
    if is_on_hub(entry):
        # A quarter of a second, which pages about other backbones need not wait for.
        from huggingface_hub import try_to_load_from_cache

        repository, _, revision = entry.address.partition("@")
        for filename in HUB_FILES:
            found = try_to_load_from_cache(repository, filename, revision=revision or None)
            if isinstance(found, str):
                return Path(found)
    return None


def is_here(entry: Backbone) -> bool:
    """Whether nothing has to be downloaded."""
    return entry.source == "bundled" or kept_weights(entry) is not None


def backbones_here() -> tuple[Backbone, ...]:
    """What was downloaded of the published ones, and of those that were looked up."""
    folder = download_folder()
    published = published_in([path.name for path in folder.iterdir()]) if folder.is_dir() else ()
    return (*published, *(entry for entry in kept_backbones() if kept_weights(entry)))


def is_on_hub(entry: Backbone) -> bool:
    """Whether they are downloaded from the Hugging Face hub."""
    return entry.source in ("timm", "hub") and "://" not in entry.address
