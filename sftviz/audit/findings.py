"""What the audit says: findings, each with its pictures, what to do, and which pictures to leave out."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["look", "mend"]

# What is looked for, in the order in which it is shown.
CHECKS = {
    "labels": "one picture under two labels",
    "twins": "training pictures that come back in validation",
    "copies": "copies",
    "near": "near-duplicates",
    "few": "classes with few pictures",
    "imbalance": "imbalance",
    "shortcut": "properties that give the label away",
    "blank": "blank pictures",
    "dark": "dark pictures",
    "bright": "washed-out pictures",
    "blurred": "blurred pictures",
    "tiny": "tiny pictures",
    "aspect": "long strips",
    "odd": "files unlike the others",
}


@dataclass(frozen=True)
class Noticed:
    """A picture of a finding.

    Attributes:
        index: its place in the listing.
        note: why it is here, in a few words.
        group: pictures of one number belong together.
    """

    index: int
    note: str = ""
    group: int = 0


@dataclass(frozen=True)
class Finding:
    """Something that a person should look at, or mend before training.

    Attributes:
        key: unique within an audit: the check, and after a hyphen what of several it is.
        severity: "mend" where training on it misleads, "look" where a person must judge.
        title: what was found, with its number.
        advice: why it matters and what to do, in whole sentences.
        pictures: those to look at.
        leave_out: places in the listing of those that the data set is better off without; may be empty.
    """

    key: str
    severity: Severity
    title: str
    advice: str
    pictures: tuple[Noticed, ...]
    leave_out: tuple[int, ...] = ()

    @property
    def check(self) -> str:
        """Which of `CHECKS` found it."""
        return self.key.partition("-")[0]


def counted(number: int, one: str, many: str) -> str:
    """A number with the words that follow it: "1 picture is", "2 pictures are"."""
    return f"{number:,} {one if number == 1 else many}"
