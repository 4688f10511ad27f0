"""How soon it is there: `import sftviz`, and the first page until it is painted.

Against a process that loads torch first, as an app does that imports it at the top.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.command import Options, main
from benchmarks.dashboard import STREAMLIT, chromium, serving, settle
from benchmarks.runner import Answer, Job, interleave
from benchmarks.table import OURS, Figure, Row, compare

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_IMPORT = "import json, time; t = time.perf_counter(); import {}; print(json.dumps({{'s': time.perf_counter() - t}}))"
_TORCH_FIRST = ("-c", "import torch, torchvision; from streamlit.web.cli import main; main()")
_HEADING = "Supervised fine-tuning you can see"


def measure(options: Options) -> Iterator[Row]:
    """Rows for the import and for the first page."""
    rounds = options.rounds or (1 if options.quick else 5)
    imports = {OURS: "sftviz", "import torch": "torch"}
    found = interleave(
        [Job(name, [sys.executable, "-c", _IMPORT.format(what)]) for name, what in imports.items()], rounds
    )
    yield from compare("start", "import", Figure("s", "s"), found, target=1)
    servers = [Job(OURS, STREAMLIT), Job("torch imported first", _TORCH_FIRST)]
    with chromium() as browser:
        painted = interleave(servers, rounds, run=partial(first_page, browser))
    is_free = painted[0].knows("has_torch") and not any(painted[0].values("has_torch"))
    ours, *others = compare("start", "first page, painted", Figure("s", "s"), painted)
    yield replace(ours, note="torch is not loaded by then" if is_free else "torch is loaded by then")
    yield from others


def first_page(browser: "Browser", job: Job) -> Answer:
    """Seconds from starting the server until the first page stands in a fresh browser tab."""
    with tempfile.TemporaryDirectory() as home:
        started_at = time.perf_counter()
        with serving(Path(home), job.command) as server:
            page = browser.new_page()
            page.goto(server.url)
            settle(page, _HEADING)
            seconds = time.perf_counter() - started_at
            has_torch = server.has_loaded("libtorch")
            page.close()
    return {"s": seconds, "has_torch": has_torch}


if __name__ == "__main__":
    main([measure], __doc__)
