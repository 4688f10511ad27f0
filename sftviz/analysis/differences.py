"""In which values configurations differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One value that is not the same in all configurations.

    Attributes:
        name: dotted; places in a list count from 1.
        values: one for each configuration; None where it has none.
    """

    name: str
    values: tuple[object, ...]


def differences(configurations: Sequence[Mapping[str, object]]) -> tuple[Difference, ...]:
    """All values in which nested configurations differ, in the order of the first one that has them."""
    flat = [dict(_flattened(each)) for each in configurations]
    names = dict.fromkeys(name for each in flat for name in each)
    found = [Difference(name, tuple(each.get(name) for each in flat)) for name in names]
    return tuple(each for each in found if any(value != each.values[0] for value in each.values))


def _flattened(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list | tuple):
        inner = {str(place): each for place, each in enumerate(value, start=1)}.items()
    else:
        yield name, value
        return
    for key, each in inner:
        yield from _flattened(each, f"{name}.{key}" if name else str(key))
