"""Memory and time against the number of pictures, generated: the recipe `probe` with a small backbone.

What grows with the pictures is not the backbone's, so that the quickest one tells as much in less time.

Anonymous memory is the process's own; pages of mapped files are counted apart, since the kernel takes them back.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.command import Options, main
from benchmarks.pictures import generate
from benchmarks.runner import ROOT, SCRATCH, Answer, Job, JobFailedError, Measured, interleave
from benchmarks.table import Row

_PAUSE_S = 0.05
_BACKBONE = ("--backbone", "mobilenet_v3_small", "--weights", "random")
_PROGRAM = "import sys; from sftviz.cli.main import main; sys.exit(main())"


def measure(options: Options) -> list[Row]:
    """Rows for memory and time; a ratio of 1 to the smallest number of pictures means flat, or linear."""
    sizes = (20, 40) if options.quick else options.sizes
    with tempfile.TemporaryDirectory() as scratch:
        jobs = [_job(generate(Path(scratch, str(size)), size), size) for size in sizes]
        found = interleave(jobs, options.rounds or 1, run=run_watched)
    first, first_size = found[0], sizes[0]
    rows = []
    for size, measured in zip(sizes, found, strict=True):
        rows += _rows(measured, size, first, first_size)
    return rows


def run_watched(job: Job) -> Answer:
    """Run a process; its wall time in seconds and its peaks of memory in MiB, its children's included."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [part.replace(SCRATCH, scratch) for part in job.command]
        complaints = Path(scratch, "complaints")
        started_at = time.perf_counter()
        with complaints.open("w") as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT)
            peak_anonymous = peak_file = 0.0
            while process.poll() is None:
                anonymous, file = _resident(process.pid)
                peak_anonymous, peak_file = max(peak_anonymous, anonymous), max(peak_file, file)
                time.sleep(_PAUSE_S)
        wall_s = time.perf_counter() - started_at
        if process.returncode != 0:
            raise JobFailedError((complaints.read_text().strip() or "no message").splitlines()[-1])
        answer, _ = process.communicate()
    seconds = json.loads(answer.splitlines()[-1])["seconds"]
    return {"anonymous": peak_anonymous, "file": peak_file, "wall_s": wall_s, "work_s": sum(seconds.values())}


def _job(data: Path, size: int) -> Job:
    arguments = ["train", str(data), "--recipe", "probe", *_BACKBONE, "--home", SCRATCH, "--json"]
    return Job(f"{size:,} pictures", [sys.executable, "-c", _PROGRAM, *arguments])


def _rows(measured: Measured, size: int, first: Measured, first_size: int) -> list[Row]:
    if not (measured.answers and first.answers):
        return [Row("memory", measured.name, "sftviz", "–", note=measured.problem or first.problem)]
    anonymous, file, work_s = (measured.median(key) for key in ("anonymous", "file", "work_s"))
    flat = first.median("anonymous") / anonymous
    linear = first.median("work_s") / first_size / (work_s / size)
    size_note, speed = f"file pages {file:,.0f} MiB", f"{work_s:,.1f} s, {work_s / size * 1000:.1f} ms a picture"
    return [
        Row("memory", measured.name, "peak anonymous", f"{anonymous:,.0f} MiB", flat, note=size_note),
        Row("memory", measured.name, "time", speed, linear, note=f"whole process {measured.median('wall_s'):,.1f} s"),
    ]


def _resident(pid: int) -> tuple[float, float]:
    """Anonymous and file-backed memory of a process and its children now, in MiB."""
    try:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        children = [pid for file in Path(f"/proc/{pid}/task").glob("*/children") for pid in file.read_text().split()]
        own = tuple(int(status[key].split()[0]) / 1024 for key in ("RssAnon", "RssFile"))
    except (OSError, KeyError):
        return 0.0, 0.0  # it has just ended
    parts = [own, *(_resident(int(child)) for child in children)]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


if __name__ == "__main__":
    main([measure], __doc__)
