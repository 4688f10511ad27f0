"""Rank on my data: what is measured, kept and recommended, and how the recommendation is taken."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.config import DataConfig, Fit, ModelConfig, Recipe, RunConfig
from sftviz.data.split import split
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.jobs.ranking import measure_candidates
from sftviz.models.catalogue import BACKBONES
from sftviz.numerics.ways import FOLDED
from sftviz.runs.kept_scores import keep_score, kept_score, score_path
from sftviz.ui.ranking_view import _configs
from tests.analysis.scores import candidate
from tests.ui.conftest import texts


@pytest.fixture
def few(few_pictures: Path, home: Path) -> StoredData:
    return DataStore(home).add_folder(few_pictures, name="few")


def _keep(home: Path, stored: StoredData, name: str, *, fit: Fit = "crop", **facts: object) -> Path:
    config = next(each for each in _configs(stored, fit, BACKBONES) if each.model.backbone == name)
    path = score_path(home, config, BACKBONES[name].weights_name)
    keep_score(path, candidate(name, **facts))
    return path


@pytest.mark.usefixtures("few")
def test_nothing_is_ranked_before_somebody_asks(show: Callable[..., AppTest]) -> None:
    app = show("model")
    assert not app.exception
    assert app.multiselect(key="pick candidates").value == [f"efficientnet_lite{size}" for size in range(3)]
    assert "Recommended" not in texts(app)
    assert not next(button for button in app.button if button.label == "Rank on my data").disabled
    app = show("model", candidates="<b>")
    assert not app.exception
    assert app.multiselect(key="pick candidates").value == []


def test_the_recommendation_says_why_and_can_be_taken(
    few: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    _keep(home, few, "efficientnet_lite2", wrong=(0, 1, 2, 3), forward_s=0.06)
    _keep(home, few, "efficientnet_lite1", wrong=(0, 1, 2, 3, 4, 5), forward_s=0.03)
    _keep(home, few, "mobilenet_v3_small", wrong=range(20), forward_s=0.01)
    app = show("model")
    assert not app.exception
    said = texts(app)
    assert "**Recommended: EfficientNet-Lite1.** The quickest of 2 that are tied" in said
    assert "this one lies 2.0 points behind (95 %:" in said
    assert "Going by ImageNet one would take EfficientNet-Lite2, which is tied too and takes 2.0 times as long" in said
    assert "From 100 training pictures of 18 pictures in all" in said
    assert app.multiselect(key="pick candidates").value[-1] == "mobilenet_v3_small"
    table = app.dataframe[0].value
    assert table["tied with the best"].tolist() == ["yes", "yes", "no"]
    app.button(key="take recommended").click().run()
    assert not app.exception
    assert app.selectbox(key="pick backbone").value == "efficientnet_lite1"
    assert app.button(key="take recommended").disabled
    app.multiselect(key="pick candidates").set_value(["mobilenet_v3_small"]).run()
    assert "The only candidate so far" in texts(app)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"efficientnet_lite0": (), "efficientnet_lite1": range(40)}, "The best with 100.0"),
        ({"efficientnet_lite0": (), "efficientnet_lite1": (1,)}, "the quickest of those that cannot be told from it"),
        ({"efficientnet_lite0": range(0, 100, 2)}, "no candidate can be told from luck"),
    ],
)
def test_every_outcome_has_its_sentence(
    wrong: dict[str, tuple[int, ...]], says: str, few: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    for name, those in wrong.items():
        _keep(home, few, name, wrong=those)
    app = show("model")
    assert not app.exception
    assert says in texts(app)


def test_what_is_known_holds_for_one_way_of_fitting(few: StoredData, home: Path, show: Callable[..., AppTest]) -> None:
    _keep(home, few, "efficientnet_lite1", fit="pad")
    app = show("model")
    assert "Recommended" not in texts(app)
    app.session_state["fit"] = "pad"
    app.run()
    assert not app.exception
    assert "Recommended: EfficientNet-Lite1" in texts(app)


def test_a_damaged_file_counts_as_not_measured(few: StoredData, home: Path, show: Callable[..., AppTest]) -> None:
    path = _keep(home, few, "efficientnet_lite0")
    path.write_bytes(b"rubbish")
    app = show("model")
    assert not app.exception
    assert "Recommended" not in texts(app)


def test_one_that_cannot_be_had_does_not_keep_the_others_from_it(few: StoredData, home: Path) -> None:
    data = split(few.listing, validation_share=0.2, seed=0).to_json()

    def config(backbone: str, weights: str) -> RunConfig:
        model = ModelConfig(backbone=backbone, weights=weights)
        recipe = Recipe(name="probe")
        return RunConfig(
            name="few", data=DataConfig(dataset=few.identity), model=model, recipe=recipe, numerics=FOLDED.name
        )

    paths = [home / "ranking" / f"{number}.npz" for number in range(2)]
    configs = [config("resnet50", str(home / "missing.pt")), config("mobilenet_v3_small", "random")]
    work = measure_candidates(dict(zip(paths, configs, strict=True)), data, home, (15, 3))
    work._thread.join(300)
    assert work.is_over
    assert not work.message
    assert work.part is not None
    assert (work.part.title, work.part.number, work.part.total) == ("MobileNetV3 Small", 2, 2)
    assert work.result is not None
    assert len(work.result) == 1
    assert work.result[0].startswith("ResNet-50 was left out. There is no weights file")
    assert kept_score(paths[0]) is None
    found = kept_score(paths[1])
    assert found is not None
    assert len(found.predictions.examples) == 15
    assert found.memory_mib > 0
