"""What a pretrained backbone makes of all training examples, without a run."""

from collections.abc import Generator

from sftviz.config import RunConfig
from sftviz.events import Event
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import default_numerics, numerics_named
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
    network = task.pretrained().to(choose_device()).eval()
    device = network.head.weight.device
    numerics = default_numerics(device) if config.numerics == "measured" else numerics_named(config.numerics)
    example = task.train.evaluation_batch(range(min(2, len(task.train.names)))).to(device)
    arithmetic = Arithmetic(numerics, network, example)
    plain = range(PLAIN_VIEW, PLAIN_VIEW + 1)
    outputs = yield from frozen_outputs(network.backbone, arithmetic, task.train, plain, task.caches)
    embeddings: FloatArray = outputs[0].float().numpy()
    return embeddings
