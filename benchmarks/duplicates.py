"""Near-duplicate search over 10,000 generated pictures, against comparing every hash with every other in NumPy.

A tenth of the pictures are there again with a little noise; both must find the same pairs.
"""

import sys

from benchmarks.command import Options, main
from benchmarks.runner import Job, JobFailedError, interleave
from benchmarks.table import OURS, Figure, Row, compare

_SEARCH = """
import json, sys, time
import numpy as np
from PIL import Image
from sftviz.data.perceptual import difference_hash, near_pairs
way, count = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(0)
def hashed(scene):
    return difference_hash(Image.fromarray(scene.clip(0, 255).astype(np.uint8)).resize((64, 64)))
scenes = random.integers(0, 256, (count * 9 // 10, 9, 9)).astype(np.float64)
again = scenes[: count - len(scenes)]
again = again + random.normal(0, 1, again.shape)
hashes = np.stack([hashed(scene) for scene in (*scenes, *again)])
def search():
    return sum(int((near < other).sum()) for near, other in near_pairs(hashes, hashes))
def brute_force():
    words, found = hashes.view(np.uint64), 0
    for row in range(len(words) - 1):
        rest = words[row + 1 :]
        differing = np.bitwise_count(words[row] ^ rest).sum(axis=1)
        is_set = np.bitwise_count(words[row] | rest).sum(axis=1)
        found += int(((differing <= 26) & (3 * differing <= is_set)).sum())
    return found
started_at = time.perf_counter()
pairs = search() if way == "sftviz" else brute_force()
print(json.dumps({"s": time.perf_counter() - started_at, "pairs": pairs}))
"""


def measure(options: Options) -> list[Row]:
    """Rows for our search and for brute force."""
    count = options.limit or (200 if options.quick else 10_000)
    names = {OURS: "sftviz", "every pair in NumPy": "brute force"}
    jobs = [Job(name, [sys.executable, "-c", _SEARCH, way, str(count)]) for name, way in names.items()]
    found = interleave(jobs, options.rounds or (1 if options.quick else 3))
    pairs = {int(answer["pairs"]) for measured in found for answer in measured.answers}
    if len(pairs) > 1:
        raise JobFailedError(f"different numbers of pairs were found: {sorted(pairs)}")
    note = f"both find {pairs.pop():,} pairs" if pairs else ""
    return compare("duplicates", f"{count:,} pictures", Figure("s", "s"), found, note=note)


if __name__ == "__main__":
    main([measure], __doc__)
