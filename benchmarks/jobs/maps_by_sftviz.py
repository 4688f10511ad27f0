"""Processor time of our maps and of one fast forward pass: a `Question` as JSON."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sftviz.machine import prepare_process

if __name__ == "__main__":
    prepare_process()  # as `sftviz` does, before torch is loaded

import numpy as np
import torch

from benchmarks.jobs.maps import POINTS, TARGET, Calls, Question, asked, inputs_of, kept_pixels, network_of, ours, timed
from sftviz.attribution.cache import cache_key, load, save
from sftviz.models.network import Network
from sftviz.numerics.fused import fuse
from sftviz.results import AttributionMap

_FEWER = 32  # points that pages take first


def main(question: Question) -> None:
    """Print them."""
    inputs = inputs_of(question)
    network = fuse(network_of(question), inputs[:1])
    forward = torch.no_grad()(network)
    quick: Calls = {
        "forward": lambda: forward(inputs[:1]),
        "hirescam": lambda: ours(network, inputs[:1], "hirescam"),
        "gradcam": lambda: ours(network, inputs[:1], "gradcam"),
    }
    batches: Calls = {"forward_24": lambda: forward(inputs), "hirescam_24": lambda: ours(network, inputs, "hirescam")}
    answer = timed(quick, question.repeats) | timed(batches, max(1, question.repeats // 4))
    answer |= _pixels(question, network, inputs)
    answer["kept"] = _kept_ms(ours(network, inputs[:1], "hirescam")[0], question.repeats)
    print(json.dumps(answer))


def _pixels(question: Question, network: Network, inputs: torch.Tensor) -> dict[str, float]:
    def integrated(num_points: int) -> None:
        (found,) = ours(network, inputs[:1], "integrated_gradients", num_steps=num_points)
        np.save(kept_pixels(question, num_points), found.values_HW)

    calls: Calls = {"integrated": lambda: integrated(POINTS), "integrated_fewer": lambda: integrated(_FEWER)}
    if question.occludes:
        calls["occlusion"] = lambda: ours(network, inputs[:1], "occlusion")
    return timed(calls, 0)


def _kept_ms(attribution: AttributionMap, repeats: int) -> float:
    with TemporaryDirectory() as name:
        folder = Path(name)

        def key() -> str:
            return cache_key(epoch=0, checkpoint="", example="0", method="hirescam", target=TARGET, parameters={})

        save(folder, key(), attribution)
        return timed({"kept": lambda: load(folder, key())}, repeats)["kept"]


if __name__ == "__main__":
    main(asked(sys.argv[1]))
