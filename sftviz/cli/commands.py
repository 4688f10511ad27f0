"""What each command does; all give the exit status."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from sftviz.cli.pictures import listing_of
from sftviz.cli.reports import report, report_caches, report_runs, report_sweep, report_test
from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.split import split, unmet_shares
from sftviz.errors import NotDescribedError, SftvizError
from sftviz.home import caches_of
from sftviz.jobs.work import carry_out, mark_stopped
from sftviz.models.backbone import Backbone
from sftviz.models.catalogue import backbone_named
from sftviz.progress_bar import ProgressBar
from sftviz.recommendation import recommend
from sftviz.runs.extension import extend
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.sweeps.groups import free_name
from sftviz.sweeps.sweep import Sweep
from sftviz.training.adjusting import with_options
from sftviz.training.recipes import RECIPES

_APP = Path(__file__).parent.parent.parent / "app.py"


def _train(asked: argparse.Namespace) -> int:
    config, data = _configured(asked)
    run = RunStore(asked.home).create(config, data)
    _carry_out([run], asked)
    report(run, is_json=asked.json)
    return 0


def _sweep(asked: argparse.Namespace) -> int:
    base, data = _configured(asked)
    store = RunStore(asked.home)
    group = free_name(base.name, (*store.list(), *store.trash()))
    base = base.model_copy(update={"name": group, "group": group})
    for name in dict(asked.vary).get("backbone", ()):
        _known(name)
    configs = Sweep(base=base, vary=dict(asked.vary), num_random=asked.random, seed=asked.seed).configs()
    runs = [store.create(config, data) for config in configs]
    _carry_out(runs, asked)
    report_sweep(group, runs, is_json=asked.json)
    ended = [run for run in runs if run.status == "finished"]
    if len(ended) < len(runs):
        raise SftvizError(f"{len(runs) - len(ended)} of {len(runs)} runs did not finish; `sftviz resume RUN` can.")
    return 0


def _resume(asked: argparse.Namespace) -> int:
    run = RunStore(asked.home).get(asked.run)
    if asked.epochs:
        extend(run, asked.epochs)
    if run.status != "finished":
        _carry_out([run], asked)
    report(run, is_json=asked.json)
    return 0


def _open_test(asked: argparse.Namespace) -> int:
    from sftviz.training.held_out import open_test_set

    run = RunStore(asked.home).get(asked.run)
    best = run.state.best
    epoch = asked.epoch if asked.epoch is not None else best.epoch if best else 0
    bar = ProgressBar(is_shown=not asked.json)
    for event in open_test_set(run, epoch):
        bar.show(event)
    bar.close()
    report_test(run, epoch, is_json=asked.json)
    return 0


def _runs(asked: argparse.Namespace) -> int:
    report_runs(asked.home, is_json=asked.json)
    return 0


def _caches(asked: argparse.Namespace) -> int:
    cache = caches_of(asked.home)
    report_caches(cache, freed=cache.clear() if asked.clear else None, is_json=asked.json)
    return 0


def _app(_asked: argparse.Namespace) -> int:
    os.chdir(_APP.parent)
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(_APP)])  # noqa: S606 - our own interpreter


def _configured(asked: argparse.Namespace) -> tuple[RunConfig, str]:
    """What is asked of a run, and its examples as the store of runs keeps them."""
    model = model_of(asked)
    listing = listing_of(asked)
    recipe = recommend(listing, model) if asked.recipe == "recommended" else RECIPES[asked.recipe]
    config = RunConfig(
        name=asked.name or f"{asked.path.resolve().name}, {recipe.name}",
        data=DataConfig(dataset=listing.identity, fit=asked.fit, test_share=asked.test_share),
        model=model,
        recipe=with_options(recipe, asked.options),
        seed=asked.seed,
    )
    share = config.data.validation_share
    if unmet := unmet_shares(listing, validation_share=share):
        print(unmet, file=sys.stderr)
    divided = split(listing, validation_share=share, test_share=asked.test_share, seed=config.seed)
    return config, divided.to_json()


def model_of(asked: argparse.Namespace) -> ModelConfig:
    """The backbone and weights that are meant where none are named."""
    needs_resnet = asked.recipe == "article" and asked.weights != "bundled"
    backbone = asked.backbone or ("resnet50" if needs_resnet else "efficientnet_lite0")
    weights = asked.weights or _known(backbone).pretrained
    return ModelConfig(backbone=backbone, weights=weights, keeps_head=asked.keep_head)


def _known(name: str) -> Backbone:
    """A backbone, looked up first where nothing is known of it yet."""
    try:
        return backbone_named(name)
    except NotDescribedError:
        # Loads torch, which only this needs.
        from sftviz.models.describing import describe

        return describe(name)


def _carry_out(runs: Sequence[Run], asked: argparse.Namespace) -> None:
    """Train runs one after the other, all held from the beginning; an interrupt stops this one and those after it."""
    bar = ProgressBar(is_shown=not asked.json)
    should_stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: should_stop.set())
    locks = [RunLock(run.folder) for run in runs]
    for place, (run, lock) in enumerate(zip(runs, locks, strict=True), start=1):
        with lock:
            if should_stop.is_set():
                mark_stopped(run)
                continue
            if len(runs) > 1:
                bar.say(f"Run {place} of {len(runs)}: {run.name}")
            carry_out(run, asked.home, should_stop=should_stop.is_set, on_event=bar.show)
    bar.close()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": _train,
    "sweep": _sweep,
    "resume": _resume,
    "open-test": _open_test,
    "runs": _runs,
    "caches": _caches,
    "app": _app,
}
