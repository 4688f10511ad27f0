"""What was found in a weights file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileReport:
    """What was found.

    Attributes:
        num_tensors: in the file.
        million_numbers: in all of them.
        number_types: theirs, as torch calls them.
        problems: why it cannot be used, a sentence each; none where it can.
        head_classes: outputs of the head in it; None where it has none that fits the backbone.
    """

    num_tensors: int
    million_numbers: float
    number_types: tuple[str, ...]
    problems: tuple[str, ...]
    head_classes: int | None
