"""What `prepare_process` brings to a step in a background thread.

Each process times full fine-tuning steps of EfficientNet-Lite0.
"""

import sys

from benchmarks.command import Options, main
from benchmarks.runner import Job, interleave
from benchmarks.table import OURS, Figure, Row, compare

_STEP = """
import json, os, sys, threading, time
os.environ.pop("GOMP_SPINCOUNT", None)
if sys.argv[1] == "prepared":
    from sftviz.machine import prepare_process
    prepare_process()
import torch
from sftviz.models.build import build_network
network = build_network("efficientnet_lite0", 6, seed=0).to(memory_format=torch.channels_last)
network.let_learn("all")
network.train()
optimizer = torch.optim.AdamW(network.parameters(), 1e-4)
inputs = torch.randn(16, 3, 224, 224).to(memory_format=torch.channels_last)
labels = torch.arange(16) % 6
num_steps = int(sys.argv[2])
def step():
    loss = torch.nn.functional.cross_entropy(network(inputs), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
def work():
    for _ in range(2):
        step()
    started_at = time.perf_counter()
    for _ in range(num_steps):
        step()
    print(json.dumps({"ms": (time.perf_counter() - started_at) / num_steps / 16 * 1000}))
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def measure(options: Options) -> list[Row]:
    """Rows for a process as it comes and one that was prepared."""
    steps = "1" if options.quick else "5"
    kinds = {OURS: "prepared", "library defaults": "plain"}
    jobs = [Job(name, [sys.executable, "-c", _STEP, kind, steps]) for name, kind in kinds.items()]
    found = interleave(jobs, options.rounds or (1 if options.quick else 3))
    return compare("process_setup", "EfficientNet-Lite0, full step", Figure("ms", "ms a picture"), found)


if __name__ == "__main__":
    main([measure], __doc__)
