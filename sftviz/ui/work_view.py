"""Work that a button starts: a bar and a way out while it goes on, then its result."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import streamlit as st

from sftviz.config import RunConfig
from sftviz.data.split import split
from sftviz.data.stored import StoredData
from sftviz.events import Event, PhaseProgressed
from sftviz.home import default_home
from sftviz.jobs.background import BackgroundWork, Part
from sftviz.ui.wording import plain

Result = TypeVar("Result")

_PHASES = {
    "download": "Downloading the weights",
    "pixels": "Decoding the pictures",
    "pilot": "Trying ways of arithmetic",
    "rates": "Trying rates",
    "features": "Computing features",
    "hashes": "Looking for near-duplicates",
    "looks": "Looking at the pictures",
    "curve": "Learning from parts of the pictures",
    "trust": "Testing the maps",
    "maps": "Computing the maps",
    "depth": "Measuring the blocks",
    "weights": "Reading the weights, and comparing them with the backbone",
    "description": "Looking the backbone up, and counting what it costs without its weights",
    "projection": "Arranging the points",
    "neighbours": "Comparing neighbours",
    "mixing": "Looking through mixed weights",
}


def offer_work(
    label: str,
    explanation: str,
    config: RunConfig,
    stored: StoredData,
    begin: Callable[[RunConfig, str, Path], BackgroundWork[Result]],
) -> BackgroundWork[Result] | None:
    """A button for work on just these choices; what others were asked about is not shown.

    Returns:
        The work once it is over, for its result to be shown.
    """

    def start() -> BackgroundWork[Result]:
        divided = split(
            stored.listing,
            validation_share=config.data.validation_share,
            test_share=config.data.test_share,
            seed=config.seed,
        )
        return begin(config, divided.to_json(), default_home())

    return follow_work(label, explanation, config.model_dump_json(exclude={"name"}), start)


def follow_work(
    label: str,
    explanation: str,
    asked: str,
    begin: Callable[[], BackgroundWork[Result]],
    icon: str = ":material/speed:",
) -> BackgroundWork[Result] | None:
    """A button for work that `asked` stands for; what was begun for something else is not shown.

    Returns:
        The work once it is over, for its result to be shown.
    """
    running: tuple[str, BackgroundWork[Result]] | None = st.session_state.get(label)
    work = running[1] if running and running[0] == asked else None
    if st.button(
        label,
        icon=icon,
        disabled=work is not None and not work.is_over,
        help=explanation,
        key=f"ask {label}",
    ):
        if running:
            running[1].cancel()
        st.session_state[label] = (asked, begin())
        st.rerun()
    if work is None:
        return None
    if not work.is_over:
        st.fragment(_follow, run_every=0.5)(work, label, work.part)
        return None
    if work.message:
        st.error(plain(work.message), icon=":material/error:")
    return work


def follow_at_once(label: str, asked: str, begin: Callable[[], Generator[Event, None, Result]]) -> Result | None:
    """The same for work that begins by itself and can be stopped; only after that there is a button.

    Returns:
        The result once it is there.
    """
    running: tuple[str, BackgroundWork[Result]] | None = st.session_state.get(label)
    if running is None or running[0] != asked:
        if running:
            running[1].cancel()
        running = st.session_state[label] = (asked, BackgroundWork(begin))
    work = running[1]
    if not work.is_over:
        st.fragment(_follow, run_every=0.5)(work, label, work.part)
    elif work.result is None:
        if work.message:
            st.error(plain(work.message), icon=":material/error:")
        if st.button(label, icon=":material/play_arrow:", key=f"ask {label}"):
            del st.session_state[label]
            st.rerun()
    return work.result


def _follow(work: BackgroundWork[Result], label: str, part: Part | None) -> None:
    if work.is_over or work.part != part:
        # One full pass takes the timer away, and shows what a part that is over has given.
        st.rerun()
    text = _PHASES[work.progress.phase] if work.progress else "Opening the pictures and the network"
    if work.progress and work.progress.unit == "bytes":
        text += f": {_amount(work.progress, work.per_second)}"
    if work.part:
        text = f"{plain(work.part.title)} ({work.part.number} of {work.part.total}): {text}"
    st.progress(work.share, text)
    if st.button("Cancel", icon=":material/close:", key=f"cancel {label}"):
        work.cancel()


def _amount(progress: PhaseProgressed, per_second: float) -> str:
    done, total, rate = (each / 2**20 for each in (progress.done, progress.total, per_second))
    return f"{done:,.1f} of {total:,.1f} MiB, {rate:,.1f} MiB a second" if total else f"{done:,.1f} MiB"
