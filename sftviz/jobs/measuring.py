"""What the Model page has measured before a run: learning rates and costs. Torch loads in their threads alone."""

from collections.abc import Generator
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.events import CostForecast, Event
from sftviz.jobs.background import BackgroundWork
from sftviz.trials import RateTest


def search_rates(config: RunConfig, data: str, home: Path) -> BackgroundWork[RateTest]:
    """Find the learning rate of a recipe's first stage.

    Args:
        config: recipe, model and data.
        data: the task's own JSON text that says which examples it learns from.
        home: where caches lie.
    """

    def begin() -> Generator[Event, None, RateTest]:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import open_examples
        from sftviz.training.rate_finder import search_rate

        prepare_training()
        return (yield from search_rate(config, open_examples(config, data, home)))

    return BackgroundWork(begin)


def forecast_costs(config: RunConfig, data: str, home: Path) -> BackgroundWork[CostForecast]:
    """Measure a few batches and say what the run is going to cost; arguments as of `search_rates`."""

    def begin() -> Generator[Event, None, CostForecast]:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import open_examples
        from sftviz.training.preflight import preflight

        prepare_training()
        return (yield from preflight(config, open_examples(config, data, home)))

    return BackgroundWork(begin)
