"""Choosing a backbone among many, and a weights file: what the page says of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

from sftviz.config import ModelConfig
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.models.build import build_classifier
from sftviz.models.catalogue import BACKBONES, backbone_named
from sftviz.models.places import backbones_here, download_folder, is_here
from sftviz.ui.backbone_choice import on_offer
from tests.models.publisher import Publisher, publishing
from tests.ui.conftest import texts

SMALL = "timm/test_vit.r160_in1k"


@pytest.fixture
def few(few_pictures: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredData:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return DataStore(home).add_folder(few_pictures, name="few")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    with publishing(Publisher(is_hub=True)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        yield server


def _finished(app: AppTest, label: str) -> AppTest:
    """After the work that a label stands for is over."""
    app.session_state[label][1]._thread.join(300)
    return app.run()


@pytest.mark.usefixtures("few")
def test_parts_of_a_name_lead_to_a_table(show: Callable[..., AppTest]) -> None:
    app = show("model")
    assert not app.exception
    app.text_input(key="backbone words").set_value("resnet50 v1").run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["backbone"].tolist()[0] == "torchvision/resnet50.IMAGENET1K_V1"
    assert table["ImageNet"].tolist()[0] == "76.1\u00a0%"
    app.text_input(key="backbone words").set_value("no such <b>").run()
    assert not app.exception
    assert "No name has all of these parts" in texts(app)


@pytest.mark.usefixtures("few")
def test_what_was_found_is_described_and_offered_beside_the_suggested(show: Callable[..., AppTest]) -> None:
    app = show("model", backbone=SMALL)
    assert not app.exception
    assert app.selectbox(key="pick backbone").value == SMALL
    said = texts(app)
    assert "Weights r160\\_in1k, published by timm, downloaded on first use" in said
    assert "Licence: apache\\-2\\.0" in said
    assert "Sees 160 × 160 pixels of pictures whose short side is made 168 (bicubic)" in said
    assert "less 0.5 and divided by 0.5" in said
    assert [metric.value for metric in app.metric[:4]] == ["not stated", "0.4 million", "0.04 GMAC", "about 1 MiB"]


@pytest.mark.usefixtures("few")
def test_a_model_on_the_hub_is_offered_by_its_name_and_looked_up(hub: Publisher, show: Callable[..., AppTest]) -> None:
    app = show("model")
    app.text_input(key="backbone words").set_value("https://huggingface.co/somebody/small").run()
    app.button(key="ask the hub").click().run()
    assert not app.exception
    assert "The publisher has no config.json of somebody/small (404)" in texts(_finished(app, "Look it up")).replace(
        "\\", ""
    )
    hub.files["/somebody/small/resolve/main/config.json"] = (
        b'{"architecture": "test_vit", "num_classes": 0, "pretrained_cfg": {"input_size": [3, 160, 160], '
        b'"fixed_input_size": true, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "license": "mit"}}'
    )
    app.button(key="ask Look it up").click().run()
    app = _finished(app, "Look it up")
    assert not app.exception
    assert "from the Hugging Face hub, downloaded on first use. Licence: mit." in texts(app)
    assert backbone_named("hf-hub:somebody/small").num_classes == 0


def test_weights_are_downloaded_at_a_click(few: StoredData, hub: Publisher, show: Callable[..., AppTest]) -> None:
    del few
    app = show("model", backbone=SMALL)
    app.button(key="ask Download the weights").click().run()
    app = _finished(app, "Download the weights")
    assert "has no timm--test_vit.r160_in1k--pytorch_model.bin (404)" in texts(app).replace("\\", "")
    hub.files["/timm/test_vit.r160_in1k/resolve/main/model.safetensors"] = b"weights"
    app.button(key="ask Download the weights").click().run()
    app = _finished(app, "Download the weights")
    assert not app.exception
    assert "already on this machine" in texts(app)
    assert not any(button.label == "Download the weights" for button in app.button)
    assert [entry.name for entry in backbones_here()] == [SMALL]
    assert list(on_offer()) == [*BACKBONES, SMALL]
    assert list(on_offer(backbone_named("torchvision/resnet18.IMAGENET1K_V1"))) == [*BACKBONES, SMALL]


def test_what_another_program_downloaded_is_here(few: StoredData) -> None:
    del few
    entry = BACKBONES["resnet18"]
    assert not is_here(entry)
    download_folder().mkdir(parents=True)
    (download_folder() / "resnet18-f37072fd.pth").write_bytes(b"weights")
    assert is_here(entry)
    assert list(on_offer()) == list(BACKBONES)


def test_a_weights_file_is_looked_through_when_it_is_named(
    few: StoredData, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    path = tmp_path / "w.safetensors"
    weights = build_classifier(backbone_named(SMALL)).state_dict()
    weights |= {"head.weight": torch.zeros(3, 64), "head.bias": torch.zeros(3)}
    save_file(weights, path)
    app = show("model", backbone=SMALL)
    app.radio(key=f"weights {SMALL}").set_value("file").run()
    app.text_input(key="weights file").set_value(str(tmp_path / "missing.pt")).run()
    assert "There is no file" in texts(app)
    app.text_input(key="weights file").set_value(str(path)).run()
    app = _finished(app, "Check the file")
    assert not app.exception
    said = app.success[0].value.replace("\\", "")
    assert f"Fits test_vit.r160_in1k: {len(weights)} tensors" in said
    assert "(float32), a head of 3 classes. All numbers are finite." in said
    start = next(button for button in app.button if button.label == "Start fine-tuning")
    assert not start.disabled
    app.toggle(key="keeps head").set_value(True).run()
    assert not app.exception
    assert any("--keep-head" in code.value for code in app.code)
    save_file({name: tensor for name, tensor in weights.items() if name != "norm.weight"}, path)
    app = _finished(app.run(), "Check the file")
    assert "Does not fit test_vit.r160_in1k: norm.weight is missing." in texts(app).replace("\\", "")
    assert next(button for button in app.button if button.label == "Start fine-tuning").disabled
    assert len(few.listing.classes) == 3
    assert ModelConfig(backbone=SMALL).keeps_head is False
