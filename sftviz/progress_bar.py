"""A run's progress in a terminal."""

import sys

from tqdm import tqdm

from sftviz.data.lost import skipped_words
from sftviz.events import EpochEnded, Event, ExamplesSkipped, PhaseProgressed, RunResumed, StepEnded


class ProgressBar:
    """One line on standard error that follows the events."""

    def __init__(self, *, is_shown: bool) -> None:
        # None: shown only where standard error is a terminal.
        self._bar = tqdm(disable=None if is_shown else True, leave=False, dynamic_ncols=True)

    def show(self, event: Event) -> None:
        """Draw an event."""
        match event:
            case PhaseProgressed():
                self._set(event.phase, event.done, event.total)
            case StepEnded():
                self._set(f"epoch {event.epoch}, loss {event.loss:.3f}", event.step, event.num_steps)
            case EpochEnded():
                accuracy, loss = event.validation["accuracy"], event.validation["loss"]
                self.say(
                    f"epoch {event.epoch:>3}  validation accuracy {accuracy:6.1%}, loss {loss:.3f}  "
                    f"({event.elapsed_s:.1f} s){'  best' if event.is_best else ''}"
                )
            case ExamplesSkipped():
                self.say(skipped_words(event))
            case RunResumed(differences=differences) if differences:
                self.say(f"Not bit-identical to an uninterrupted run: {'; '.join(differences)}.")

    def say(self, text: str) -> None:
        """Write a line above it."""
        self._bar.write(text, file=sys.stderr)

    def close(self) -> None:
        """Leave the line."""
        self._bar.close()

    def _set(self, text: str, done: int, total: int) -> None:
        if done < self._bar.n or total != self._bar.total:
            self._bar.reset(total)
        self._bar.set_description(text, refresh=False)
        self._bar.update(done - self._bar.n)
