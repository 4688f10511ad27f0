"""What this machine has, and how much of it is free now; read without loading torch."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

_MEMORY = Path("/proc/meminfo")
_GRAPHICS_CARDS = Path("/proc/driver/nvidia/gpus")
_KIB, _MIB, _GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class Resources:
    """A moment's view of the machine.

    Attributes:
        device: the graphics card's name, else "CPU".
        num_cores: that the system counts.
        memory_bytes, free_memory_bytes: None where the system does not say.
        free_disk_bytes: on the disk that the home folder is on.
    """

    device: str
    num_cores: int
    memory_bytes: int | None
    free_memory_bytes: int | None
    free_disk_bytes: int


def resources(home: Path) -> Resources:
    """What there is now."""
    memory = _MEMORY.read_text(encoding="ascii") if _MEMORY.exists() else ""
    return Resources(
        device=_device(),
        num_cores=os.cpu_count() or 1,
        memory_bytes=_memory_field("MemTotal", memory),
        free_memory_bytes=_memory_field("MemAvailable", memory),
        free_disk_bytes=shutil.disk_usage(nearest_folder(home)).free,
    )


def nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())


def size_text(num_bytes: int) -> str:
    """A number of bytes as a person reads it."""
    for unit, name in ((_GIB, "GiB"), (_MIB, "MiB")):
        if num_bytes >= unit:
            return f"{num_bytes / unit:,.1f}\u00a0{name}"
    return f"{num_bytes / _KIB:,.1f}\u00a0KiB" if num_bytes else "0\u00a0bytes"


def _device() -> str:
    for card in sorted(_GRAPHICS_CARDS.glob("*/information")):
        if named := re.search(r"^Model:\s*(.+)$", card.read_text(), re.MULTILINE):
            return named[1]
    return "CPU"


def _memory_field(name: str, memory: str) -> int | None:
    found = re.search(rf"^{name}:\s*(\d+) kB$", memory, re.MULTILINE)
    return int(found[1]) * _KIB if found else None
