"""How far the maps of a run's pictures may be trusted: measured once and then read from the run's folder."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from torch import Tensor

from sftviz.attribution.cache import cache_key
from sftviz.attribution.cells import READABLE, cell_means
from sftviz.attribution.compare import rank_correlation
from sftviz.attribution.faithfulness import NUM_RANDOM, areas, orders
from sftviz.attribution.of_run import fused_network_of, inputs_of, map_of
from sftviz.attribution.randomisation import NUM_HEADS, correlations
from sftviz.attribution.trust import Faithfulness, Trust
from sftviz.attribution.views import VIEWS, drifts_of_views, maps_of_views
from sftviz.events import Event, PhaseProgressed
from sftviz.models.network import Network
from sftviz.results import AttributionMap
from sftviz.runs.run import Run
from sftviz.sealed import read_sealed, write_sealed

Item = TypeVar("Item")

_FORMAT = 1  # of what is measured and how: a change makes every older file a miss
_PIXELS, _PLACES = "integrated_gradients", "hirescam"
_NUM_PARTS = 1 + NUM_RANDOM + NUM_HEADS + len(VIEWS)
_TRUST = TypeAdapter(Trust)


def kept_trust(
    run: Run, epoch: int, example: str, method: str, target: int, *, against: int | None = None
) -> Trust | None:
    """What was measured before, or None where nothing was or its file is damaged; arguments as of `map_of`.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
    """
    payload = read_sealed(_path(run, epoch, example, method, target, against))
    if payload is None:
        return None
    try:
        return _TRUST.validate_json(payload)
    except ValidationError:
        return None


def trust_of(
    run: Run, epoch: int, picture: Path, example: str, method: str, target: int, *, against: int | None = None
) -> Generator[Event, None, Trust]:
    """Measure how far a map may be trusted, or read what was measured before; arguments and errors as of `map_of`.

    The network is one of its own: maps that are computed meanwhile for a page do not meet it.
    """
    kept = kept_trust(run, epoch, example, method, target, against=against)
    if kept is not None:
        return kept
    attribution, partner = (
        map_of(run, epoch, picture, example, name, target, against=against) for name in (method, _partner(method))
    )
    network, input_CHW = fused_network_of(run, epoch), inputs_of(run, picture)[0]
    measured = yield from _measured(network, input_CHW, attribution, partner)
    # Where the disk is full, what was measured is shown all the same.
    with suppress(OSError):
        write_sealed(_path(run, epoch, example, method, target, against), _TRUST.dump_json(measured))
    return measured


def _measured(
    network: Network, input_CHW: Tensor, attribution: AttributionMap, partner: AttributionMap
) -> Generator[Event, None, Trust]:
    found_areas = yield from _collected(areas(network, input_CHW, attribution.target, orders(attribution)), 0)
    like_random = yield from _collected(correlations(network, input_CHW, attribution), len(found_areas))
    done = len(found_areas) + len(like_random)
    of_views = yield from _collected(maps_of_views(network, input_CHW, attribution), done)
    by_pixels = attribution if attribution.method == _PIXELS else partner
    return Trust(
        source=attribution.source,
        example=attribution.example,
        method=attribution.method,
        target=attribution.target,
        faithfulness=Faithfulness.of(found_areas),
        completeness_error=by_pixels.completeness_error,
        partner=partner.method,
        agreement=rank_correlation(cell_means(attribution.values_HW), cell_means(partner.values_HW)),
        randomisation=sum(like_random) / NUM_HEADS,
        grid=_grid(attribution),
        no_change=drifts_of_views(attribution, of_views),
    )


def _collected(items: Iterator[Item], done: int) -> Generator[Event, None, list[Item]]:
    """All items, with a sign of progress after each; `done` came before."""
    found = []
    for item in items:
        found.append(item)
        yield PhaseProgressed(phase="trust", done=done + len(found), total=_NUM_PARTS, unit="trials")
    return found


def _grid(attribution: AttributionMap) -> tuple[int, int]:
    """Rows and columns of the places that the map tells apart."""
    if attribution.native_hw is not None:
        rows, columns = attribution.native_hw.shape
        return rows, columns
    height, width = attribution.values_HW.shape
    return height // READABLE, width // READABLE


def _partner(method: str) -> str:
    """A method that works differently: by places of a layer for one of pixels, and by pixels for any other."""
    return _PLACES if method == _PIXELS else _PIXELS


def _path(run: Run, epoch: int, example: str, method: str, target: int, against: int | None) -> Path:
    key = cache_key(
        epoch=epoch,
        checkpoint=run.weights_sha256(epoch),
        example=example,
        method=method,
        target=target,
        parameters={"trust": _FORMAT},
        against=against,
    )
    return run.folder / "trust" / f"{key}.json"
