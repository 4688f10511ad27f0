"""What the machine has: against the system's own answers, and files that say it."""

import os
import shutil
from pathlib import Path

import pytest

from sftviz import resources as module
from sftviz.resources import nearest_folder, resources, size_text


def test_this_machine(tmp_path: Path) -> None:
    found = resources(tmp_path / "not" / "there" / "yet")
    assert found.num_cores == os.cpu_count()
    assert 0 < found.free_disk_bytes <= shutil.disk_usage(tmp_path).total
    if found.memory_bytes is not None and found.free_memory_bytes is not None:
        assert found.memory_bytes == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        assert 0 < found.free_memory_bytes < found.memory_bytes


def test_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tmp_path / "gpus" / "0000:01:00.0"
    card.mkdir(parents=True)
    (card / "information").write_text("Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 11\n")
    (tmp_path / "meminfo").write_text("MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n")
    monkeypatch.setattr(module, "_GRAPHICS_CARDS", tmp_path / "gpus")
    monkeypatch.setattr(module, "_MEMORY", tmp_path / "meminfo")
    found = resources(tmp_path)
    assert (found.device, found.memory_bytes, found.free_memory_bytes) == ("NVIDIA H100 80GB HBM3", 1_024_000, 409_600)
    monkeypatch.setattr(module, "_MEMORY", tmp_path / "none")
    monkeypatch.setattr(module, "_GRAPHICS_CARDS", tmp_path / "none")
    found = resources(tmp_path)
    assert (found.device, found.memory_bytes, found.free_memory_bytes) == ("CPU", None, None)


def test_the_nearest_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert nearest_folder(tmp_path) == nearest_folder(tmp_path / "a" / "b") == nearest_folder(tmp_path / "file" / "c")


@pytest.mark.parametrize(
    ("num_bytes", "text"),
    [(0, "0 bytes"), (512, "0.5 KiB"), (2**20, "1.0 MiB"), (1536 * 2**20, "1.5 GiB"), (2**41, "2,048.0 GiB")],
)
def test_sizes_as_a_person_reads_them(num_bytes: int, text: str) -> None:
    assert size_text(num_bytes).replace("\u00a0", " ") == text
