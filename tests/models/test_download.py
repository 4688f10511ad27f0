"""Downloads from a server that breaks off, refuses, lies, and cannot go on."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save

from sftviz.config import ModelConfig
from sftviz.errors import DownloadError, ModelError
from sftviz.models.catalogue import backbone_named
from sftviz.models.describing import describe
from sftviz.models.download import Published, fetch, hash_in_name
from sftviz.models.hub import hub_file
from sftviz.models.places import is_here
from sftviz.models.weights import load_pretrained, provide_weights
from tests.models.publisher import Publisher, publishing

CONTENT = bytes(range(256)) * 12000
NAME = f"net-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing(Publisher(files={f"/{NAME}": CONTENT})) as server:
        yield server


def _published(publisher: Publisher, name: str = NAME) -> Published:
    return Published(f"{publisher.address}/{name}", name, hash_in_name(name))


def test_a_download_is_verified_kept_and_not_repeated(publisher: Publisher, tmp_path: Path) -> None:
    progress = list(fetch(_published(publisher), tmp_path))
    assert progress[0] == (0, len(CONTENT))
    assert progress[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).read_bytes() == CONTENT
    assert list(fetch(_published(publisher), tmp_path)) == []
    assert publisher.asked == [""]


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_what_broke_off_is_gone_on_with(knows_ranges: bool, publisher: Publisher, tmp_path: Path) -> None:
    publisher.breaks_after, publisher.knows_ranges = 2_000_000, knows_ranges
    with pytest.raises(DownloadError, match=r"it goes on there|could not be downloaded"):
        list(fetch(_published(publisher), tmp_path))
    kept = (tmp_path / f"{NAME}.part").stat().st_size
    assert 0 < kept <= 2_000_000
    assert not (tmp_path / NAME).exists()
    progress = list(fetch(_published(publisher), tmp_path))
    assert publisher.asked == ["", f"bytes={kept}-"]
    assert progress[0] == (kept if knows_ranges else 0, len(CONTENT))
    assert (tmp_path / NAME).read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_all_of_it_in_a_part_is_no_error(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(CONTENT)
    list(fetch(_published(publisher), tmp_path))
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_a_damaged_download_is_refused_and_leaves_nothing(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/net-01234567.pth"] = b"something else"
    with pytest.raises(DownloadError, match=r"damaged: its SHA-256 begins [0-9a-f]{8}, not 01234567"):
        list(fetch(_published(publisher, "net-01234567.pth"), tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, r"has no net-.*\(404\)"),
        (429, "too many questions"),
        (403, "HF_TOKEN"),
        (500, r"could not send .*\(500\)"),
    ],
)
def test_a_refusal_is_a_sentence(status: int, says: str, publisher: Publisher, tmp_path: Path) -> None:
    publisher.status = status
    with pytest.raises(DownloadError, match=says) as caught:
        list(fetch(_published(publisher), tmp_path))
    assert caught.value.status == status


def test_an_address_that_is_no_web_page_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with pytest.raises(DownloadError, match="does not lead to the web"):
        list(fetch(Published(secret.as_uri(), "net.pth", ""), tmp_path / "kept"))
    assert not (tmp_path / "kept").exists()


HUB_NAME = "hf-hub:somebody/small"


@pytest.fixture
def hub(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A hub with one small model of timm's, fine-tuned by somebody to four classes."""
    del home
    model = timm.create_model("test_vit", num_classes=4)
    config = {
        "architecture": "test_vit",
        "num_classes": 4,
        "pretrained_cfg": {
            "input_size": [3, 160, 160],
            "fixed_input_size": True,
            "interpolation": "bilinear",
            "crop_pct": 0.8,
            "mean": [0.1, 0.2, 0.3],
            "std": [0.4, 0.5, 0.6],
            "num_classes": 1000,
            "classifier": "head",
            "license": "mit",
            "file": "/etc/passwd",
        },
        "model_args": {"checkpoint_path": "/etc/passwd"},
    }
    root = "/somebody/small/resolve/main"
    files = {
        f"{root}/config.json": json.dumps(config).encode(),
        f"{root}/model.safetensors": save(model.state_dict()),
    }
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    with publishing(Publisher(files=files, is_hub=True)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        yield server


def _provided() -> list[tuple[int, int]]:
    return list(provide_weights(ModelConfig(backbone=HUB_NAME, weights="default")))


def test_a_model_on_the_hub_is_described_downloaded_and_loaded(hub: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = describe(HUB_NAME)
    assert (entry.source, entry.licence, entry.num_classes, entry.head) == ("hub", "mit", 4, "head")
    assert (entry.preprocessing.crop, entry.preprocessing.resize) == (160, 200)
    assert entry.preprocessing.mean == (0.1, 0.2, 0.3)
    assert entry.preprocessing.interpolation == "bilinear"
    assert "passwd" not in repr(entry)
    assert not is_here(entry)
    assert _provided()[-1] == (len(hub.files["/somebody/small/resolve/main/model.safetensors"]),) * 2
    assert is_here(entry)
    # From here on there is no network any more.
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert backbone_named(HUB_NAME) == entry
    assert _provided() == []
    network = load_pretrained(ModelConfig(backbone=HUB_NAME, weights="default"), 3, seed=0)
    published = torch.nn.functional.linear(network.backbone(torch.zeros(1, 3, 160, 160)), torch.eye(64))
    assert published.shape == (1, 64)
    from safetensors.torch import load

    weights = load(hub.files["/somebody/small/resolve/main/model.safetensors"])
    for name, tensor in network.backbone.state_dict().items():
        assert torch.equal(tensor, weights[name])


def test_a_token_goes_to_the_hub_and_no_further(hub: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    describe(HUB_NAME)
    _provided()
    path = "/somebody/small/resolve/main/model.safetensors"
    assert hub.tokens[f"127.0.0.1{path}"] == "Bearer hf_secret"
    assert hub.tokens[f"localhost{path}"] == ""


def test_weights_of_another_hash_are_refused(hub: Publisher) -> None:
    describe(HUB_NAME)
    hub.lies = True
    with pytest.raises(DownloadError, match="damaged"):
        _provided()


def test_a_file_without_a_hash_is_refused(hub: Publisher) -> None:
    hub.is_hub = False
    with pytest.raises(DownloadError, match="states no SHA-256"):
        hub_file("somebody/small", "model.safetensors", name="x")


@pytest.mark.parametrize(
    "content",
    [
        b"rubbish",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"architecture": "os.system"}',
        b'{"architecture": "test_vit", "pretrained_cfg": {"input_size": [3, 160, 160]}}',
        b'{"architecture": "test_vit", "pretrained_cfg": {"input_size": [3, 160], "mean": [1,1,1], "std": [1,1,1]}}',
        b'{"architecture": "test_vit", "model_args": {"depth": 1000000}, '
        b'"pretrained_cfg": {"input_size": [3, 160, 160], "mean": [1,1,1], "std": [1,1,1]}}',
    ],
)
def test_a_description_that_is_none_is_a_sentence(content: bytes, hub: Publisher) -> None:
    hub.files["/somebody/small/resolve/main/config.json"] = content
    with pytest.raises(ModelError, match="no model in timm's format"):
        describe(HUB_NAME)


def test_a_hub_that_cannot_be_reached_is_one_sentence(hub: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.status = 401
    with pytest.raises(DownloadError, match="HF_TOKEN"):
        describe(HUB_NAME)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match=r"could not be downloaded .*bundled EfficientNet-Lite0"):
        describe(HUB_NAME)
    assert not os.environ.get("HF_TOKEN")
