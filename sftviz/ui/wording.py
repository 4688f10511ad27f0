"""Numbers and names as a person reads them."""

import re
import time
from typing import Literal

from sftviz.runs.run import Run

Color = Literal["gray", "blue", "green", "orange", "red"]

STATUS_COLORS: dict[str, Color] = {
    "queued": "gray",
    "running": "blue",
    "finished": "green",
    "stopped": "orange",
    "failed": "red",
    "interrupted": "orange",
}

TARGET_TITLES: dict[str, str] = {
    "accuracy": "accuracy",
    "f1": "macro F1",
    "balanced_accuracy": "balanced accuracy",
}

_MARKDOWN = str.maketrans({character: f"\\{character}" for character in r"\`*_{}[]()<>#+-.!|~$:"})


# An address becomes a link whatever is escaped in it, unless something invisible stands within: a word joiner.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)


def plain(text: str) -> str:
    """Text from outside, made safe where Streamlit reads Markdown."""
    return _ADDRESS.sub("\u2060", " ".join(text.split())).translate(_MARKDOWN)


def percent(share: float) -> str:
    """A share in [0, 1] in per cent, never broken before the sign."""
    return f"{100 * share:.1f}\u00a0%"


def points(change: float) -> str:
    """A change of a share, in percentage points."""
    return f"{100 * change:+.1f} points"


def duration(seconds: float) -> str:
    """Hours, minutes or seconds, whichever say enough."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def moment(at: float) -> str:
    """A time of day, with the date."""
    return time.strftime("%d %b %Y, %H:%M", time.localtime(at))


def run_title(run: Run) -> str:
    """A run's name, with what tells it from others of the same name."""
    day, clock = run.identity.split("-")[:2]
    return f"{' '.join(run.name.split())} · {day[6:]}.{day[4:6]}. {clock[:2]}:{clock[2:4]}"


def epoch_name(run: Run, epoch: int) -> str:
    """An epoch, with what it is."""
    if epoch == 0:
        return "Epoch 0, before fine-tuning"
    if run.config.origin and epoch == 1:
        return f"Epoch 1, {run.config.origin.words}"
    best = run.state.best
    return f"Epoch {epoch}, the best" if best and best.epoch == epoch else f"Epoch {epoch}"
