"""The pages as they run without a browser, and a real server with a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from sftviz.jobs.queue import JobQueue
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.ui import stores
from tests.conftest import ROOT

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 120_000
_IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'

# Two cores run several browsers and servers at a time, and what is expected comes when it comes.
expect.set_options(timeout=_PATIENCE_MS)


class Server:
    """The dashboard as a person starts it, on a free port and a home folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = home.parent / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        environment = {**os.environ, "SFTVIZ_HOME": str(self.home)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--server.port", str(self.port)], stdout=log, stderr=log, cwd=ROOT, env=environment
            )
        pause = Event()
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:  # noqa: S310 - our own
                    if answer.status == 200:
                        return
            except OSError:
                pause.wait(0.1)
        pytest.fail(f"the server did not start:\n{self.log}")

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(number)
        self._process.wait(60)


@pytest.fixture
def finished(finished_home: tuple[Path, str], home: Path) -> Run:
    """A finished run in a home folder that a test may change."""
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    return RunStore(home).get(finished_home[1])


@pytest.fixture
def second(finished: Run, home: Path) -> Run:
    """A copy of the finished run, under another name."""
    folder = finished.folder.with_name("20990101-120000-000000")
    shutil.copytree(finished.folder, folder)
    write_labels(folder, name="the <b>second</b> run")
    return RunStore(home).get(folder.name)


@pytest.fixture
def show(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Runs a page in this process, with these choices made; nothing trains."""
    monkeypatch.setattr(JobQueue, "warm_up", lambda _: None)

    def run(page: str, /, **chosen: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=120)
        for key, value in chosen.items():
            app.session_state[f"chosen {key}"] = value
        return app.run()

    home.mkdir(exist_ok=True)
    yield run
    for shared in (stores.run_store, stores.data_store, stores.uploads):
        shared.cache_clear()


def texts(app: AppTest) -> str:
    """All that a page says."""
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.title, app.header, app.code)
    metrics = [f"{metric.label}: {metric.value} {metric.delta}" for metric in app.metric]
    return "\n".join([*(element.value for elements in kinds for element in elements), *metrics])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "home")
    yield server
    server.end()
    assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert _CHROMIUM, "No Chromium on this machine; .ci/run installs one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[Callable[[], Page]]:
    """Opens browser tabs; fails on any script error and on any request that leaves this machine."""
    errors: list[str] = []
    strangers: list[str] = []
    contexts = []

    def watch(address: str) -> None:
        if address.startswith("http") and not address.startswith(server.url):
            strangers.append(address)

    def make() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=server.url)
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: watch(request.url))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors
    assert not strangers, strangers


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()


def settle(page: Page) -> None:
    """Wait until the script has run and the page shows no error."""
    page.wait_for_selector(_IDLE)
    assert page.locator('[data-testid="stException"]').count() == 0


def say_all_wrong(run: Run) -> None:
    """Let every epoch of a run take each picture for the class after its own."""
    for path in (run.folder / "epochs").iterdir():
        with np.load(path) as arrays:
            kept = dict(arrays)
        labels = run.predictions(int(path.stem)).labels_N
        kept["probabilities_NK"] = np.eye(3, dtype=np.float32)[(labels + 1) % 3]
        np.savez(path, **kept)
