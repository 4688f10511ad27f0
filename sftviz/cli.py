"""The same jobs from a terminal, from the same events.

Exit status: 0 done, 1 failed (with a sentence on standard error), 2 bad arguments.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from tqdm import tqdm

from sftviz import events
from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.listing import Listing
from sftviz.data.sides import scan_sides
from sftviz.data.split import split
from sftviz.data.store import DataStore
from sftviz.errors import SftvizError
from sftviz.events import EpochEnded, PhaseProgressed, RunResumed, StepEnded
from sftviz.home import caches_of, default_home
from sftviz.jobs.work import carry_out
from sftviz.machine import prepare_process
from sftviz.models.catalogue import BACKBONES
from sftviz.recommendation import recommend
from sftviz.resources import size_text
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
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

    train = commands.add_parser("train", parents=[shared], help="fine-tune on a folder or zip of pictures")
    train.add_argument(
        "path", type=Path, help="its sub-folders are the classes, or train/ and val/ with classes inside"
    )
    train.add_argument("--val", type=Path, help="a separate folder of validation pictures with the same classes")
    train.add_argument("--name", default="", help="what to call the run")
    backbones = ", ".join(sorted(BACKBONES))
    train.add_argument(
        "--backbone",
        choices=sorted(BACKBONES),
        metavar="NAME",
        help=f"{backbones}; by default resnet50 for the recipe article, else the bundled efficientnet_lite0",
    )
    train.add_argument("--weights", help="bundled, default (download once), random, or a weights file")
    recipes = " ".join(f"{name}: {WHEN_TO_USE[name]}" for name in RECIPES)
    train.add_argument(
        "--recipe",
        choices=["recommended", *sorted(RECIPES)],
        default="recommended",
        metavar="NAME",
        help=f"recommended (%(default)s): what suits the pictures and the machine. {recipes}",
    )
    options = RECIPE_OPTIONS | {f"stage1.{name}": sentence for name, sentence in STAGE_OPTIONS.items()}
    train.add_argument(
        "--set",
        action="append",
        default=[],
        dest="options",
        metavar="OPTION=VALUE",
        help="another value than the recipe's; may be given several times. "
        + " ".join(f"{name}: {sentence}" for name, sentence in options.items()),
    )
    train.add_argument("--seed", type=_seed, default=0)
    train.set_defaults(command=_train)

    runs = commands.add_parser("runs", parents=[shared], help="list the runs")
    runs.set_defaults(command=_runs)
    resume = commands.add_parser("resume", parents=[shared], help="go on with a stopped, failed or interrupted run")
    resume.add_argument("run", help="its identity, as `sftviz runs` lists it")
    resume.set_defaults(command=_resume)
    caches = commands.add_parser(
        "caches", parents=[shared], help="what is kept so that it is computed once, or clear it"
    )
    caches.add_argument("--clear", action="store_true", help="delete it; runs at work keep what they use")
    caches.set_defaults(command=_caches)
    app = commands.add_parser("app", parents=[shared], help="open the dashboard")
    app.set_defaults(command=_app)
    return parser


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**32:
        raise ValueError
    return seed


def _train(asked: argparse.Namespace) -> int:
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
    return _carry_out(RunStore(asked.home).create(config, divided.to_json()), asked)


def _model(asked: argparse.Namespace) -> ModelConfig:
    needs_resnet = asked.recipe == "article" and asked.weights != "bundled"
    backbone = asked.backbone or ("resnet50" if needs_resnet else "efficientnet_lite0")
    pretrained = "bundled" if BACKBONES[backbone].source == "bundled" else "default"
    return ModelConfig(backbone=backbone, weights=asked.weights or pretrained)


def _listing(asked: argparse.Namespace) -> Listing:
    if asked.val is not None:
        return scan_sides(asked.path, asked.val)
    store = DataStore(asked.home)
    if asked.path.is_file():
        return store.add_archive(asked.path, asked.path.stem).listing
    return store.add_folder(asked.path).listing


def _resume(asked: argparse.Namespace) -> int:
    run = RunStore(asked.home).get(asked.run)
    return _report(run, asked) if run.status == "finished" else _carry_out(run, asked)


def _carry_out(run: Run, asked: argparse.Namespace) -> int:
    bar = ProgressBar(is_shown=not asked.json)
    should_stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: should_stop.set())
    with RunLock(run.folder):
        carry_out(run, asked.home, should_stop=should_stop.is_set, on_event=bar.show)
    bar.close()
    if run.status == "stopped":
        raise SftvizError(f"Stopped; `sftviz resume {run.identity}` goes on from here.")
    if run.status != "finished":
        raise SftvizError(f"{run.state.message or 'The run could not be carried out.'} (run {run.identity})")
    return _report(run, asked)


def _report(run: Run, asked: argparse.Namespace) -> int:
    summary = summarise(run)
    if asked.json:
        print(json.dumps(summary))
    else:
        print(
            f"Run {run.identity}: validation accuracy {summary['before.accuracy']:.1%} before, "
            f"{summary['best.accuracy']:.1%} at its best in epoch {summary['best.epoch']}."
        )
    return 0


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
            "name": run.config.name,
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


class ProgressBar:
    """One line on standard error that follows the events."""

    def __init__(self, *, is_shown: bool) -> None:
        # None: shown only where standard error is a terminal.
        self._bar = tqdm(disable=None if is_shown else True, leave=False, dynamic_ncols=True)

    def show(self, event: events.Event) -> None:
        """Draw an event."""
        match event:
            case PhaseProgressed():
                self._set(event.phase, event.done, event.total)
            case StepEnded():
                self._set(f"epoch {event.epoch}, loss {event.loss:.3f}", event.step, event.num_steps)
            case EpochEnded():
                accuracy, loss = event.validation["accuracy"], event.validation["loss"]
                self._bar.write(
                    f"epoch {event.epoch:>3}  validation accuracy {accuracy:6.1%}, loss {loss:.3f}  "
                    f"({event.elapsed_s:.1f} s){'  best' if event.is_best else ''}",
                    file=sys.stderr,
                )
            case RunResumed(differences=differences) if differences:
                self._bar.write(
                    f"Not bit-identical to an uninterrupted run: {'; '.join(differences)}.", file=sys.stderr
                )

    def close(self) -> None:
        """Leave the line."""
        self._bar.close()

    def _set(self, text: str, done: int, total: int) -> None:
        if done < self._bar.n or total != self._bar.total:
            self._bar.reset(total)
        self._bar.set_description(text, refresh=False)
        self._bar.update(done - self._bar.n)
