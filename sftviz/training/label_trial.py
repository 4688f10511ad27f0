"""Labels asked of heads that never saw them, and the question put to the test with labels that are known to be wrong.

Shape legend: N examples, D embedding width, K classes, S trials.
"""

import numpy as np
from scipy.special import softmax

from sftviz.results import FloatArray, IntArray, Predictions, Source
from sftviz.seeding import draw
from sftviz.training.probe import fit_probe, members_of, signed_targets, stratified_folds
from sftviz.training.ridge import make_ridge
from sftviz.trials import LabelTrial

_SHARE = 0.05  # swapped in each trial: few enough that what a head learns from the others stays
_MOST_TRIALS = 4
_MOST_TARGETS = 2**25  # solved for together: 256 MiB, and as much again for what is said


def ask_labels(
    embeddings_ND: FloatArray,
    labels_N: IntArray,
    examples: tuple[str, ...],
    classes: tuple[str, ...],
    *,
    source: Source,
    fold_N: IntArray | None,
    seed: int,
) -> LabelTrial:
    """Ask of each example what a head says that never saw its fold; then again with a few labels swapped by lot.

    No label is swapped twice. Penalty and temperature are those for the given labels.

    Args:
        embeddings_ND: of at least two examples.
        labels_N: in [0, K).
        examples: N identities.
        classes: at least two names.
        source: named in what comes of it.
        fold_N: from 0; None for stratified folds.
        seed: decides what is swapped.
    """
    folds = stratified_folds(labels_N, seed) if fold_N is None else members_of(fold_N)
    probe = fit_probe(embeddings_ND, labels_N, len(classes), seed=seed, folds=folds)
    swapped_SN = _swapped(labels_N, len(classes), seed)
    targets = np.concatenate([signed_targets(own_N, len(classes)) for own_N in swapped_SN], axis=1)
    scores = make_ridge(embeddings_ND, targets, folds).held_out(probe.penalty)
    scores_SNK = scores.reshape(len(labels_N), len(swapped_SN), len(classes)).transpose(1, 0, 2)
    return LabelTrial(
        said=Predictions(source, classes, examples, labels_N, probe.out_of_fold_NK),
        swapped_SN=swapped_SN,
        said_SNK=softmax(scores_SNK / probe.temperature, axis=2).astype(np.float32),
    )


def _swapped(labels_N: IntArray, num_classes: int, seed: int) -> IntArray:
    random = np.random.default_rng(draw(seed, "swapped labels"))
    count = max(1, round(_SHARE * len(labels_N)))
    num_trials = max(1, min(_MOST_TRIALS, _MOST_TARGETS // (num_classes * len(labels_N)), len(labels_N) // count))
    swapped_SN = np.tile(labels_N, (num_trials, 1))
    order_N = random.permutation(len(labels_N))
    for trial, own_N in enumerate(swapped_SN):
        chosen = order_N[trial * count : (trial + 1) * count]
        own_N[chosen] = (own_N[chosen] + random.integers(1, num_classes, len(chosen))) % num_classes
    return swapped_SN
