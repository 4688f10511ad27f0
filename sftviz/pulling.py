"""Work that is a generator of signs of progress and returns a result, for whoever wants the result alone."""

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")


def result_of(work: Generator[object, None, Result]) -> Result:
    """Pull work to its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
