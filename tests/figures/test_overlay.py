import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import interpolate as bilinear

from sftviz.figures.overlay import color_limit, overlay, overlay_png

PICTURE = np.random.default_rng(0).integers(0, 256, (12, 20, 3), dtype=np.uint8)


def drawn(values, *, limit=1.0, opacity=1.0, is_diverging=False):
    png = overlay_png(PICTURE, np.asarray(values, np.float32), limit=limit, opacity=opacity, is_diverging=is_diverging)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (20, 12))
    return np.asarray(image)


def test_without_evidence_the_picture_shows_through():
    assert np.array_equal(drawn(np.zeros((12, 20))), PICTURE)
    assert np.array_equal(drawn(-np.ones((12, 20))), PICTURE)
    assert np.array_equal(drawn(np.zeros((12, 20)), is_diverging=True), PICTURE)
    assert np.array_equal(drawn(np.ones((12, 20)), opacity=0.0), PICTURE)


@pytest.mark.parametrize(
    ("value", "is_diverging", "color"),
    [(2.0, False, (253, 231, 37)), (9.0, False, (253, 231, 37)), (2.0, True, (165, 0, 38)), (-2.0, True, (5, 48, 97))],
)
def test_the_ends_of_the_scale_cover_the_picture(value, is_diverging, color):
    assert (drawn(np.full((3, 4), value), limit=2.0, is_diverging=is_diverging) == color).all()


def test_smoothed_values_run_from_cell_to_cell():
    values_hw = np.array([[0, 1], [2, 4]], np.float32)
    smooth = bilinear(torch.from_numpy(values_hw)[None, None], size=(12, 20), mode="bilinear")[0, 0].numpy()
    found = overlay(PICTURE, values_hw, limit=4.0, opacity=0.7, is_smooth=True)
    assert np.abs(found - overlay(PICTURE, smooth, limit=4.0, opacity=0.7).astype(int)).max() <= 1


def test_colours_between_two_stops_are_mixed_and_laid_over():
    # Half-way between the stops at 0.25 and 0.5: rgba(46, 113.5, 139.5, 0.675), under half the opacity.
    alpha = 0.5 * 0.675
    expected = np.rint((1 - alpha) * PICTURE + alpha * np.array([46, 113.5, 139.5]))
    assert np.abs(drawn(np.full((12, 20), 0.375), opacity=0.5) - expected).max() <= 1


def test_cells_cover_their_part_of_the_picture():
    image = drawn([[1, 0], [0, 0]])
    assert (image[:6, :10] == (253, 231, 37)).all()
    assert np.array_equal(image[6:], PICTURE[6:])
    assert np.array_equal(image[:6, 10:], PICTURE[:6, 10:])


def test_a_few_glaring_pixels_are_left_beyond_the_scale():
    values = np.ones(1000, np.float32)
    values[:3] = -50
    assert color_limit(values) == 1
    assert color_limit(np.zeros(4, np.float32)) == 1
