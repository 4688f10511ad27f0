import io
import math

import numpy as np

import sftviz
from sftviz.attribution.export import npz_bytes

CLASSES = ("cat", "großer Hund")


def test_a_map_comes_back_exactly_with_all_it_depends_on(heat):
    values = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    found = heat(values, completeness_error=0.03, example="a/<ü> 1.png")
    with np.load(io.BytesIO(npz_bytes(found, CLASSES, "ab" * 32)), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["values_HW"], values)
        assert arrays["values_HW"].dtype == np.float32
        facts = {name: arrays[name].item() for name in arrays if name != "values_HW"}
    expected = {
        "run": "r",
        "epoch": 1,
        "weights_sha256": "ab" * 32,
        "example": "a/<ü> 1.png",
        "method": "gradcam",
        "layer": "layer4",
        "target": 1,
        "target_class": "großer Hund",
        "target_score": 0.5,
        "completeness_error": 0.03,
        "sftviz_version": sftviz.__version__,
    }
    assert facts | expected == facts


def test_what_is_not_defined_is_nan(heat):
    with np.load(io.BytesIO(npz_bytes(heat(np.eye(3)), CLASSES, "ab")), allow_pickle=False) as arrays:
        assert math.isnan(arrays["completeness_error"])
