"""What the loop needs to know of a kind of data: what to read, build, compare, measure and watch.

Images are the first task; text, detection and segmentation implement the same protocols beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from torch import Tensor, device

from sftviz.caches import CacheFolder
from sftviz.events import ExamplesSkipped, PhaseProgressed
from sftviz.models.network import Network
from sftviz.results import FloatArray, IntArray

BATCH_SIZE = 32  # of forward passes that learn nothing


class Examples(Protocol):
    """One side of a data set, training, validation or test, with N examples."""

    @property
    def names(self) -> tuple[str, ...]:
        """N identities, stable from run to run."""

    @property
    def labels_N(self) -> IntArray:
        """True classes, int64."""

    @property
    def fingerprint(self) -> str:
        """Stands for the content of all examples, their order, and how they are prepared; not for their labels."""

    @property
    def is_varied(self) -> bool:
        """Whether `training_batch` gives another view for another number."""

    def evaluation_batch(self, indices: Sequence[int]) -> Tensor:
        """Network inputs for these examples, always the same ones."""

    def training_batch(self, indices: Sequence[int], view: int) -> Tensor:
        """Network inputs as training sees them: a random view that depends on the seed, its number and the example."""


class Task(Protocol):
    """A data set opened for one run, and the network that fits it."""

    @property
    def classes(self) -> tuple[str, ...]:
        """K class names; an index into it is a label."""

    @property
    def caches(self) -> CacheFolder:
        """Where things are kept that are computed once."""

    @property
    def train(self) -> Examples:
        """Examples to learn from."""

    @property
    def validation(self) -> Examples:
        """Examples to measure on."""

    @property
    def test(self) -> Examples:
        """Examples that nothing looks at until all choices are made; there may be none. They need no `prepare`."""

    @property
    def prepared_bytes(self) -> int:
        """What `prepare` takes of the disk."""

    def fetch_weights(self) -> Iterator[PhaseProgressed]:
        """Bring the pretrained weights to this machine, unless they are there."""

    def prepare(self, settle: Callable[[str], None] | None = None, /) -> Iterator[PhaseProgressed | ExamplesSkipped]:
        """Decode once what is needed; cheap when it was done before.

        Args:
            settle: writes down for good, where a few examples are lost and left out from here on, the JSON text that
                says which ones there are. None where all are needed.

        Raises:
            SftvizError: an example is needed and lost.
        """

    def trial_inputs(self, count: int) -> Tensor:
        """Network inputs of the first training examples that are there, from where they come: needs no `prepare`."""

    def pretrained(self) -> Network:
        """The pretrained backbone with a random head of K outputs."""

    def empty(self) -> Network:
        """The same architecture, for weights from a checkpoint."""

    def watch(self, network: Network, indices: Sequence[int]) -> Callable[[], FloatArray] | None:
        """What shows, each time it is called, where in P validation examples the network sees their true classes.

        Of a place the larger value speaks more for the class. The network is left as it was; what of it is frozen now
        may be asked once, and stays so. None for kinds of examples that have no places.

        Returns:
            Gives float32 (P, ...), of the same shape every time.
        """


def batches(count: int, size: int) -> Iterator[range]:
    """Consecutive index ranges that cover `count` examples."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


def choose_device() -> device:
    """The accelerator if there is one, else the CPU."""
    import torch

    return device("cuda") if torch.cuda.is_available() else device("cpu")
