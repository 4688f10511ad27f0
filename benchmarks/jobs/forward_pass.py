"""One backbone's frozen forward by one engine: BACKBONE WEIGHTS ENGINE SECONDS."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sftviz.machine import prepare_process

if __name__ == "__main__" and sys.argv[3] == "sftviz":
    prepare_process()  # as `sftviz` does, before torch is loaded

import torch
from torch import Tensor, nn

from sftviz.caches import CacheFolder
from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig
from sftviz.models.network import Network
from sftviz.models.weights import load_pretrained
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import numerics_named
from sftviz.pulling import result_of
from sftviz.training.pilot import fly

BATCH = 16


def our_forward(network: Network, batch: Tensor) -> Callable[[], Any]:
    """Embeddings of a batch by the way that a pilot finds fastest: decided here as in a run, timed when called."""
    config = RunConfig(name="forward", data=DataConfig(dataset="none"), recipe=Recipe(name="probe", batch_size=BATCH))
    with TemporaryDirectory() as folder:
        labels_N = torch.zeros(BATCH, dtype=torch.int64)
        pilot = result_of(fly(config, network, CacheFolder(Path(folder)), batch, labels_N))
        arithmetic = Arithmetic(numerics_named(pilot.numerics), network, batch)
    return torch.no_grad()(lambda: arithmetic(network.backbone, batch))


def best_precision() -> str:
    """The fastest arithmetic that this processor has, in OpenVINO's names."""
    import openvino

    return "bf16" if "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def compiled_by_openvino(backbone: nn.Module, precision: str) -> Callable[[Any], Any]:
    """The backbone as OpenVINO runs it, for batches of `BATCH`."""
    import openvino

    model = openvino.convert_model(backbone.eval(), example_input=torch.zeros(BATCH, 3, 224, 224))
    model.reshape([BATCH, 3, 224, 224])
    return openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": precision})


def main(backbone: str, weights: str, engine: str, seconds: float) -> None:
    """Print milliseconds a picture."""
    network = load_pretrained(ModelConfig(backbone=backbone, weights=weights), 2, seed=0).eval()
    batch = torch.randn(BATCH, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    forward = _forward(network, batch, engine)
    for _ in range(2):
        forward()
    times = []
    while sum(times) < seconds or len(times) < 3:
        started_at = time.perf_counter()
        forward()
        times.append(time.perf_counter() - started_at)
    print(json.dumps({"ms": sorted(times)[len(times) // 2] / BATCH * 1000}))


def _forward(network: Network, batch: Tensor, engine: str) -> Callable[[], Any]:
    if engine == "sftviz":
        return our_forward(network, batch)
    if engine == "eager":
        return torch.no_grad()(lambda: network.backbone(batch))
    if engine == "bf16" and best_precision() != "bf16":
        sys.exit("this processor has no bf16")
    compiled, array = compiled_by_openvino(network.backbone, engine), batch.numpy()
    return lambda: compiled(array)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
