"""Cross-validation of the head in the background. Torch loads in its thread alone."""

from collections.abc import Generator
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.runs.kept_folds import keep_folds
from sftviz.trials import HeadFolds


def cross_validate(config: RunConfig, data: str, home: Path) -> BackgroundWork[HeadFolds]:
    """Cross-validate a head on frozen features, and keep what is found.

    Args:
        config: model, data and seed.
        data: the task's own JSON text, with all examples for training.
        home: where caches and results lie.
    """

    def begin() -> Generator[Event, None, HeadFolds]:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import fold_examples, open_examples
        from sftviz.training.cross_validation import cross_validate_head

        prepare_training()
        fold_N = yield from fold_examples(config, data, home)
        found = yield from cross_validate_head(config, open_examples(config, data, home), fold_N)
        keep_folds(home, config, found)
        return found

    return BackgroundWork(begin)
