"""The dashboard as a person starts it, and a browser to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.runner import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STREAMLIT = ("-m", "streamlit")
_IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
_LONGEST_START_S = 120.0


@dataclass(frozen=True)
class Server:
    """A running dashboard."""

    url: str
    pid: int

    def has_loaded(self, library: str) -> bool:
        """Whether the process maps a shared library of that name."""
        return library in Path(f"/proc/{self.pid}/maps").read_text()


@contextmanager
def serving(home: Path, program: Sequence[str] = STREAMLIT) -> Iterator[Server]:
    """A server of its own on a free port, answering; ended afterwards.

    Args:
        home: where runs and caches lie.
        program: what the interpreter is given before Streamlit's own arguments.
    """
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, *program, "run", "app.py", "--server.headless", "true", "--server.port", str(port)]
    environment = {**os.environ, "SFTVIZ_HOME": str(home)}
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Debian's browser, without a window."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


def settle(page: "Page", heading: str) -> None:
    """Wait until a page stands there under its heading and its script has run."""
    page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    page.wait_for_selector(_IDLE)


def _wait(url: str) -> None:
    give_up_at = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < give_up_at:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"The dashboard did not answer within {_LONGEST_START_S:.0f} seconds.")
