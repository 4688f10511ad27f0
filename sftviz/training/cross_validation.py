"""Cross-validation of the head on frozen features: the backbone sees each example once, and all else is closed form."""

from collections.abc import Generator

from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.results import IntArray, Predictions, Source
from sftviz.tasks.task import Task
from sftviz.training.embedding import pretrained_embeddings
from sftviz.training.learning_curve import curve_trials
from sftviz.training.probe import fit_probe, members_of, signed_targets
from sftviz.trials import HeadFolds


def cross_validate_head(config: RunConfig, task: Task, fold_N: IntArray) -> Generator[Event, None, HeadFolds]:
    """Ask of each training example what a head says that never saw its fold; and of heads that saw still less.

    One penalty and one temperature serve all folds and are chosen by the same predictions: two numbers for N examples.

    Args:
        config: model, data and seed.
        task: whose training examples are all that there are.
        fold_N: the fold of each of them, from 0.

    Raises:
        SftvizError: the data or the model cannot be used, or there is no room for what is computed.
    """
    labels_N, classes = task.train.labels_N, task.classes
    embeddings_ND = yield from pretrained_embeddings(config, task)
    folds = members_of(fold_N)
    probe = fit_probe(embeddings_ND, labels_N, len(classes), seed=config.seed, folds=folds)
    source = Source(f"head on {config.model.backbone}", 0)
    predictions = Predictions(source, classes, task.train.names, labels_N, probe.out_of_fold_NK)
    targets_NK = signed_targets(labels_N, len(classes))
    trials = yield from curve_trials(
        embeddings_ND, targets_NK, labels_N, fold_N, penalty=probe.penalty, seed=config.seed
    )
    return HeadFolds(predictions, fold_N, trials)
