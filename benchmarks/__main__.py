"""All benchmarks in one table.

    python -m benchmarks --data PICTURES --peer-epochs 2 --rounds 1 --output table.md

Each one alone: `python -m benchmarks.frozen`, and likewise forward, full, prefix, live, accuracy, memory, start,
evaluate, duplicates, attribution, projection and process_setup.
The other libraries: pip install -e .[bench]. The quieter the machine, the more the figures mean.
"""

from benchmarks import (
    accuracy,
    attribution,
    duplicates,
    evaluate,
    forward,
    frozen,
    full,
    live,
    memory,
    prefix,
    process_setup,
    projection,
    start,
)
from benchmarks.command import main

_MODULES = (
    frozen,
    forward,
    full,
    prefix,
    live,
    accuracy,
    memory,
    start,
    evaluate,
    duplicates,
    attribution,
    projection,
    process_setup,
)

if __name__ == "__main__":
    main([module.measure for module in _MODULES], __doc__)
