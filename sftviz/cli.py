"""The same jobs from a terminal, from the same events.

Exit status: 0 done, 1 failed (with a sentence on standard error), 2 bad arguments.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.listing import Listing
from sftviz.data.sides import scan_sides
from sftviz.data.split import split
from sftviz.data.store import DataStore
from sftviz.errors import SftvizError, SweepError
from sftviz.home import caches_of, default_home
from sftviz.jobs.work import carry_out, mark_stopped
from sftviz.machine import prepare_process
from sftviz.models.catalogue import BACKBONES
from sftviz.progress_bar import ProgressBar
from sftviz.recommendation import recommend
from sftviz.resources import size_text
from sftviz.runs.extension import extend
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.sweeps.dimensions import DIMENSIONS, describe, varied
from sftviz.sweeps.groups import compare, free_name, rows
from sftviz.sweeps.sweep import MOST_RUNS, Choices, Sweep, parse_choices
from sftviz.training.adjusting import with_options
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS
from sftviz.training.recipes import RECIPES, WHEN_TO_USE

_APP = Path(__file__).parent.parent / "app.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    asked = _parser().parse_args(arguments)
    prepare_process()
    try:
        status: int = asked.command(asked)
    except SftvizError as error:
        print(f"sftviz: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = error.filename or "a file"
        print(f"sftviz: {place} could not be read or written: {error.strerror}.", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sftviz", description="Supervised fine-tuning you can see.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", type=Path, default=default_home(), help="where runs and caches lie (%(default)s)")
    shared.add_argument("--json", action="store_true", help="print one JSON object at the end, and no progress bar")

    asked = _training_arguments()
    train = commands.add_parser("train", parents=[shared, asked], help="fine-tune on a folder or zip of pictures")
    train.set_defaults(command=_train)
    sweep = commands.add_parser("sweep", parents=[shared, asked], help="the same with several values, run after run")
    sweep.add_argument(
        "--vary",
        action="append",
        required=True,
        type=_variation,
        metavar="KEY=VALUES",
        help=f"values with commas between, or LOW..HIGH for --random; KEY is one of {', '.join(DIMENSIONS)}",
    )
    sweep.add_argument(
        "--random", type=_between(1, MOST_RUNS), metavar="N", help="N combinations at random instead of all"
    )
    sweep.set_defaults(command=_sweep)

    runs = commands.add_parser("runs", parents=[shared], help="list the runs")
    runs.set_defaults(command=_runs)
    resume = commands.add_parser("resume", parents=[shared], help="go on with a stopped, failed or interrupted run")
    resume.add_argument("run", help="its identity, as `sftviz runs` lists it")
    resume.add_argument("--epochs", type=_between(1, 1000), metavar="N", help="give a finished run N more epochs")
    resume.set_defaults(command=_resume)
    caches = commands.add_parser(
        "caches", parents=[shared], help="what is kept so that it is computed once, or clear it"
    )
    caches.add_argument("--clear", action="store_true", help="delete it; runs at work keep what they use")
    caches.set_defaults(command=_caches)
    app = commands.add_parser("app", parents=[shared], help="open the dashboard")
    app.set_defaults(command=_app)
    return parser


def _training_arguments() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument(
        "path", type=Path, help="its sub-folders are the classes, or train/ and val/ with classes inside"
    )
    asked.add_argument("--val", type=Path, help="a separate folder of validation pictures with the same classes")
    asked.add_argument("--name", default="", help="what to call it")
    backbones = ", ".join(sorted(BACKBONES))
    asked.add_argument(
        "--backbone",
        choices=sorted(BACKBONES),
        metavar="NAME",
        help=f"{backbones}; by default resnet50 for the recipe article, else the bundled efficientnet_lite0",
    )
    asked.add_argument("--weights", help="bundled, default (download once), random, or a weights file")
    recipes = " ".join(f"{name}: {WHEN_TO_USE[name]}" for name in RECIPES)
    asked.add_argument(
        "--recipe",
        choices=["recommended", *sorted(RECIPES)],
        default="recommended",
        metavar="NAME",
        help=f"recommended (%(default)s): what suits the pictures and the machine. {recipes}",
    )
    options = RECIPE_OPTIONS | {f"stage1.{name}": sentence for name, sentence in STAGE_OPTIONS.items()}
    asked.add_argument(
        "--set",
        action="append",
        default=[],
        dest="options",
        metavar="OPTION=VALUE",
        help="another value than the recipe's; may be given several times. "
        + " ".join(f"{name}: {sentence}" for name, sentence in options.items()),
    )
    asked.add_argument("--seed", type=_between(0, 2**32 - 1), default=0)
    return asked


def _between(low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"it is a whole number from {low} to {high}, not {number}")
        return number

    return whole_number


def _variation(text: str) -> tuple[str, Choices]:
    name, _, values = text.partition("=")
    try:
        return name, parse_choices(name, values)
    except SweepError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _train(asked: argparse.Namespace) -> int:
    config, data = _configured(asked)
    run = RunStore(asked.home).create(config, data)
    _carry_out([run], asked)
    return _report(run, asked)


def _sweep(asked: argparse.Namespace) -> int:
    base, data = _configured(asked)
    store = RunStore(asked.home)
    group = free_name(base.name, (*store.list(), *store.trash()))
    base = base.model_copy(update={"name": group, "group": group})
    configs = Sweep(base=base, vary=dict(asked.vary), num_random=asked.random, seed=asked.seed).configs()
    runs = [store.create(config, data) for config in configs]
    _carry_out(runs, asked)
    _report_sweep(group, runs, asked)
    ended = [run for run in runs if run.status == "finished"]
    if len(ended) < len(runs):
        raise SftvizError(f"{len(runs) - len(ended)} of {len(runs)} runs did not finish; `sftviz resume RUN` can.")
    return 0


def _configured(asked: argparse.Namespace) -> tuple[RunConfig, str]:
    """What is asked of a run, and its examples as the store of runs keeps them."""
    model = _model(asked)
    listing = _listing(asked)
    recipe = recommend(listing, model) if asked.recipe == "recommended" else RECIPES[asked.recipe]
    config = RunConfig(
        name=asked.name or f"{asked.path.resolve().name}, {recipe.name}",
        data=DataConfig(dataset=listing.identity),
        model=model,
        recipe=with_options(recipe, asked.options),
        seed=asked.seed,
    )
    divided = split(listing, validation_share=config.data.validation_share, seed=config.seed)
    return config, divided.to_json()


def _model(asked: argparse.Namespace) -> ModelConfig:
    needs_resnet = asked.recipe == "article" and asked.weights != "bundled"
    backbone = asked.backbone or ("resnet50" if needs_resnet else "efficientnet_lite0")
    return ModelConfig(backbone=backbone, weights=asked.weights or BACKBONES[backbone].pretrained)


def _listing(asked: argparse.Namespace) -> Listing:
    if asked.val is not None:
        return scan_sides(asked.path, asked.val)
    store = DataStore(asked.home)
    if asked.path.is_file():
        return store.add_archive(asked.path, asked.path.stem).listing
    return store.add_folder(asked.path).listing


def _resume(asked: argparse.Namespace) -> int:
    run = RunStore(asked.home).get(asked.run)
    if asked.epochs:
        extend(run, asked.epochs)
    if run.status != "finished":
        _carry_out([run], asked)
    return _report(run, asked)


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


def _report(run: Run, asked: argparse.Namespace) -> int:
    if run.status == "stopped":
        raise SftvizError(f"Stopped; `sftviz resume {run.identity}` goes on from here.")
    if run.status != "finished":
        raise SftvizError(f"{run.state.message or 'The run could not be carried out.'} (run {run.identity})")
    summary = summarise(run)
    if asked.json:
        print(json.dumps(summary))
    else:
        print(
            f"Run {run.identity}: validation accuracy {summary['before.accuracy']:.1%} before, "
            f"{summary['best.accuracy']:.1%} at its best in epoch {summary['best.epoch']}."
        )
    return 0


def _report_sweep(group: str, runs: Sequence[Run], asked: argparse.Namespace) -> None:
    """A table with a row a run; a star marks what no other run beats in both accuracy and time."""
    comparison = compare(runs)
    best = {run for run, is_best in zip(comparison.runs, comparison.is_on_front_N, strict=True) if is_best}
    table = rows(runs)
    if asked.json:
        print(json.dumps({"group": group, "runs": [row | {"is_on_front": row["run"] in best} for row in table]}))
        return
    dimensions = varied([run.config for run in runs])
    for run, row in zip(runs, table, strict=True):
        accuracy = row["best.accuracy"]
        reached = f"{accuracy:6.1%}" if isinstance(accuracy, float) else "     –"
        star = "*" if row["run"] in best else " "
        values = describe(run.config, dimensions)
        print(f"{run.identity}  {row['status']:<11}  {reached}{row['seconds']:8.1f} s {star}  {values}")


def summarise(run: Run) -> dict[str, object]:
    """What `--json` prints of a finished run: accuracies in [0, 1], seconds of wall time by phase."""
    state = run.state
    if state.before is None or state.best is None or state.started is None:
        raise SftvizError(f"The run {run.identity} has not finished epoch 0 yet; resume it.")
    return {
        "run": run.identity,
        "before.accuracy": state.before.validation["accuracy"],
        "best.accuracy": state.best.validation["accuracy"],
        "best.epoch": state.best.epoch,
        "classes": list(state.started.classes),
        "num_train": state.started.num_train,
        "num_validation": state.started.num_validation,
        "seconds": state.finished.seconds if state.finished else {},
    }


def _runs(asked: argparse.Namespace) -> int:
    runs = RunStore(asked.home).list()
    rows = [
        {
            "run": run.identity,
            "name": run.name,
            "status": run.status,
            "before.accuracy": run.state.before.validation["accuracy"] if run.state.before else None,
            "best.accuracy": run.state.best.validation["accuracy"] if run.state.best else None,
        }
        for run in runs
    ]
    if asked.json:
        print(json.dumps(rows))
        return 0
    for row in rows:
        before, best = (
            f"{value:6.1%}" if isinstance(value, float) else "     –"
            for value in (row["before.accuracy"], row["best.accuracy"])
        )
        print(f"{row['run']}  {row['status']:<11}  {before} → {best}  {row['name']}")
    if not rows:
        print(f"No runs in {asked.home} yet; start one with `sftviz train PATH`.")
    return 0


def _caches(asked: argparse.Namespace) -> int:
    cache = caches_of(asked.home)
    freed = cache.clear() if asked.clear else 0
    usage = cache.usage()
    if asked.json:
        print(json.dumps(usage._asdict() | {"max_bytes": cache.max_bytes, "freed_bytes": freed}))
        return 0
    if asked.clear:
        print(f"{size_text(freed)} freed.")
    print(f"The caches take {size_text(usage.num_bytes)} of at most {size_text(cache.max_bytes)}.")
    return 0


def _app(asked: argparse.Namespace) -> int:
    os.environ["SFTVIZ_HOME"] = str(asked.home.absolute())
    os.chdir(_APP.parent)
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(_APP)])  # noqa: S606 - our own interpreter
