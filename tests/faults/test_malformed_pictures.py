"""Hundreds of damaged pictures: each has a verdict, within little memory, and what is left trains."""

import json
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from sftviz.audit.audit import audit
from sftviz.audit.looks import look_at, looks_of
from sftviz.caches import CacheFolder
from sftviz.config import DataConfig, Recipe, RunConfig
from sftviz.data.listing import Listing
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.split import split
from sftviz.data.thumbnails import thumbnail
from sftviz.jobs.work import carry_out
from sftviz.models.catalogue import Preprocessing
from sftviz.runs.lock import RunLock
from sftviz.runs.store import RunStore
from tests.conftest import ROOT
from tests.faults.conftest import malformed

_PER_FORMAT = 60
_GIB = 2**30
_SMALL = Preprocessing(16, 14, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
# In a process of its own: what a decoder does to the process it runs in, and how much memory it takes, would show.
_SCAN = (
    "import sys; from sftviz.data.scan import scan; from pathlib import Path; print(scan(Path(sys.argv[1])).to_json())"
)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Listing:
    root = tmp_path_factory.mktemp("malformed")
    for label in ("even", "odd"):
        (root / label).mkdir()
        for number in range(3):
            Image.effect_noise((40, 30), 90 + 10 * number).convert("RGB").save(root / label / f"sound-{number}.png")
    for number, (name, data) in enumerate(malformed(_PER_FORMAT)):
        (root / ("even", "odd")[number // 5 % 2] / name).write_bytes(data)
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCAN, str(root)],
        cwd=ROOT,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_GIB, _GIB)),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stderr.decode()[-2000:]
    return Listing.from_json(answer.stdout.decode())


def test_each_file_has_a_verdict(scanned: Listing) -> None:
    files = sorted(path.relative_to(scanned.root).as_posix() for path in scanned.root.rglob("*") if path.is_file())
    assert len(files) == 6 * _PER_FORMAT + 6
    assert sorted(each.path for each in (*scanned.pictures, *scanned.rejections)) == files
    assert len(scanned.rejections) > len(files) / 3
    assert {each.path for each in scanned.pictures if "sound" in each.path} == {
        f"{label}/sound-{number}.png" for label in ("even", "odd") for number in range(3)
    }


def test_each_reason_is_a_sentence_that_names_the_file(scanned: Listing) -> None:
    for rejection in scanned.rejections:
        assert Path(rejection.path).name in rejection.reason
        assert rejection.reason.endswith(".")
        assert rejection.reason.isprintable()
        assert "Traceback" not in rejection.reason
    assert json.loads(scanned.to_json())["rejections"]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of odd TIFF tags
def test_what_is_read_once_is_read_everywhere(scanned: Listing, tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "cache")
    for _ in PixelCache.build(scanned, _SMALL, cache):
        pass
    for _ in look_at(scanned, cache):
        pass
    assert len(PixelCache.open(scanned, _SMALL, cache)) == len(scanned.pictures)
    looks = looks_of(scanned, cache)
    assert looks is not None
    assert audit(scanned, looks).num_pictures == len(scanned.pictures)
    for picture in scanned.pictures[::10]:
        assert thumbnail(scanned.root / picture.path).startswith(b"\xff\xd8")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_rest_trains(scanned: Listing, home: Path) -> None:
    kept = tuple(each for place, each in enumerate(scanned.pictures) if place < 10 or "sound" in each.path)
    listing = split(replace(scanned, pictures=kept), validation_share=0.2, seed=0)
    config = RunConfig(name="what is left", data=DataConfig(dataset=listing.identity), recipe=Recipe(name="head"))
    run = RunStore(home).create(config, listing.to_json())
    with RunLock(run.folder):
        carry_out(run, home)
    assert run.status == "finished", run.state.message
