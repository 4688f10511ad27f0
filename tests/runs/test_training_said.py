"""What a run keeps of its training examples."""

from pathlib import Path

import numpy as np
import pytest

from sftviz.data.listing import Listing
from sftviz.runs.store import RunStore


def test_epoch_zero_tells_of_the_training_examples(finished_home: tuple[Path, str], few_listing: Listing) -> None:
    run = RunStore(finished_home[0]).get(finished_home[1])
    said = run.out_of_fold()
    assert said is run.out_of_fold()
    assert said.examples == tuple(picture.path for picture in few_listing.side("train"))
    before = run.state.before
    assert before is not None
    assert said.is_right_N.mean() == pytest.approx(before.train["accuracy"])
    embedded = run.embedded_training()
    assert embedded is not None
    assert embedded.examples == said.examples
    assert embedded.embeddings_ND.shape == (len(said.examples), run.embedded(0).embeddings_ND.shape[1])
    assert np.isfinite(embedded.embeddings_ND).all()
