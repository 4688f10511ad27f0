"""Labels that a head on pretrained embeddings doubts, and how many of the wrong ones it would find.

Shape legend: N pictures, S trials, F doubted pictures.
"""

from dataclasses import dataclass, replace

import numpy as np

from sftviz.analysis.intervals import wilson
from sftviz.analysis.suspects import Suspects, suspects
from sftviz.audit.findings import Finding, Noticed, counted
from sftviz.results import Embedded, FloatArray, IntArray
from sftviz.trials import LabelTrial


@dataclass(frozen=True)
class Power:
    """How well doubts find wrong labels here, tried with labels that were swapped by lot.

    Attributes:
        num_swapped: labels that were swapped in all trials.
        num_found: how many of them were doubted.
        interval: of the share found, 95 %, Wilson's.
        chance: share of the pictures that were doubted, which is what guessing as often would find.
    """

    num_swapped: int
    num_found: int
    interval: tuple[float, float]
    chance: float

    @property
    def sentence(self) -> str:
        """What it says, for a person."""
        low, high = (f"{100 * end:.0f}" for end in self.interval)
        return (
            f"To test this, {counted(self.num_swapped, 'label was', 'labels were')} swapped by lot: "
            f"{self.num_found:,} of them were found, {100 * self.num_found / self.num_swapped:.0f} % (95 % interval "
            f"{low} to {high} %), where as many guesses would find {100 * self.chance:.0f} %."
        )


def doubts(trial: LabelTrial, embeddings_ND: FloatArray) -> Suspects:
    """The pictures whose label both the head and most of the nearest pictures speak against.

    The head never saw the label; it must be sure of another class (confident learning).
    """
    said = trial.said
    return suspects(said, (), (Embedded(**vars(said), embeddings_ND=embeddings_ND),))


def power(trial: LabelTrial, embeddings_ND: FloatArray) -> Power:
    """Doubt swapped labels in the same way, and count how many are found."""
    num_swapped = num_found = num_doubted = 0
    for labels_N, said_NK in zip(trial.swapped_SN, trial.said_SNK, strict=True):
        said = replace(trial.said, labels_N=labels_N, probabilities_NK=said_NK)
        found_F: IntArray = suspects(said, (), (Embedded(**vars(said), embeddings_ND=embeddings_ND),)).indices_S
        is_swapped_N = labels_N != trial.said.labels_N
        num_swapped += int(is_swapped_N.sum())
        num_found += int(is_swapped_N[found_F].sum())
        num_doubted += len(found_F)
    low, high = wilson(num_found, num_swapped).tolist()
    return Power(num_swapped, num_found, (low, high), num_doubted / trial.swapped_SN.size)


def doubts_finding(found: Suspects, tried: Power) -> Finding | None:
    """The doubted labels, the least probable first."""
    if not len(found.indices_S):
        return None
    said = found.said
    pictures = tuple(
        Noticed(int(index), f"rather {said.classes[instead]}, {100 * said.probabilities_NK[index, instead]:.0f} %")
        for index, instead in zip(found.indices_S, found.instead_S, strict=True)
    )
    low, high = (100 * end for end in np.squeeze(wilson(len(pictures), len(said.examples))))
    share = 100 * len(pictures) / len(said.examples)
    return Finding(
        "doubted",
        "look",
        counted(len(pictures), "label is in doubt", "labels are in doubt"),
        f"{share:.1f} % of the pictures ({low:.1f} to {high:.1f} %): a head that never saw the label is sure of "
        f"another class, and most of the nearest pictures are of others. {tried.sentence} A doubt is a question: it "
        "may be a hard picture. Give those another class whose label is wrong, or leave them out.",
        pictures,
        tuple(sorted(noticed.index for noticed in pictures)),
    )
