"""A run that begins from a whole model of somebody's: epoch 0 is that model."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig, Stage
from sftviz.data.listing import Listing
from sftviz.jobs.work import carry_out
from sftviz.models.build import build_classifier
from sftviz.models.catalogue import backbone_named
from sftviz.runs.lock import RunLock
from sftviz.runs.store import RunStore
from sftviz.tasks.opening import open_task
from sftviz.training.checkpoints import Checkpoints

SMALL = "timm/test_vit.r160_in1k"


def test_epoch_0_is_the_model_in_the_file_and_training_goes_on_from_it(
    home: Path, few_listing: Listing, tmp_path: Path
) -> None:
    classifier = build_classifier(backbone_named(SMALL))
    classifier.reset_classifier(len(few_listing.classes))
    torch.nn.init.normal_(classifier.head.weight)
    classifier.eval()
    path = tmp_path / "mine.safetensors"
    save_file(classifier.state_dict(), path)
    config = RunConfig(
        name="mine",
        data=DataConfig(dataset=few_listing.identity),
        model=ModelConfig(backbone=SMALL, weights=str(path), keeps_head=True),
        recipe=Recipe(name="short", stages=(Stage(learns=2, epochs=1, head_lr=1e-4, backbone_lr=1e-4),), batch_size=4),
        numerics="32-bit",
    )
    run = RunStore(home).create(config, few_listing.to_json())
    with RunLock(run.folder):
        carry_out(run, home)
    assert run.status == "finished", run.state.message
    task = open_task(run, home)
    with torch.no_grad():
        inputs = task.validation.evaluation_batch(range(len(task.validation.names)))
        expected_NK = classifier(inputs).softmax(dim=1).numpy()
    before = run.predictions(0)
    np.testing.assert_allclose(before.probabilities_NK, expected_NK, rtol=0, atol=1e-5)
    newest, network = Checkpoints(run.folder / "checkpoints").newest(), task.empty()
    assert newest is not None
    newest.load_weights(network)
    moved = (network.head.weight - classifier.head.weight).abs().max()
    assert 0 < moved < 0.01
