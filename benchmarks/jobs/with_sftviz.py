"""A recipe of sftviz, pulled event by event: what its steps, epochs and log cost, and how well it learned."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.training_jobs import OurQuestion
from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig
from sftviz.data.split import split
from sftviz.data.store import DataStore
from sftviz.events import EpochEnded, Event, RunFinished, StepEnded
from sftviz.machine import prepare_process
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore


class Watch:
    """Notes when steps end, and what the epochs and the end say."""

    def __init__(self, question: OurQuestion) -> None:
        self._warm_up, self._batch = question.warm_up, question.recipe.batch_size
        self._steps: list[tuple[int, float]] = []
        self._epochs: list[EpochEnded] = []
        self.answer: dict[str, object] = {}

    def note(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case StepEnded():
                self._steps.append((event.epoch, time.perf_counter()))
            case EpochEnded():
                self._epochs.append(event)
            case RunFinished():
                self.answer["seconds"] = event.seconds
                self._conclude()

    def _conclude(self) -> None:
        last = self._epochs[-1]
        self.answer |= {"last_epoch_s": last.elapsed_s, "before": self._epochs[0].validation, "after": last.validation}
        # Within one epoch: between two of them lies an evaluation.
        steady = [at for epoch, at in self._steps[self._warm_up :] if epoch == self._steps[-1][0]]
        if len(steady) > 1:
            self.answer["examples_per_s"] = (len(steady) - 1) * self._batch / (steady[-1] - steady[0])


def main(question: OurQuestion) -> None:
    """Train, and print the answer."""
    prepare_process()
    run = create(question)
    watch = Watch(question)
    log = EventWriter(run.folder / "events.jsonl")
    events, logging_s = pull(run, Path(question.home)), 0.0
    began_at = time.perf_counter()
    for event in events:
        if question.is_logged:
            started_at = time.perf_counter()
            log.append(event)
            logging_s += time.perf_counter() - started_at
        watch.note(event)
    work_s = time.perf_counter() - began_at
    print(json.dumps(watch.answer | {"logging_s": logging_s, "work_s": work_s}))


def create(question: OurQuestion) -> Run:
    """A run on disk."""
    home = Path(question.home)
    listing = DataStore(home).add_folder(Path(question.data)).listing
    config = RunConfig(
        name="benchmark",
        data=DataConfig(dataset=listing.identity),
        model=ModelConfig(backbone=question.backbone, weights=question.weights),
        recipe=question.recipe,
        seed=question.seed,
    )
    return RunStore(home).create(config, split(listing, validation_share=0.2, seed=question.seed).to_json())


def pull(run: Run, home: Path) -> Iterator[Event]:
    """The engine's events; torch is loaded here, after the process was set up."""
    from sftviz.tasks.opening import open_task
    from sftviz.training.fine_tune import fine_tune

    return fine_tune(run.config, open_task(run, home), run.folder)


if __name__ == "__main__":
    content = json.loads(sys.argv[1])
    main(OurQuestion(**content | {"recipe": Recipe(**content["recipe"])}))
