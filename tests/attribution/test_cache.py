import numpy as np
import pytest

from sftviz.attribution.cache import cache_key, load, save

KEY = {
    "epoch": 1,
    "checkpoint": "ab" * 32,
    "example": "a/1.png",
    "method": "integrated_gradients",
    "target": 1,
    "parameters": {"num_steps": 32},
}


def test_a_map_comes_back_as_it_was(tmp_path, heat):
    found = heat(np.arange(6).reshape(2, 3), completeness_error=0.01, example="e<ö>\n/1.png")
    save(tmp_path / "maps", "key", found)
    loaded = load(tmp_path / "maps", "key")
    assert np.array_equal(loaded.values_HW, found.values_HW)
    assert loaded.values_HW.dtype == np.float32
    assert {**vars(loaded), "values_HW": 0} == {**vars(found), "values_HW": 0}
    assert [path.name for path in (tmp_path / "maps").iterdir()] == ["key.map"]


def test_a_map_keeps_the_grid_of_its_layer_and_what_it_is_held_against(tmp_path, heat):
    found = heat(np.eye(4), native_hw=np.eye(2, dtype=np.float32), against=3)
    save(tmp_path, "key", found)
    loaded = load(tmp_path, "key")
    assert np.array_equal(loaded.native_hw, found.native_hw)
    assert loaded.against == 3


def test_nothing_kept_is_a_miss(tmp_path):
    assert load(tmp_path / "maps", "key") is None


def test_damage_is_a_miss(tmp_path, heat):
    save(tmp_path, "key", heat(np.eye(3)))
    path = tmp_path / "key.map"
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load(tmp_path, "key") is None
        path.write_bytes(whole[:place])
        assert load(tmp_path, "key") is None


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 2},
        {"checkpoint": "cd" * 32},
        {"example": "a/2.png"},
        {"method": "gradcam"},
        {"target": 0},
        {"parameters": {"num_steps": 64}},
        {"against": 2},
        {"layer": "layer3"},
    ],
)
def test_everything_that_a_map_depends_on_is_in_its_key(change):
    assert cache_key(**KEY) == cache_key(**KEY)
    assert len(cache_key(**KEY)) == 64
    assert cache_key(**KEY) != cache_key(**KEY | change)
