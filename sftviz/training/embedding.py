"""What a pretrained backbone makes of all training examples, without a run."""

from collections.abc import Generator

from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import Numerics, default_numerics, numerics_named
from sftviz.results import FloatArray
from sftviz.tasks.task import Task, choose_device
from sftviz.training.frozen import PLAIN_VIEW, frozen_outputs


def pretrained_embeddings(config: RunConfig, task: Task) -> Generator[Event, None, FloatArray]:
    """The embeddings (N, D) of the plain views, from the cache where they are known.

    Args:
        config: model and numerics.
        task: whose training examples are taken.

    Raises:
        SftvizError: the data or the model cannot be used, or there is no room for what is computed.
    """
    yield from task.fetch_weights()
    yield from task.prepare()
    network = task.pretrained().to(choose_device())
    numerics = (
        default_numerics(network.head.weight.device)
        if config.numerics == "measured"
        else numerics_named(config.numerics)
    )
    return (yield from plain_embeddings(network, numerics, task))


def plain_embeddings(network: Network, numerics: Numerics, task: Task) -> Generator[Event, None, FloatArray]:
    """What a network's backbone makes of the plain views of all training examples (N, D), from the cache where known.

    Raises:
        CacheFullError: there is no room for what is computed.
    """
    network.eval()
    example = task.train.evaluation_batch(range(min(2, len(task.train.names)))).to(network.head.weight.device)
    arithmetic = Arithmetic(numerics, network, example)
    plain = range(PLAIN_VIEW, PLAIN_VIEW + 1)
    outputs = yield from frozen_outputs(network.backbone, arithmetic, task.train, plain, task.caches)
    embeddings: FloatArray = outputs[0].float().numpy()
    return embeddings
