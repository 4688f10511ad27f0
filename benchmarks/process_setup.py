"""What `prepare_process` brings to a step in a background thread: `python -m benchmarks.process_setup`.

Rounds of fresh processes in turn, each timing full fine-tuning steps of EfficientNet-Lite0; medians and their ratio.
"""

import os
import subprocess
import sys
from statistics import median

_ROUNDS = 3
_STEP = """
import sys, threading, time
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
def step():
    loss = torch.nn.functional.cross_entropy(network(inputs), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
def work():
    for _ in range(2):
        step()
    started_at = time.perf_counter()
    for _ in range(5):
        step()
    print((time.perf_counter() - started_at) / 80 * 1000)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def main() -> None:
    """Print milliseconds a picture, plain and prepared, and their ratio."""
    plain_environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    found: dict[str, list[float]] = {"plain": [], "prepared": []}
    for _ in range(_ROUNDS):
        for kind, values in found.items():
            command = [sys.executable, "-c", _STEP, kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=plain_environment)
            values.append(float(done.stdout))
    for kind, values in found.items():
        print(f"{kind:>9}: {median(values):6.1f} ms a picture (median of {_ROUNDS})")
    print(f"    ratio: {median(found['plain']) / median(found['prepared']):6.2f}")


if __name__ == "__main__":
    main()
