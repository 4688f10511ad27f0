"""Weights files from anywhere: wrapped in what training programs put around them, or made to do harm."""

import io
import json
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from sftviz.config import ModelConfig
from sftviz.errors import ModelError
from sftviz.models.build import build_classifier, build_network
from sftviz.models.catalogue import backbone_named
from sftviz.models.checking import check_file
from sftviz.models.reading import read_tensors
from sftviz.models.weights import load_pretrained

MOST = 1 << 24
TINY = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2)}
# A network that is built in a moment.
SMALL = "timm/test_vit.r160_in1k"


@pytest.mark.parametrize("is_legacy", [False, True])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda tensors: tensors,
        lambda tensors: {"state_dict": tensors, "epoch": 3, "arch": "resnet"},
        lambda tensors: {"model_state_dict": tensors, "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}}},
        lambda tensors: {"model": OrderedDict(tensors), "args": [1, 2.5, None, True]},
        lambda tensors: {f"module.{name}": tensor for name, tensor in tensors.items()},
        lambda tensors: {"state_dict": {f"module.model.{name}": tensor for name, tensor in tensors.items()}},
        lambda tensors: {name: nn.Parameter(tensor) for name, tensor in tensors.items()},
    ],
)
def test_what_programs_put_around_a_state_dict_is_understood(
    wrap: Callable[[dict[str, Tensor]], object], is_legacy: bool, tmp_path: Path
) -> None:
    path = tmp_path / "w.pt"
    torch.save(wrap(TINY), path, _use_new_zipfile_serialization=not is_legacy)
    found = read_tensors(path, most_bytes=MOST)
    assert list(found) == list(TINY)
    assert all(torch.equal(found[name], tensor) for name, tensor in TINY.items())


def test_a_prefix_that_only_some_names_have_stays(tmp_path: Path) -> None:
    save_file({"model.a": torch.ones(1), "b": torch.ones(1)}, tmp_path / "w.safetensors")
    assert set(read_tensors(tmp_path / "w.safetensors", most_bytes=MOST)) == {"model.a", "b"}


class _Harm:
    """Touches a file where its pickle is loaded."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return exec, (f"open({str(self._place)!r}, 'w').close()",)


class _Bytes:
    """A few bytes of pickle that ask for a terabyte."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return bytearray, (1 << 40,)


def _zipped(path: Path, content: object, *, protocol: int = 2, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("w/data.pkl", pickle.dumps(content, protocol=protocol))
        archive.writestr("w/version", "3\n")


def _overlapping(path: Path) -> None:
    """One record that the directory names a thousand times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("w/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("w/data/0", bytes(100_000))
        for _ in range(1000):
            archive.filelist.append(archive.filelist[-1])
            archive._didModify = True
    path.write_bytes(buffer.getvalue())


def _lying_storage(path: Path) -> None:
    """Claims ten thousand times the numbers that its record has."""
    torch.save({"a": torch.zeros(1000)}, path)
    with zipfile.ZipFile(path) as archive:
        records = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    (name,) = (name for name in records if name.endswith("data.pkl"))
    # 1,000 as a two-byte number becomes 10,000,000 as a four-byte one.
    records[name] = records[name].replace(b"M\xe8\x03", b"J" + struct.pack("<i", 10_000_000))
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in records.items():
            archive.writestr(each, content)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "code": (lambda path: torch.save({"a": _Harm(path.with_name("ran"))}, path), r"calls for \w+\.exec"),
    "code, newer pickle": (lambda path: _zipped(path, _Harm(path.with_name("ran")), protocol=4), "calls for something"),
    "code, older format": (
        lambda path: torch.save({"a": _Harm(path.with_name("ran"))}, path, _use_new_zipfile_serialization=False),
        r"calls for \w+\.exec",
    ),
    "code, plain pickle": (
        lambda path: path.write_bytes(pickle.dumps(_Harm(path.with_name("ran")), protocol=2)),
        r"calls for \w+\.exec",
    ),
    "old instances": (
        lambda path: path.write_bytes(b"(S'touch ran'\nios\nsystem\n."),
        r"calls for os\.system|something",
    ),
    "a terabyte": (lambda path: _zipped(path, _Bytes()), r"calls for \w+\.bytearray"),
    "compressed": (
        lambda path: _zipped(path, {"a": bytes(10_000_000)}, compression=zipfile.ZIP_DEFLATED),
        "compressed in a way",
    ),
    "overlapping": (_overlapping, "more than its own size"),
    "lying storage": (_lying_storage, "larger tensors than it holds|cannot be read"),
    "a list": (lambda path: torch.save([1, 2], path), "no state dict"),
    "names of numbers": (lambda path: torch.save({1: torch.zeros(1)}, path), "no state dict"),
    "rubbish": (lambda path: path.write_bytes(b"rubbish"), "cannot be read"),
    "empty": (lambda path: path.write_bytes(b""), "cannot be read"),
    "endless": (lambda path: path.touch() or _stretch(path), "bytes, and weights of this backbone"),
}


def _stretch(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST + 1)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_made_to_do_harm_runs_no_code_and_is_a_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, says = HOSTILE[kind]
    make(tmp_path / "w.pt")
    with pytest.raises(ModelError, match=says):
        read_tensors(tmp_path / "w.pt", most_bytes=MOST)
    assert not (tmp_path / "ran").exists()


def _safetensors(header: object, *, data: bytes = bytes(24), length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def _tensor(start: int, end: int, shape: list[int]) -> dict[str, object]:
    return {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}


@pytest.mark.parametrize(
    "content",
    [
        _safetensors({"a": _tensor(0, 24, [6])}, length=1 << 62),
        _safetensors({"a": _tensor(0, 24, [6])}, length=0),
        _safetensors({"a": _tensor(0, 48, [12])}),
        _safetensors({"a": _tensor(0, 24, [600_000_000])}),
        _safetensors({"a": _tensor(0, 24, [6]), "b": _tensor(0, 24, [6])}),
        _safetensors({"a": _tensor(0, 8, [2]), "b": _tensor(16, 24, [2])}),
        _safetensors({"a": _tensor(24, 0, [6])}),
        _safetensors({"a": {"dtype": "F32", "shape": [-6], "data_offsets": [0, 24]}}),
        _safetensors([1, 2]),
        b"\x00",
    ],
)
def test_headers_that_lie_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        read_tensors(tmp_path / "w.safetensors", most_bytes=MOST)


def _small_classifier(num_classes: int = 1000) -> dict[str, Tensor]:
    weights = build_classifier(backbone_named(SMALL)).state_dict()
    weights["head.weight"] = torch.randn(num_classes, 64, generator=torch.Generator().manual_seed(0))
    weights["head.bias"] = torch.arange(float(num_classes))
    return weights


def test_a_file_is_looked_through_before_it_is_used(tmp_path: Path) -> None:
    entry, path = backbone_named(SMALL), tmp_path / "w.safetensors"
    weights = _small_classifier(3)
    save_file(weights, path)
    report = check_file(path, entry)
    assert (report.problems, report.head_classes, report.num_tensors) == ((), 3, len(weights))
    assert report.million_numbers == pytest.approx(sum(each.numel() for each in weights.values()) / 1e6)
    assert report.number_types == ("float32",)
    without = {name: tensor.half() for name, tensor in weights.items() if not name.startswith("head.")}
    save_file(without, path)
    report = check_file(path, entry)
    assert (report.problems, report.head_classes, report.number_types) == ((), None, ("float16",))
    first = next(iter(without))
    save_file(without | {first: torch.zeros(1)}, path)
    assert first in check_file(path, entry).problems[0]
    save_file(without | {first: torch.full_like(without[first], torch.inf)}, path)
    assert check_file(path, entry).problems == (f"{first} holds NaN or infinity",)
    other = check_file(path, backbone_named("resnet18"))
    assert "is missing" in other.problems[0]
    assert "is unknown" in other.problems[-1]


@pytest.mark.parametrize("is_ours", [False, True])
def test_a_head_is_kept_where_it_fits(is_ours: bool, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    weights = _small_classifier(3)
    if is_ours:
        network = build_network(SMALL, 3, seed=5)
        network.head.load_state_dict({"weight": weights["head.weight"], "bias": weights["head.bias"]})
        save_file(network.state_dict(), path)
    else:
        save_file(weights, path)
    config = ModelConfig(backbone=SMALL, weights=str(path), keeps_head=True)
    kept = load_pretrained(config, 3, seed=0)
    assert torch.equal(kept.head.weight, weights["head.weight"])
    assert torch.equal(kept.head.bias, weights["head.bias"])
    new = load_pretrained(config.model_copy(update={"keeps_head": False}), 3, seed=0)
    assert not torch.equal(new.head.weight, weights["head.weight"])
    with pytest.raises(ModelError, match="3 classes, not 4"):
        load_pretrained(config, 4, seed=0)


def test_there_is_no_head_to_keep_in_random_weights() -> None:
    with pytest.raises(ModelError, match="have no head"):
        load_pretrained(ModelConfig(backbone=SMALL, weights="random", keeps_head=True), 3, seed=0)
