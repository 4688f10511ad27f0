"""Telling an epoch's weights from others without reading them."""

from pathlib import Path

import pytest

from sftviz.errors import CheckpointError
from sftviz.runs.store import RunStore


def test_epochs_have_hashes_of_their_own(finished_home: tuple[Path, str]) -> None:
    run = RunStore(finished_home[0]).get(finished_home[1])
    assert run.weights_sha256(0) != run.weights_sha256(2)
    assert len(run.weights_sha256(2)) == 64
    with pytest.raises(CheckpointError, match="epoch 7 are not kept"):
        run.weights_sha256(7)
