"""Another run to compare with, of those that were validated on the same pictures."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import streamlit as st

from sftviz.errors import RunError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.pickers import pick, pick_epoch
from sftviz.ui.stores import run_store
from sftviz.ui.wording import run_title


def pick_other(run: Run) -> Predictions | None:
    """What a checkpoint of another run said of the same pictures; None for the same run."""
    runs = {other.identity: other for other in run_store().list() if _is_comparable(other, run)}
    if not runs:
        return None
    words = {"": "the same run", **{identity: run_title(other) for identity, other in runs.items()}}
    left, right, _ = st.columns([2, 1.8, 2.2], gap="medium")
    with left:
        chosen = pick("Before is of", "other", list(words), "", words.__getitem__)
    if not chosen:
        return None
    other = runs[chosen]
    with right:
        epoch = pick_epoch("Its checkpoint", "other_epoch", other, [epoch.epoch for epoch in other.state.epochs])
    return other.predictions(epoch)


def _is_comparable(other: Run, run: Run) -> bool:
    if other.identity == run.identity or other.config.data.dataset != run.config.data.dataset:
        return False
    try:
        return bool(other.state.epochs) and _validation_of(other.folder) == _validation_of(run.folder)
    except (RunError, OSError, ValueError, KeyError):
        return False


@lru_cache(maxsize=1024)
def _validation_of(folder: Path) -> str:
    """What tells one list of validation examples and classes from another; a run never changes its own."""
    examples = json.loads((folder / "examples.json").read_bytes())
    return sha256(json.dumps([examples["classes"], examples["validation"]]).encode()).hexdigest()
