"""What many tests start from: a small real data set, a home folder of its own, and runs on disk."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig, Stage
from sftviz.data.listing import Listing
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.machine import prepare_process
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore

prepare_process()
# How long a machine takes is no property of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"

SHORT = Recipe(
    name="short",
    stages=(
        Stage(learns=2, epochs=1, head_lr=1e-4, backbone_lr=1e-4),
        Stage(learns="all", epochs=1, head_lr=1e-4, backbone_lr=1e-4),
    ),
    batch_size=4,
    layer_decay=0.8,
    label_smoothing=0.1,
    schedule="cosine",
)
HEAD_ONLY = Recipe(
    name="head",
    head="fresh",
    stages=(Stage(learns="head", epochs=3, head_lr=1e-2),),
    batch_size=4,
    optimizer="sgd",
)


@pytest.fixture(scope="session")
def few_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of six sample pictures each."""
    root = tmp_path_factory.mktemp("few") / "pictures"
    for name in ("birds", "fruit", "vehicles"):
        (root / name).mkdir(parents=True)
        for picture in sorted((SAMPLE / name).iterdir())[:6]:
            shutil.copy(picture, root / name)
    return root


@pytest.fixture(scope="session")
def few_listing(few_pictures: Path) -> Listing:
    """The same, scanned and divided."""
    return split(scan(few_pictures), validation_share=0.34, seed=0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder."""
    monkeypatch.setenv("SFTVIZ_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def new_run(home: Path, few_listing: Listing) -> Callable[..., Run]:
    """Makes runs on the few pictures."""

    def make(recipe: Recipe = SHORT, *, seed: int = 0, backbone: str = "efficientnet_lite0") -> Run:
        weights = "bundled" if backbone == "efficientnet_lite0" else "random"
        config = RunConfig(
            name="a run",
            data=DataConfig(dataset=few_listing.identity),
            model=ModelConfig(backbone=backbone, weights=weights),
            recipe=recipe,
            seed=seed,
        )
        return RunStore(home).create(config, few_listing.to_json())

    return make


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory, few_listing: Listing) -> tuple[Path, str]:
    """A home folder with one run that was trained to its end: not to be changed. The folder, and the run's identity."""
    from sftviz.jobs.work import carry_out
    from sftviz.runs.lock import RunLock

    home = tmp_path_factory.mktemp("finished")
    config = RunConfig(name="a finished run", data=DataConfig(dataset=few_listing.identity), recipe=SHORT)
    run = RunStore(home).create(config, few_listing.to_json())
    with RunLock(run.folder):
        carry_out(run, home)
    assert run.status == "finished", run.state.message
    return home, run.identity


@pytest.fixture(scope="session")
def _held_out_home(tmp_path_factory: pytest.TempPathFactory, few_pictures: Path) -> tuple[Path, str]:
    """The same with a run whose head alone learned, and that holds out a test set which nobody can have read."""
    from sftviz.jobs.work import carry_out
    from sftviz.runs.lock import RunLock

    home = tmp_path_factory.mktemp("held out")
    pictures = home / "pictures"
    shutil.copytree(few_pictures, pictures)
    listing = split(scan(pictures), validation_share=0.34, test_share=0.34, seed=0)
    config = RunConfig(name="a run", data=DataConfig(dataset=listing.identity, test_share=0.34), recipe=HEAD_ONLY)
    run = RunStore(home).create(config, listing.to_json())
    for picture in listing.side("test"):
        (pictures / picture.path).rename(home / picture.path.replace("/", " "))
    with RunLock(run.folder):
        carry_out(run, home)
    assert run.status == "finished", run.state.message
    for picture in listing.side("test"):
        (home / picture.path.replace("/", " ")).rename(pictures / picture.path)
    return home, run.identity


@pytest.fixture
def held_out(_held_out_home: tuple[Path, str], home: Path) -> Run:
    """That run in a home of its own: to be changed."""
    shutil.copytree(_held_out_home[0], home, dirs_exist_ok=True)
    return RunStore(home).get(_held_out_home[1])


@pytest.fixture
def run(finished_home: tuple[Path, str], home: Path) -> Run:
    """That run in a home of its own: to be changed."""
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    return RunStore(home).get(finished_home[1])
