"""A gallery of validation pictures; each opens in Explain."""

from collections.abc import Sequence

from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.components import gallery
from sftviz.ui.navigation import go_to
from sftviz.ui.pictures import prediction_tiles


def show_pictures(run: Run, predictions: Predictions, indices: Sequence[int], *, key: str, label: str) -> None:
    """Show what a checkpoint says of some pictures; a click on one explains it."""
    clicked = gallery(prediction_tiles(run, predictions, indices), key=key, label=label)
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
