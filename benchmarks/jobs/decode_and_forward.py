"""The least that the frozen job can take: decode every picture once, one forward by OpenVINO: DATA BACKBONE WEIGHTS."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.jobs.forward_pass import BATCH, best_precision, compiled_by_openvino
from sftviz.config import ModelConfig
from sftviz.models.weights import load_pretrained

_MEAN, _STD = np.float32([123.675, 116.28, 103.53]), np.float32([58.395, 57.12, 57.375])


def main(data: Path, backbone: str, weights: str) -> None:
    """Print the seconds of both together; loading and conversion do not count."""
    network = load_pretrained(ModelConfig(backbone=backbone, weights=weights), 2, seed=0)
    forward = compiled_by_openvino(network.backbone, best_precision())
    forward(torch.zeros(BATCH, 3, 224, 224).numpy())
    files = sorted((data / "train").glob("*/*"))
    started_at = time.perf_counter()
    with ThreadPoolExecutor() as pool:
        views = list(pool.map(view, files))
    views += views[: -len(views) % BATCH]
    for start in range(0, len(views), BATCH):
        forward(np.stack(views[start : start + BATCH]))
    print(json.dumps({"train_s": time.perf_counter() - started_at}))


def view(file: Path) -> NDArray[np.float32]:
    """The middle of a picture, normalised: (3, 224, 224)."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    scale = 256 / min(picture.size)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BILINEAR)
    left, top = (picture.width - 224) // 2, (picture.height - 224) // 2
    pixels = np.asarray(picture.crop((left, top, left + 224, top + 224)), dtype=np.float32)
    return ((pixels - _MEAN) / _STD).transpose(2, 0, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
