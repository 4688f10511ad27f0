"""One pretrained backbone measured on a sample: what a head makes of its embeddings, and what it costs.

Shape legend: N examples, D embedding width, K classes, P permutations.
"""

from collections.abc import Generator

import numpy as np
import torch

from sftviz.analysis.ranking import ranked_by
from sftviz.analysis.targets import measured
from sftviz.analysis.transferability import log_evidence, neighbour_votes
from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.machine import PeakMemory, release_memory
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import default_numerics, numerics_named
from sftviz.results import FloatArray, IntArray, Predictions, Source
from sftviz.seeding import draw
from sftviz.tasks.task import BATCH_SIZE, Task, choose_device
from sftviz.training.embedding import plain_embeddings
from sftviz.training.pilot import Pilot, fly
from sftviz.training.preflight import projected_seconds
from sftviz.training.probe import fit_probe, members_of, signed_targets, stratified_folds
from sftviz.training.ridge import make_ridge
from sftviz.trials import CandidateScore

NUM_PERMUTATIONS = 20
_MOST_COLUMNS = 4096  # targets solved for together: bounds the memory where classes are many


def score_candidate(
    config: RunConfig, task: Task, fold_N: IntArray | None, counts: tuple[int, int]
) -> Generator[Event, None, CandidateScore]:
    """Ask of each training example what a head says that never saw its fold, and measure what passes cost.

    The embeddings are those of epoch 0 of a run of this configuration, which finds them in the cache where the sample
    is all of its training examples.

    Args:
        config: model, data, and the recipe whose time is projected.
        task: whose training examples are the sample.
        fold_N: the fold of each, from 0; None for stratified ones.
        counts: of all examples to learn from and to check on.

    Raises:
        SftvizError: the data or the model cannot be used, or there is no room for what is computed.
    """
    labels_N, classes = task.train.labels_N, task.classes
    yield from task.fetch_weights()
    yield from task.prepare()
    network, memory_mib = _loaded(task)
    pilot = yield from _flown(config, task, network)
    embeddings_ND = yield from plain_embeddings(network, numerics_named(pilot.numerics), task)
    folds = stratified_folds(labels_N, config.seed) if fold_N is None else members_of(fold_N)
    probe = fit_probe(embeddings_ND, labels_N, len(classes), seed=config.seed, folds=folds)
    source = Source(config.model.backbone, 0)
    return CandidateScore(
        backbone=config.model.backbone,
        predictions=Predictions(source, classes, task.train.names, labels_N, probe.out_of_fold_NK),
        fold_N=_places(folds, len(labels_N)),
        by_neighbours_N=neighbour_votes(embeddings_ND, labels_N, folds),
        log_evidence=log_evidence(embeddings_ND, labels_N, len(classes)),
        null_P=null_scores(embeddings_ND, labels_N, len(classes), folds, penalty=probe.penalty, seed=config.seed),
        forward_s=pilot.forward_s,
        memory_mib=memory_mib,
        recipe=config.recipe.name,
        training_s=projected_seconds(pilot, config.recipe, *counts, is_varied=task.train.is_varied),
    )


def null_scores(
    embeddings_ND: FloatArray,
    labels_N: IntArray,
    num_classes: int,
    folds: list[IntArray],
    *,
    penalty: float,
    seed: int,
) -> FloatArray:
    """What heads score that learn shuffled labels, P times: the reach of luck.

    Labels are shuffled within each fold, which keeps its share of each class: a fold that holds more of a class than
    its share leaves less of it to learn from, and would score below chance.
    """
    random = np.random.default_rng(draw(seed, "shuffled labels"))
    shuffled_PN = np.tile(labels_N, (NUM_PERMUTATIONS, 1))
    for own_N in shuffled_PN:
        for fold in folds:
            own_N[fold] = random.permutation(own_N[fold])
    metric = ranked_by(labels_N)
    scores: list[float] = []
    num_parts = min(NUM_PERMUTATIONS, -(-NUM_PERMUTATIONS * num_classes // _MOST_COLUMNS))
    for part in np.array_split(shuffled_PN, num_parts):
        targets = np.concatenate([signed_targets(own_N, num_classes) for own_N in part], axis=1)
        held_out = make_ridge(embeddings_ND, targets, folds).held_out(penalty)
        predicted_NP = held_out.reshape(len(labels_N), len(part), num_classes).argmax(axis=2)
        scores += [measured(own, said, num_classes)[metric] for own, said in zip(part, predicted_NP.T, strict=True)]
    return np.array(scores, np.float32)


def _loaded(task: Task) -> tuple[Network, float]:
    """The network, and the MiB that it took to load it and to pass a batch forward."""
    release_memory()
    memory = PeakMemory()
    network = task.pretrained().to(choose_device()).eval()
    device = network.head.weight.device
    inputs = task.train.evaluation_batch(range(min(BATCH_SIZE, len(task.train.names)))).to(device)
    with torch.no_grad():
        Arithmetic(default_numerics(device), network, inputs)(network.backbone, inputs)
    return network, memory.added_mib()


def _flown(config: RunConfig, task: Task, network: Network) -> Generator[Event, None, Pilot]:
    count = min(config.recipe.batch_size, len(task.train.names))
    inputs = task.train.evaluation_batch(range(count)).to(network.head.weight.device)
    return (yield from fly(config, network, task.caches, inputs, torch.from_numpy(task.train.labels_N)))


def _places(folds: list[IntArray], count: int) -> IntArray:
    fold_N = np.empty(count, np.int64)
    for place, fold in enumerate(folds):
        fold_N[fold] = place
    return fold_N
