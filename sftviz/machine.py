"""The machine that work runs on: how the process is set up, and what decides whether results repeat to the bit."""

import ctypes
import os
import platform
import resource
import sys
import threading
from contextlib import suppress
from pathlib import Path

from sftviz import __version__

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -4, -8
_SPINS = "20000"
_MIB = 2**20
_NICENESS = 10
_STATUS, _RESET_MARK, _VICTIM = (Path("/proc/self") / name for name in ("status", "clear_refs", "oom_score_adj"))


def prepare_process() -> None:
    """Set up the process for training beside a web server; to be called before torch is imported.

    Waiting threads spin for a moment only: a pool that spins on falls to a tenth of its speed on two cores as soon as a
    page wants one, and a pool that sleeps at once to half. Freed memory is kept, for all threads in one arena: glibc
    otherwise returns and refaults large blocks in every step. Measured in benchmarks/process_setup.py.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if sys.platform == "linux":
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_M_ARENA_MAX, 1)
        allocator.mallopt(_M_MMAP_MAX, 0)
        allocator.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def prepare_training() -> None:
    """Make the calling thread's arithmetic repeatable."""
    import torch

    # A thread has its own OpenMP settings until it is told otherwise.
    torch.set_num_threads(torch.get_num_threads())
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True


def has_accelerator() -> bool:
    """Whether training will probably run on an accelerator, judged by its device files without loading torch."""
    return Path("/dev/kfd").exists() or any(Path("/dev").glob("nvidia[0-9]*"))


def give_way() -> None:
    """Let others have a core before the calling thread and those that it starts: pages answer while it trains.

    Linux alone has a priority for each thread.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def be_first_to_go() -> None:
    """Where memory runs out, have the kernel kill the calling process rather than its parent. Linux alone."""
    with suppress(OSError):
        _VICTIM.write_text("300")


def describe_environment() -> dict[str, str]:
    """What must be the same for a run to repeat bit for bit, in words."""
    import torch
    import torchvision

    on_gpu = torch.cuda.is_available()
    return {
        "sftviz": __version__,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "device": torch.cuda.get_device_name() if on_gpu else f"CPU, {torch.backends.cpu.get_cpu_capability()}",
        "threads": str(torch.get_num_threads()),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def release_memory() -> None:
    """Give freed memory back to the system, so that what is taken next can be measured. Linux alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


class PeakMemory:
    """The most memory that this process takes from here on: of the accelerator where there is one, else its own.

    Linux alone lets the mark of a process be reset; elsewhere the mark is that of its whole life.
    """

    def __init__(self) -> None:
        import torch

        self._device = torch.cuda if torch.cuda.is_available() else None
        if self._device:
            self._device.reset_peak_memory_stats()
        elif _RESET_MARK.exists():
            with suppress(OSError):  # a container may forbid it
                _RESET_MARK.write_text("5")
        self._at_first_mib = self.mib()

    def added_mib(self) -> float:
        """In MiB, up to now, beyond what was there at first."""
        return self.mib() - self._at_first_mib

    def mib(self) -> float:
        """In MiB, up to now."""
        if self._device:
            return float(self._device.max_memory_allocated()) / _MIB
        lines = _STATUS.read_text().splitlines() if _STATUS.exists() else []
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (_MIB if sys.platform == "darwin" else 1024)
