"""The badge under the maps of Explain: not tested yet, and each verdict in colour, word and reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.attribution.trust import Faithfulness, Trust
from sftviz.errors import CheckpointError
from sftviz.results import Drift, Source
from sftviz.runs.run import Run
from tests.ui.conftest import texts

_SAME = Drift(Source("r", 0), Source("r", 0), 0.1, 0.8, 0.01)
_GOOD = Trust(
    source=Source("r", 0),
    example="e",
    method="gradcam",
    target=0,
    faithfulness=Faithfulness(0.1, 0.9, (0.4, 0.5), (0.4, 0.5)),
    completeness_error=0.012,
    partner="integrated_gradients",
    agreement=0.3,
    randomisation=0.1,
    grid=(7, 7),
    no_change=(_SAME, replace(_SAME, rank_change=0.2)),
)


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Callable[[Trust], None]:
    """Lets this have been measured of every map."""

    def patch(trust: Trust) -> None:
        monkeypatch.setattr(
            "sftviz.attribution.trust_of_run.kept_trust",
            lambda run, epoch, *_, **__: replace(trust, source=Source(run.identity, epoch)),
        )

    return patch


def test_an_untested_map_says_so_and_offers_the_test(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity)
    assert not app.exception
    assert "Not tested yet" in texts(app)
    assert "Test these maps" in [button.label for button in app.button]


@pytest.mark.parametrize(
    ("change", "badge", "reason"),
    [
        ({}, ":green-badge[:material/verified: Trustworthy]", "passes all three checks"),
        ({"randomisation": 0.7}, ":orange-badge[:material/warning: Read with care]", "rank correlation 0.70"),
        (
            {"faithfulness": Faithfulness(0.5, 0.2, (0.4, 0.5), (0.4, 0.5))},
            ":red-badge[:material/dangerous: Not to be relied on]",
            "no sooner than covering random places",
        ),
    ],
)
def test_a_tested_map_has_a_badge_with_its_reason(
    change: dict[str, object],
    badge: str,
    reason: str,
    finished: Run,
    show: Callable[..., AppTest],
    keep: Callable[[Trust], None],
) -> None:
    keep(replace(_GOOD, **change))  # type: ignore[arg-type]
    app = show("explain", run=finished.identity)
    assert not app.exception
    text = texts(app)
    assert text.count(badge) == text.count(reason) == 2
    assert "Test these maps" not in [button.label for button in app.button]
    numbers = app.table[0].value
    assert numbers.iloc[2, 1] == "1.2\u00a0%"
    assert "unrelated maps of 7 × 7 places" in text


def test_identical_checkpoints_are_tested_once_and_have_not_drifted(
    finished: Run, show: Callable[..., AppTest], keep: Callable[[Trust], None]
) -> None:
    keep(_GOOD)
    app = show("explain", run=finished.identity, before="0", after="0")
    assert not app.exception
    text = texts(app)
    assert "The two maps are identical: nothing changed" in text
    assert text.count("Trustworthy") == 1
    assert "Change of pattern: 0.00" in text
    assert "Overlap of the strongest fifth: 100 %" in text


def test_weights_that_are_gone_are_a_sentence(
    finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise CheckpointError("The weights of epoch 0 are not kept.")

    monkeypatch.setattr("sftviz.attribution.trust_of_run.kept_trust", gone)
    app = show("explain", run=finished.identity)
    assert not app.exception
    assert any("are not kept" in error.value for error in app.error)
