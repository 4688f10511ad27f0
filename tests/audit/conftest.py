"""Pictures made for the audit: clean ones, and ones with every fault planted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.audit.audit import Audit, audit
from sftviz.audit.looks import look_at, looks_of
from sftviz.caches import CacheFolder
from sftviz.data.listing import Listing
from sftviz.data.scan import scan

SIDE = 120


class Pictures:
    """Writes pictures below a folder, no two of which are alike."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.random = np.random.default_rng(0)

    def new(self, width: int = SIDE, height: int = SIDE) -> Image.Image:
        """Blots of any colour with a grain, in a fairly even light."""
        blots = self.random.integers(20, 236, (6, 6, 3), dtype=np.uint8)
        smooth = np.asarray(Image.fromarray(blots).resize((width, height), Image.Resampling.BICUBIC), np.float64)
        grain = self.random.normal(0, 8, (height, width, 1))
        return Image.fromarray((smooth + grain).clip(0, 255).astype(np.uint8))

    def save(self, picture: Image.Image, path: str, **options: object) -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(file, **options)
        return path

    def clean(self, folder: str, count: int) -> list[str]:
        """As many pictures, of two types in turn."""
        return [
            self.save(self.new(), f"{folder}/{number:03d}.{('png', 'jpg')[number % 2]}", quality=95)
            for number in range(count)
        ]


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path / "pictures")


@pytest.fixture
def audited(tmp_path: Path) -> Callable[[Path], tuple[Listing, Audit]]:
    """Scans a folder, looks at its pictures, and audits them."""

    def run(root: Path) -> tuple[Listing, Audit]:
        listing, cache = scan(root), CacheFolder(tmp_path / "cache")
        for _ in look_at(listing, cache):
            pass
        looks = looks_of(listing, cache)
        assert looks is not None
        return listing, audit(listing, looks)

    return run
