"""Tensors from a file of unknown origin, read without executing any code in it."""

import pickletools
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from sftviz.errors import ModelError

# What torch.save writes of a state dict; numbers of steps, options and the like come as plain values.
_EXPECTED = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    "torch.nn.parameter Parameter",
    "torch.storage UntypedStorage",
    "torch.serialization _get_layout",
    "torch Size",
    "torch device",
    "argparse Namespace",
}
_STORAGES = tuple(
    f"torch {kind}Storage" for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Bool", "Byte")
)
_WRAPPERS = ("model_state_dict", "state_dict", "model", "net", "weights")
_PREFIXES = ("module.", "model.", "_orig_mod.")
_LEGACY_PICKLES = 5


def read_tensors(path: Path, *, most_bytes: int) -> dict[str, Tensor]:
    """The state dict in a safetensors file or in one that torch saved, whatever it is wrapped in.

    Args:
        path: its suffix decides how it is read.
        most_bytes: that it may have.

    Raises:
        ModelError: there is no such file, it is too large, compressed, calls for code, or is damaged.
    """
    if not path.is_file():
        raise ModelError(f"There is no weights file {str(path)!r}; give 'bundled', 'default', 'random' or a file.")
    if path.stat().st_size > most_bytes:
        raise ModelError(
            f"{path.name!r} has {path.stat().st_size:,} bytes, and weights of this backbone with all that training "
            f"keeps of them have {most_bytes:,} at most; choose the backbone that it belongs to."
        )
    try:
        loaded: object = load_file(path) if path.suffix == ".safetensors" else _load_checked(path)
    except ModelError:
        raise
    except Exception as error:
        # Readers of broken files raise whatever the file leads them to.
        raise ModelError(
            f"{path.name!r} cannot be read as safetensors or as a plain state dict ({type(error).__name__}). "
            "Save it again with safetensors, or with torch.save(model.state_dict(), file)."
        ) from error
    return _without_prefix(_unwrapped(loaded, path.name))


def _load_checked(path: Path) -> object:
    record_bytes = None
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            record_bytes = _checked_records(archive, path)
            for entry in archive.infolist():
                if entry.filename.endswith("data.pkl"):
                    with archive.open(entry) as file:
                        _check_calls(file, 1, path.name)
    else:
        with path.open("rb") as file:
            _check_calls(file, _LEGACY_PICKLES, path.name)
    loaded: object = torch.load(path, map_location="cpu", weights_only=True)
    if record_bytes is not None:
        _check_storages(loaded, record_bytes, path.name)
    return loaded


def _checked_records(archive: zipfile.ZipFile, path: Path) -> int:
    entries = archive.infolist()
    # torch.save never compresses: a compressed record can only be there to inflate.
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ModelError(f"{path.name!r} is compressed in a way that torch.save never does; it is refused.")
    total = sum(entry.file_size for entry in entries)
    if total > path.stat().st_size:
        raise ModelError(f"{path.name!r} claims to hold more than its own size, {total:,} bytes; it is refused.")
    return total


def _check_calls(file: IO[bytes], num_pickles: int, name: str) -> None:
    for _ in range(num_pickles):
        for operation, argument, _ in pickletools.genops(file):
            if operation.name in ("STACK_GLOBAL", "INST") or (
                operation.name == "GLOBAL" and not _is_expected(argument)
            ):
                called = argument if isinstance(argument, str) else "something that it does not name plainly"
                raise ModelError(
                    f"{name!r} calls for {called.replace(' ', '.')}, which a state dict does not; it cannot be read "
                    "without executing code. Save it again with torch.save(model.state_dict(), file)."
                )


def _is_expected(called: Any) -> bool:
    return (
        called in _EXPECTED
        or called in _STORAGES
        or (
            # Types of numbers are named as torch's own.
            isinstance(called, str)
            and called.startswith("torch ")
            and isinstance(getattr(torch, called[6:], None), torch.dtype)
        )
    )


def _check_storages(loaded: object, record_bytes: int, name: str) -> None:
    storages = {each.untyped_storage().data_ptr(): each.untyped_storage().nbytes() for each in _tensors(loaded)}
    if sum(storages.values()) > record_bytes:
        raise ModelError(f"{name!r} claims larger tensors than it holds; it is refused.")


def _tensors(loaded: object) -> Iterator[Tensor]:
    if isinstance(loaded, Tensor):
        yield loaded
    elif isinstance(loaded, Mapping):
        for each in loaded.values():
            yield from _tensors(each)
    elif isinstance(loaded, list | tuple):
        for each in loaded:
            yield from _tensors(each)


def _unwrapped(loaded: object, name: str) -> dict[str, Tensor]:
    """The innermost mapping of names to tensors that is usually meant."""
    while isinstance(loaded, Mapping):
        wrapper = next((key for key in _WRAPPERS if isinstance(loaded.get(key), Mapping)), None)
        if wrapper is None:
            break
        loaded = loaded[wrapper]
    if not isinstance(loaded, Mapping) or not all(
        isinstance(key, str) and isinstance(tensor, Tensor) for key, tensor in loaded.items()
    ):
        raise ModelError(f"{name!r} holds no state dict, that is, no mapping of names to tensors; save one.")
    return dict(loaded)


def _without_prefix(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names as the network itself has them, not a program around it."""
    for prefix in _PREFIXES:
        if weights and all(name.startswith(prefix) for name in weights):
            return _without_prefix({name.removeprefix(prefix): tensor for name, tensor in weights.items()})
    return weights
