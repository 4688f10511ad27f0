"""Where a network's blocks lie, found by watching it run: parts that follow each other, from input to output."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import torch
from timm.models import group_parameters
from torch import Tensor, nn

from sftviz.models.backbone import Blocks

_FEWEST = 4
_MOST = 64
_TRUNK_SHARE = 0.9
Moments = dict[str, tuple[int, int]]


def find_blocks(backbone: nn.Module, moments: Moments) -> Blocks:
    """Divide a backbone into blocks, each of which is over before the next one begins.

    timm says how its networks are meant to be divided; of all others the children count, and the children of what
    holds nearly everything.

    Args:
        backbone: what was watched.
        moments: what `watch` saw.

    Returns:
        Every parameter's name begins with exactly one of the prefixes.
    """
    ways = [_in_order(groups, moments, _matrices(backbone)) for groups in _groupings(backbone)]
    fitting = [blocks for blocks in ways if _FEWEST <= len(blocks) <= _MOST]
    chosen = fitting[0] if fitting else min(ways, key=len)
    block_of = {name: index for index, block in enumerate(chosen) for name in block}
    prefixes: list[list[str]] = [[] for _ in chosen]
    for prefix, index in _prefixes(backbone, block_of, ""):
        prefixes[index].append(prefix)
    return tuple(tuple(each) for each in prefixes)


def watch(backbone: nn.Module, inputs: Tensor) -> tuple[Moments, Tensor]:
    """When the module that owns each parameter is called, first and last, in counted calls; and the outputs.

    Args:
        backbone: on any device, the meta device too.
        inputs: an example of what it takes.
    """
    moments: Moments = {}
    with _called(backbone) as calls, torch.no_grad():
        outputs: Tensor = backbone(inputs)
    for moment, owner in enumerate(calls):
        for name, _ in backbone.get_submodule(owner).named_parameters(recurse=False):
            full = f"{owner}.{name}" if owner else name
            moments[full] = (moments.get(full, (moment, moment))[0], moment)
    return moments, outputs


def _groupings(backbone: nn.Module) -> Iterator[list[set[str]]]:
    """Ways to divide the parameters, the preferred first."""
    matcher: Any = getattr(backbone, "group_matcher", None)
    for is_coarse in (True, False) if matcher else ():
        groups: dict[int, set[str]] = {}
        # Some know one of the two ways only, and say so by an assertion.
        with suppress(AssertionError, NotImplementedError):
            for index, names in group_parameters(backbone, matcher(coarse=is_coarse)).items():
                groups[index] = set(names)
            yield [groups[index] for index in sorted(groups)]
    yield list(_units(backbone).values())


def _units(backbone: nn.Module) -> dict[str, set[str]]:
    """Children by name with the parameters in them; containers opened until there are several of a size."""
    sizes = {name: parameter.numel() for name, parameter in backbone.named_parameters()}
    total = sum(sizes.values())
    units = _opened(backbone, "")
    while True:
        containers = {
            name
            for name, own in units.items()
            if name not in sizes
            and (
                sum(sizes[each] for each in own) > _TRUNK_SHARE * total
                or (len(units) < _FEWEST and isinstance(backbone.get_submodule(name), nn.Sequential | nn.ModuleList))
            )
        }
        if not containers or len(units) > _MOST:
            return units
        units = {
            part: own
            for name, mine in units.items()
            for part, own in (_opened(backbone, name) if name in containers else {name: mine}).items()
        }


def _opened(backbone: nn.Module, name: str) -> dict[str, set[str]]:
    units: dict[str, set[str]] = {}
    start = f"{name}." if name else ""
    for parameter, _ in backbone.get_submodule(name).named_parameters():
        units.setdefault(start + parameter.partition(".")[0], set()).add(start + parameter)
    return units


def _in_order(groups: Iterable[set[str]], moments: Moments, matrices: set[str]) -> list[set[str]]:
    """Groups by when they are at work; those that overlap, and those that only scale and shift, become one."""
    timed = []
    for group in groups:
        own = [moments[name] for name in group if name in moments]
        # What never runs by itself, such as a token, is taken for the input's.
        span = (min(each[0] for each in own), max(each[1] for each in own)) if own else (-1, -1)
        timed.append((*span, group))
    joined: list[tuple[int, set[str]]] = []
    for first, last, group in sorted(timed, key=lambda each: each[:2]):
        belongs = joined and (first <= joined[-1][0] or not group & matrices or not joined[-1][1] & matrices)
        if belongs:
            end, before = joined.pop()
            joined.append((max(end, last), before | group))
        else:
            joined.append((last, set(group)))
    return [group for _, group in joined]


def _matrices(backbone: nn.Module) -> set[str]:
    """Weights of layers, as opposed to scales, shifts, and what is added to the features."""
    leaves = {name for name, module in backbone.named_modules() if next(module.children(), None) is None}
    return {name for name, each in backbone.named_parameters() if each.dim() > 1 and name.rpartition(".")[0] in leaves}


def _prefixes(module: nn.Module, block_of: Mapping[str, int], name: str) -> Iterator[tuple[str, int]]:
    """The shortest prefixes that tell the blocks apart."""
    start = f"{name}." if name else ""
    # A parameter that two modules share is known by its first name alone.
    inside = {block_of[start + each] for each, _ in module.named_parameters() if start + each in block_of}
    if len(inside) == 1 and name:
        yield name, inside.pop()
        return
    for parameter, _ in module.named_parameters(recurse=False):
        if start + parameter in block_of:
            yield start + parameter, block_of[start + parameter]
    for child, part in module.named_children():
        yield from _prefixes(part, block_of, start + child)


@contextmanager
def _called(backbone: nn.Module) -> Iterator[list[str]]:
    calls: list[str] = []

    def note(name: str) -> Callable[..., None]:
        return lambda *_: calls.append(name)

    hooks = [module.register_forward_pre_hook(note(name)) for name, module in backbone.named_modules()]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()
