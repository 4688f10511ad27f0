"""Weights from everywhere they may come from, and the sentence when they do not fit."""

import io
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from sftviz.config import ModelConfig
from sftviz.data.views import picture_view
from sftviz.errors import DownloadError, ModelError
from sftviz.models.build import build_classifier, build_network
from sftviz.models.catalogue import BACKBONES
from sftviz.models.weights import _BUNDLED, _read_weights, load_pretrained, provide_weights
from sftviz.tasks.network_inputs import network_inputs
from tests.conftest import SAMPLE

_IMAGENET = {"bananas_nicu_buculei_01": 954, "strawberry_jonathan_diet_01": 949, "pineapple": 953}


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_embeds_and_its_blocks_share_out_all_parameters(name: str) -> None:
    network = build_network(name, 7, seed=0).eval()
    blocks = [{id(parameter) for parameter in block} for block in network.block_parameters()]
    assert sum(map(len, blocks)) == len(set().union(*blocks)) == len(list(network.backbone.parameters()))
    with torch.no_grad():
        embeddings = network.backbone(torch.zeros(2, 3, 224, 224))
        assert embeddings.shape == (2, network.head.in_features)
        assert network(torch.zeros(2, 3, 224, 224)).shape == (2, 7)


def test_letting_the_last_blocks_learn_freezes_the_rest() -> None:
    network = build_network("resnet18", 3, seed=0)
    network.let_learn(2)
    learning = [all(parameter.requires_grad for parameter in block) for block in network.block_parameters()]
    assert learning == [False, False, False, True, True]
    network.train()
    assert network.backbone.get_submodule("layer4").training
    assert not network.backbone.get_submodule("layer1").training
    assert not network.backbone.get_submodule("layer4.0.bn1").training
    with pytest.raises(ModelError, match="this backbone has 5"):
        network.let_learn(6)


def test_what_is_bundled_is_named_in_the_catalogue() -> None:
    assert set(_BUNDLED) == {name for name, entry in BACKBONES.items() if entry.source == "bundled"}
    for name, package in _BUNDLED.items():
        path = Path(package.get_model_file_path())
        assert path.stem == BACKBONES[name].weights_name
        assert path.stat().st_size / 2**20 == pytest.approx(BACKBONES[name].file_mib, abs=0.06)


@pytest.mark.parametrize("name", _BUNDLED)
def test_bundled_weights_are_the_real_ones(name: str) -> None:
    network = load_pretrained(ModelConfig(backbone=name), 2, seed=0)
    published = torch.load(_BUNDLED[name].get_model_file_path(), weights_only=True)
    ours = list(network.backbone.state_dict().values())
    for mine, theirs in zip(ours, list(published.values())[: len(ours)], strict=True):
        assert torch.equal(mine, theirs)


@pytest.mark.parametrize("name", _BUNDLED)
def test_a_bundled_network_names_what_it_sees(name: str) -> None:
    entry = BACKBONES[name]
    classifier = build_classifier(entry).eval()
    assert sum(each.numel() for each in classifier.parameters()) / 1e6 == pytest.approx(
        entry.million_parameters, abs=0.006
    )
    weights = _read_weights(entry, "bundled")
    assert weights is not None
    classifier.load_state_dict(weights)
    paths = [SAMPLE / "fruit" / f"{picture}.png" for picture in _IMAGENET]
    inputs = network_inputs(lambda path: picture_view(path, entry.preprocessing), paths, entry.preprocessing)
    with torch.no_grad():
        assert classifier(inputs).argmax(dim=1).tolist() == list(_IMAGENET.values())


def test_random_weights_depend_on_the_seed_and_disturb_nobody() -> None:
    state = torch.get_rng_state()
    first, again, other = (load_pretrained(ModelConfig(weights="random"), 2, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.head.weight, again.head.weight)
    assert not torch.equal(first.head.weight, other.head.weight)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("kind", ["safetensors", "pt", "without head"])
def test_a_local_file_fills_the_backbone(kind: str, tmp_path: Path) -> None:
    import torchvision

    source = torchvision.models.resnet18(weights=None).state_dict()
    if kind == "without head":
        source = {name: tensor for name, tensor in source.items() if not name.startswith("fc.")}
    path = tmp_path / ("w.safetensors" if kind == "safetensors" else "w.pt")
    save_file(source, path) if kind == "safetensors" else torch.save(source, path)
    network = load_pretrained(ModelConfig(backbone="resnet18", weights=str(path)), 2, seed=0)
    assert torch.equal(network.backbone.state_dict()["conv1.weight"], source["conv1.weight"])


def _compressed(path: Path) -> None:
    buffer = io.BytesIO()
    torch.save({"conv1.weight": torch.zeros(10)}, buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))


def _hostile(path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (str(path.with_name("ran")),)

    torch.save({"conv1.weight": Payload()}, path)


_BAD_FILES = {
    "missing": (lambda _: None, "There is no weights file"),
    "rubbish": (lambda path: path.write_bytes(b"rubbish"), "cannot be read"),
    "empty": (lambda path: path.write_bytes(b""), "cannot be read"),
    "a list": (lambda path: torch.save([1, 2], path), "no state dict"),
    "other shapes": (lambda path: torch.save({"conv1.weight": torch.zeros(1)}, path), "do not fit resnet18"),
    "compressed": (_compressed, "compressed"),
    "code": (_hostile, "cannot be read"),
}


@pytest.mark.parametrize("kind", _BAD_FILES)
def test_a_file_that_does_not_fit_is_a_sentence_and_runs_no_code(kind: str, tmp_path: Path) -> None:
    make, message = _BAD_FILES[kind]
    path = tmp_path / "w.pt"
    make(path)
    with pytest.raises(ModelError, match=message):
        load_pretrained(ModelConfig(backbone="resnet18", weights=str(path)), 2, seed=0)
    assert not (tmp_path / "ran").exists()


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    source = build_network("resnet18", 2, seed=0).backbone.state_dict()
    source["conv1.weight"] = torch.full_like(source["conv1.weight"], torch.nan)
    save_file(source, tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match=r"NaN or infinity in conv1\.weight"):
        load_pretrained(ModelConfig(backbone="resnet18", weights=str(tmp_path / "w.safetensors")), 2, seed=0)


def test_without_a_network_there_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(DownloadError, match=r"could not be downloaded .*bundled EfficientNet-Lite0"):
        list(provide_weights(ModelConfig(backbone="resnet18", weights="default")))
