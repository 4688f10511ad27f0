import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.data import augment
from sftviz.data.augment import training_view

KEYS = st.integers(0, 2**63 - 1)


@given(st.integers(1, 60), st.integers(1, 60), KEYS)
def test_the_view_is_a_square_of_any_picture(height, width, key):
    view = training_view(np.full((height, width, 3), 77, np.uint8), 8, key)
    assert (view.shape, view.dtype) == ((8, 8, 3), np.uint8)
    assert (view == 77).all()


@given(st.integers(1, 400), st.integers(1, 400), KEYS)
def test_the_crop_lies_within_and_keeps_its_bounds(height, width, key):
    left, top, right, bottom = augment._crop(np.random.default_rng(key), height, width)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    w, h = right - left, bottom - top
    assert w - 1 <= 4 / 3 * (h + 1)
    assert h - 1 <= 4 / 3 * (w + 1)
    if max(height, width) <= min(height, width) * 4 / 3:
        assert (w + 1) * (h + 1) >= height * width / 2


def test_the_same_key_gives_the_same_view(noise):
    pixels = noise(0, 40, 50)
    views = [training_view(pixels, 16, key) for key in range(20)]
    assert all(np.array_equal(view, training_view(pixels, 16, key)) for key, view in enumerate(views))
    assert len({view.tobytes() for view in views}) == 20


def test_it_leaves_numpys_own_generator_and_the_pixels_alone(noise):
    pixels = noise(0, 40, 50)
    pixels.flags.writeable = False
    before = np.random.get_state()[1].tolist()  # noqa: NPY002 - the very thing to be left alone
    training_view(pixels, 16, 1)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_about_half_are_mirrored():
    ramp = np.repeat(np.linspace(0, 255, 40).astype(np.uint8)[None, :, None], 30, axis=0).repeat(3, axis=2)
    mirrored = [view[0, 0, 0] > view[0, -1, 0] for view in (training_view(ramp, 8, key) for key in range(400))]
    assert 0.4 < np.mean(mirrored) < 0.6


@pytest.mark.parametrize(("height", "width"), [(10, 300), (300, 10)])
def test_of_a_strip_the_middle_is_seen(height, width):
    left, top, right, bottom = augment._crop(np.random.default_rng(0), height, width)
    assert abs(left + right - width) <= 1
    assert abs(top + bottom - height) <= 1
