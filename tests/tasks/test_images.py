"""What a network takes in, against the plain formula and one picture at a time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from sftviz.caches import CacheFolder
from sftviz.config import DataConfig, RunConfig
from sftviz.data.augment import training_view
from sftviz.data.listing import Listing
from sftviz.models.catalogue import Preprocessing, backbone_named
from sftviz.seeding import draw
from sftviz.tasks.images import ImageClassification
from sftviz.tasks.network_inputs import network_inputs
from tests.conftest import SHORT


def _plain(views_NHWC: np.ndarray, preprocessing: Preprocessing) -> torch.Tensor:
    mean, std = torch.tensor(preprocessing.mean), torch.tensor(preprocessing.std)
    return torch.from_numpy(views_NHWC).float().mul(1 / (255 * std)).sub(mean / std).permute(0, 3, 1, 2)


def _opened(listing: Listing, folder: Path) -> ImageClassification:
    config = RunConfig(name="a run", data=DataConfig(dataset=listing.identity), recipe=SHORT)
    task = ImageClassification(config, listing, CacheFolder(folder))
    list(task.prepare())
    return task


def test_inputs_equal_the_formula_to_the_bit() -> None:
    views_NHWC = np.random.default_rng(0).integers(0, 256, (5, 224, 224, 3), dtype=np.uint8)
    for name in ("efficientnet_lite0", "resnet50"):
        preprocessing = backbone_named(name).preprocessing
        inputs = network_inputs(lambda index: views_NHWC[index], range(5), preprocessing)
        assert torch.equal(inputs, _plain(views_NHWC, preprocessing))
        assert inputs.is_contiguous(memory_format=torch.channels_last)


def test_a_training_batch_is_its_pictures_one_by_one(few_listing: Listing, tmp_path: Path) -> None:
    task = _opened(few_listing, tmp_path)
    indices = [3, 1, 7]
    places = [place for place, picture in enumerate(few_listing.pictures) if picture.side == "train"]
    views = [training_view(task.pixels(places[index]), 224, draw(0, "augment", 2, index)) for index in indices]
    assert torch.equal(task.train.training_batch(indices, 2), _plain(np.stack(views), task.preprocessing))


def test_clearing_the_cache_does_not_disturb_a_task_at_work(few_listing: Listing, tmp_path: Path) -> None:
    task = _opened(few_listing, tmp_path)
    before = task.train.evaluation_batch([0, 1])
    assert CacheFolder(tmp_path).clear() > 0
    assert torch.equal(task.train.evaluation_batch([0, 1]), before)


def test_a_test_set_is_seen_as_validation_is_and_no_pixel_of_it_is_kept(few_listing: Listing, tmp_path: Path) -> None:
    of_validation = _opened(few_listing, tmp_path / "one")
    held_out = tuple(
        replace(picture, side="test" if picture.side == "validation" else picture.side)
        for picture in few_listing.pictures
    )
    task = _opened(replace(few_listing, pictures=held_out), tmp_path / "two")
    assert task.test.names == of_validation.validation.names
    assert not task.validation.names
    indices = range(len(task.test.names))
    seen = task.test.evaluation_batch(indices)
    assert torch.equal(seen, of_validation.validation.evaluation_batch(indices))
    assert torch.equal(seen, task.test.training_batch(indices, 3))
    assert torch.equal(task.train.training_batch([2, 0], 1), of_validation.train.training_batch([2, 0], 1))
    assert task.prepared_bytes < of_validation.prepared_bytes
