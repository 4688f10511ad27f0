"""All benchmarks in one table: `python -m benchmarks --output table.md`.

Each one alone: python -m benchmarks.frozen, .forward, .full, .prefix, .live, .accuracy, .memory, .start, .process_setup
"""

from benchmarks import accuracy, forward, frozen, full, live, memory, prefix, process_setup, start
from benchmarks.command import main

_MODULES = (frozen, forward, full, prefix, live, accuracy, memory, start, process_setup)

if __name__ == "__main__":
    main([module.measure for module in _MODULES], __doc__)
