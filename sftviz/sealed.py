"""Files with a hash in front, by which damage is noticed: for what can be computed again."""

import hashlib
from pathlib import Path

from sftviz.durable import write_durably

_DIGEST_BYTES = hashlib.sha256().digest_size


def write_sealed(path: Path, payload: bytes) -> None:
    """Keep bytes behind their hash; the folder is made where it is missing.

    Raises:
        OSError: the disk is full or not to be written; nothing is kept then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, hashlib.sha256(payload).digest() + payload)


def read_sealed(path: Path) -> bytes | None:
    """What `write_sealed` kept, or None where there is nothing or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return payload if hashlib.sha256(payload).digest() == digest else None
