from types import SimpleNamespace

import pytest
import torch

from sftviz.attribution import trust_of_run
from sftviz.attribution.explain import explain
from sftviz.attribution.trust import verdict
from sftviz.errors import AttributionError
from sftviz.results import Source

WHICH = ("a/1.png", "hirescam", 1)


@pytest.fixture
def run(tmp_path, pooled, inputs, monkeypatch):
    """A run of a small network, whose weights and picture are at hand."""
    picture = inputs(1, 56, 56)

    def map_of(run, epoch, _picture, example, method, target, *, against=None):
        source = Source(run.identity, epoch)
        return explain(
            pooled, picture, [target], method, source=source, examples=[example], num_steps=16, against=against
        )[0]

    monkeypatch.setattr(trust_of_run, "map_of", map_of)
    monkeypatch.setattr(trust_of_run, "fused_network_of", lambda *_: pooled)
    monkeypatch.setattr(trust_of_run, "inputs_of", lambda *_: picture)
    return SimpleNamespace(folder=tmp_path, identity="r", weights_sha256="{:064}".format)


def measured(run, epoch=1, which=WHICH):
    """All signs of progress, and the result."""
    signs = []
    work = trust_of_run.trust_of(run, epoch, run.folder / "1.png", *which)
    while True:
        try:
            signs.append(next(work))
        except StopIteration as end:
            return signs, end.value


def test_everything_is_measured_and_kept(run):
    signs, found = measured(run)
    assert [sign.done for sign in signs] == list(range(1, signs[0].total + 1))
    assert (found.source, found.example, found.method, found.target) == (Source("r", 1), *WHICH)
    assert found.partner == "integrated_gradients"
    assert found.grid == (28, 28)
    assert len(found.faithfulness.random_deletions) == len(found.no_change) == 10
    assert found.completeness_error is not None
    assert -1 <= found.agreement <= 1
    assert verdict(found).reasons
    assert trust_of_run.kept_trust(run, 1, *WHICH) == found
    assert measured(run) == ([], found)


def test_pixels_are_compared_with_places(run):
    _, found = measured(run, which=("a/1.png", "integrated_gradients", 1))
    assert found.partner == "hirescam"
    assert found.grid == (8, 8)


def test_only_the_same_map_is_a_hit(run):
    measured(run)
    for epoch, which in ((2, WHICH), (1, ("b", *WHICH[1:])), (1, (*WHICH[:2], 0))):
        assert trust_of_run.kept_trust(run, epoch, *which) is None
    assert trust_of_run.kept_trust(run, 1, *WHICH, against=0) is None


def test_damage_is_a_miss(run):
    _, found = measured(run)
    (path,) = (run.folder / "trust").iterdir()
    whole = path.read_bytes()
    for content in (b"", whole[:40], whole[:-1], whole[:50] + bytes([whole[50] ^ 1]) + whole[51:]):
        path.write_bytes(content)
        assert trust_of_run.kept_trust(run, 1, *WHICH) is None
    trust_of_run.write_sealed(path, b'{"of": "another time"}')
    assert trust_of_run.kept_trust(run, 1, *WHICH) is None
    assert measured(run)[1] == found


def test_a_full_disk_does_not_hide_the_result(run, monkeypatch):
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(trust_of_run, "write_sealed", full)
    assert measured(run)[1].method == "hirescam"


def test_what_has_no_map_is_an_error_and_leaves_the_network_alone(run, pooled):
    pooled.train()
    with torch.no_grad():
        pooled.head.weight.fill_(float("nan"))
    with pytest.raises(AttributionError):
        measured(run)
    assert pooled.backbone.body.training
    assert not (run.folder / "trust").exists()
