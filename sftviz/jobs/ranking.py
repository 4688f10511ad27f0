"""Pretrained backbones measured in the background, one after the other. Torch loads in its thread alone."""

from collections.abc import Generator, Mapping
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.errors import SftvizError
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork, Part
from sftviz.models.catalogue import backbone_named
from sftviz.runs.kept_scores import keep_score


def measure_candidates(
    candidates: Mapping[Path, RunConfig], data: str, home: Path, counts: tuple[int, int]
) -> BackgroundWork[tuple[str, ...]]:
    """Measure candidates and keep each at once; one that cannot be measured does not keep the others from it.

    Args:
        candidates: by the file that each is kept in: model, data, and the recipe whose time is projected.
        data: the task's own JSON text, whose training examples are the sample.
        home: where caches lie.
        counts: of all examples to learn from and to check on.

    Returns:
        Work whose result is a sentence for each candidate that could not be measured.
    """

    def begin() -> Generator[Event | Part, None, tuple[str, ...]]:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import fold_training_examples, open_examples
        from sftviz.training.ranking import score_candidate

        prepare_training()
        fold_N = yield from fold_training_examples(next(iter(candidates.values())), data, home)
        failures = []
        for number, (path, config) in enumerate(candidates.items(), start=1):
            title = backbone_named(config.model.backbone).title
            yield Part(title, number, len(candidates))
            try:
                score = yield from score_candidate(config, open_examples(config, data, home), fold_N, counts)
                keep_score(path, score)
            except SftvizError as error:
                failures.append(f"{title} was left out. {error}")
        return tuple(failures)

    return BackgroundWork(begin)
