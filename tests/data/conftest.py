from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.data.listing import Listing
from sftviz.data.scan import scan
from sftviz.models.catalogue import Preprocessing

SAMPLE = Path(__file__).parents[2] / "sample_data"


@pytest.fixture(scope="session")
def sample() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def sample_picture() -> Path:
    return min((SAMPLE / "birds").iterdir())


@pytest.fixture
def noise() -> Callable[..., np.ndarray]:
    """Pixels uint8 that differ for each seed."""

    def make(seed: int = 0, height: int = 9, width: int = 12) -> np.ndarray:
        return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)

    return make


@pytest.fixture
def paint(noise: Callable[..., np.ndarray]) -> Callable[..., Path]:
    """Write a small PNG; the same seed gives the same bytes."""

    def write(path: Path, seed: int = 0) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise(seed)).save(path, "PNG")
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path, paint: Callable[..., Path]) -> Callable[..., Path]:
    """A folder with a picture of its own under each of the names given."""

    def make(names: Iterable[str], root: Path = tmp_path / "pictures") -> Path:
        for seed, name in enumerate(names):
            paint(root / name, seed)
        return root

    return make


@pytest.fixture
def pets(folder: Callable[..., Path]) -> Path:
    return folder(["cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/2.png", "dog/3.png"])


@pytest.fixture
def listing(pets: Path) -> Listing:
    return scan(pets)


@pytest.fixture
def preprocessing() -> Preprocessing:
    return Preprocessing(8, 7, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
