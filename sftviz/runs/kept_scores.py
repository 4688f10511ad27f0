"""What was measured of pretrained backbones on a data set, kept on disk: one file a candidate."""

import hashlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.config import RunConfig
from sftviz.durable import replacing
from sftviz.runs.predictions_file import arrays_of, predictions_in
from sftviz.trials import CandidateScore


def score_path(home: Path, config: RunConfig, weights_name: str) -> Path:
    """Where it lies: stands for the pictures, how they are divided and seen, and the publisher's weights."""
    # Files from before there were test sets are found under their old names.
    of_data = {"dataset", "validation_share", "fit"} | ({"test_share"} if config.data.test_share else set())
    decides = config.model_dump_json(include={"data": of_data, "model": True, "seed": True})
    return home / "ranking" / f"{hashlib.sha256(f'{decides} {weights_name}'.encode()).hexdigest()[:16]}.npz"


def keep_score(path: Path, score: CandidateScore) -> None:
    """Replace what is known of a candidate.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        np.savez_compressed(
            file,
            **arrays_of(score.predictions),
            backbone=np.array(score.backbone),
            fold_N=score.fold_N,
            by_neighbours_N=score.by_neighbours_N,
            null_P=score.null_P,
            numbers=np.array([score.log_evidence, score.forward_s, score.memory_mib, score.training_s]),
            recipe=np.array(score.recipe),
        )


def kept_score(path: Path) -> CandidateScore | None:
    """What was kept; None where nothing was, or where it cannot be read."""
    try:
        # Opened here: of a damaged file, NumPy would leave its own open.
        with path.open("rb") as file, np.load(file) as arrays:
            log_evidence, forward_s, memory_mib, training_s = arrays["numbers"].tolist()
            return CandidateScore(
                backbone=str(arrays["backbone"]),
                predictions=predictions_in(arrays),
                fold_N=arrays["fold_N"],
                by_neighbours_N=arrays["by_neighbours_N"],
                log_evidence=log_evidence,
                null_P=arrays["null_P"],
                forward_s=forward_s,
                memory_mib=memory_mib,
                recipe=str(arrays["recipe"]),
                training_s=training_s,
            )
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
