"""Cross-validations of the head, kept on disk: one file for each model, data set and number of folds."""

import hashlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.config import RunConfig
from sftviz.durable import replacing
from sftviz.runs.predictions_file import arrays_of, predictions_in
from sftviz.trials import CurveTrials, HeadFolds


def keep_folds(home: Path, config: RunConfig, found: HeadFolds) -> None:
    """Replace what is known for these choices.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    path = _path(home, config)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        np.savez_compressed(
            file,
            **arrays_of(found.predictions),
            fold_N=found.fold_N,
            sizes_S=found.trials.sizes_S,
            is_right_SN=found.trials.is_right_SN,
        )


def kept_folds(home: Path, config: RunConfig) -> HeadFolds | None:
    """What was found for these choices; None where nothing was, or where it cannot be read."""
    try:
        # Opened here: of a damaged file, NumPy would leave its own open.
        with _path(home, config).open("rb") as file, np.load(file) as arrays:
            trials = CurveTrials(arrays["sizes_S"], arrays["is_right_SN"])
            return HeadFolds(predictions_in(arrays), arrays["fold_N"], trials)
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def folds_changed_ns(home: Path, config: RunConfig) -> int | None:
    """When it was kept; None where it was not."""
    try:
        return _path(home, config).stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _path(home: Path, config: RunConfig) -> Path:
    decides = config.model_dump_json(
        include={"data": {"dataset", "num_folds"}, "model": True, "numerics": True, "seed": True}
    )
    return home / "folds" / f"{hashlib.sha256(decides.encode()).hexdigest()[:16]}.npz"
