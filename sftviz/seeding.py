"""Randomness is counted, not carried: every draw is keyed by what it is for, so no generator state is ever stored."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch

_GLOBAL_GENERATOR = RLock()


def draw(seed: int, purpose: str, *counts: int) -> int:
    """A 63-bit number that depends on the seed, the purpose and the counts (epoch, example or step) alone."""
    text = f"{seed}/{purpose}/" + "/".join(str(count) for count in counts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def generator(seed: int, purpose: str, *counts: int) -> torch.Generator:
    """A CPU generator seeded by `draw`."""
    return torch.Generator().manual_seed(draw(seed, purpose, *counts))


@contextmanager
def seeded(seed: int, purpose: str, *counts: int) -> Iterator[None]:
    """Lend torch's global generators, seeded by `draw`, and put them back.

    Dropout and weight initialisation know no other generator. The lock keeps a page that builds a network from
    disturbing a training step in another thread.
    """
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=devices):
        torch.manual_seed(draw(seed, purpose, *counts))
        yield
