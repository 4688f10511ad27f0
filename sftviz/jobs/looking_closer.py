"""A closer look at the pictures of a data set in the background. Torch loads in its thread alone."""

from collections.abc import Generator
from pathlib import Path

from sftviz.audit.closer import CloserLook, all_to_learn_from, closer_look, keep_closer_look, rows_of
from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.home import caches_of
from sftviz.jobs.background import BackgroundWork
from sftviz.results import Source


def look_closer(config: RunConfig, data: str, whole: str, home: Path, path: Path) -> BackgroundWork[CloserLook]:
    """Embed all pictures, look closer at them, and keep what is found.

    Args:
        config: model, data and seed.
        data: JSON text of the pictures that count.
        whole: the same with those that were left out: all are embedded once for all.
        home: where caches lie.
        path: where what is found goes.
    """

    def begin() -> Generator[Event, None, CloserLook]:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import fold_training_examples, open_examples
        from sftviz.training.embedding import pretrained_embeddings
        from sftviz.training.label_trial import ask_labels

        prepare_training()
        counted, every = all_to_learn_from(data), all_to_learn_from(whole)
        every_ND = yield from pretrained_embeddings(config, open_examples(config, every, home))
        embeddings_ND = every_ND[rows_of(counted, every)]
        fold_N = yield from fold_training_examples(config, counted, home)
        task = open_examples(config, counted, home)
        trial = ask_labels(
            embeddings_ND,
            task.train.labels_N,
            task.train.names,
            task.classes,
            source=Source(config.model.backbone, 0),
            fold_N=fold_N,
            seed=config.seed,
        )
        found = yield from closer_look(data, embeddings_ND, trial, caches_of(home))
        keep_closer_look(found, path)
        return found

    return BackgroundWork(begin)
