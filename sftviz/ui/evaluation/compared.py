"""What every view of the Evaluate page is about."""

from dataclasses import dataclass

from sftviz.results import Predictions
from sftviz.runs.run import Run


@dataclass(frozen=True)
class Compared:
    """Two checkpoints of one run, and what they say of the validation pictures."""

    run: Run
    before: Predictions
    after: Predictions

    @property
    def words(self) -> str:
        """The run and the epochs, for the names of files."""
        return f"{self.run.identity} epochs {self.before.source.epoch} and {self.after.source.epoch}"
