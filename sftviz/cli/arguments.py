"""What the commands take."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from sftviz.config import DataConfig, Fit
from sftviz.data.by_names import RULE_EXAMPLES, RULE_TITLES
from sftviz.errors import ModelError, NotDescribedError, SweepError
from sftviz.home import default_home
from sftviz.models.catalogue import BACKBONES, backbone_named
from sftviz.sweeps.dimensions import DIMENSIONS
from sftviz.sweeps.sweep import MOST_RUNS, Choices, parse_choices
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS
from sftviz.training.recipes import RECIPES, WHEN_TO_USE

_MOST_TEST_SHARE = 1 - DataConfig(dataset="").validation_share


def parser() -> argparse.ArgumentParser:
    """All commands; the one that is asked for stands under `command`."""
    whole = argparse.ArgumentParser(prog="sftviz", description="Supervised fine-tuning you can see.")
    commands = whole.add_subparsers(required=True, dest="command", metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", type=Path, default=default_home(), help="where runs and caches lie (%(default)s)")
    shared.add_argument("--json", action="store_true", help="print one JSON object at the end, and no progress bar")

    asked = _training_arguments()
    commands.add_parser("train", parents=[shared, asked], help="fine-tune on a folder or zip of pictures")
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

    commands.add_parser("runs", parents=[shared], help="list the runs")
    resume = commands.add_parser("resume", parents=[shared], help="go on with a stopped, failed or interrupted run")
    resume.add_argument("run", help="its identity, as `sftviz runs` lists it")
    resume.add_argument("--epochs", type=_between(1, 1000), metavar="N", help="give a finished run N more epochs")
    opened = commands.add_parser("open-test", parents=[shared], help="ask a run about its held-out test set, once")
    opened.add_argument("run", help="its identity, as `sftviz runs` lists it")
    opened.add_argument("--epoch", type=_between(0, 9999), metavar="N", help="whose weights are asked: the best one's")
    caches = commands.add_parser(
        "caches", parents=[shared], help="what is kept so that it is computed once, or clear it"
    )
    caches.add_argument("--clear", action="store_true", help="delete it; runs at work keep what they use")
    commands.add_parser("app", parents=[shared], help="open the dashboard")
    return whole


def _training_arguments() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(add_help=False)
    _add_pictures(asked)
    asked.add_argument(
        "--test-share",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="part of each class held out as a test set, for `sftviz open-test`: from 0, none, to below 0.8",
    )
    asked.add_argument("--name", default="", help="what to call it")
    asked.add_argument(
        "--backbone",
        type=_backbone,
        metavar="NAME",
        help=f"{', '.join(sorted(BACKBONES))}; any of torchvision's (torchvision/resnet50.IMAGENET1K_V1) or timm's "
        "(timm/resnet50.a1_in1k), or a model on the Hugging Face hub in timm's format (hf-hub:owner/name); by default "
        "resnet50 for the recipe article, else the bundled efficientnet_lite0",
    )
    asked.add_argument("--weights", help="bundled, default (download once), random, or a weights file")
    asked.add_argument(
        "--keep-head",
        action="store_true",
        help="begin from the head in the weights file, whose outputs are the classes in alphabetical order",
    )
    _add_recipe(asked)
    asked.add_argument(
        "--fit",
        choices=get_args(Fit),
        default="crop",
        help="how a picture becomes a square: its middle (%(default)s), all of it with a border (pad), or all of it "
        "out of proportion (squash)",
    )
    asked.add_argument("--seed", type=_between(0, 2**32 - 1), default=0)
    return asked


def _add_pictures(asked: argparse.ArgumentParser) -> None:
    asked.add_argument(
        "path",
        type=Path,
        help="folder or zip; its sub-folders are the classes, or train/ and val/ with classes inside, unless --table "
        "or --names says otherwise",
    )
    asked.add_argument("--val", type=Path, help="a separate folder of validation pictures with the same classes")
    asked.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="CLASS",
        help="leave out a class, as one without a readable picture; may be given several times",
    )
    labels = asked.add_mutually_exclusive_group()
    labels.add_argument("--table", type=Path, metavar="CSV", help="a table with a file and its class in each row")
    rules = "; ".join(f"{name}: {RULE_TITLES[name].lower()} ({RULE_EXAMPLES[name]})" for name in RULE_TITLES)
    labels.add_argument(
        "--names",
        choices=list(RULE_TITLES),
        metavar="RULE",
        help=f"where in each file's name the class stands. {rules}",
    )
    asked.add_argument(
        "--columns",
        metavar="FILE,CLASS[,SIDE]",
        help="columns of the table, by title or number from 1; by default the likely ones, which are printed",
    )


def _add_recipe(asked: argparse.ArgumentParser) -> None:
    recipes = _plain(" ".join(f"{name}: {WHEN_TO_USE[name]}" for name in RECIPES))
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
        + _plain(" ".join(f"{name}: {sentence}" for name, sentence in options.items())),
    )


def _plain(text: str) -> str:
    # In a help text, argparse takes % for the beginning of a name.
    return text.replace("%", "%%")


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share < _MOST_TEST_SHARE:
        raise argparse.ArgumentTypeError(f"it is a number from 0 to below {_MOST_TEST_SHARE}, not {text}")
    return share


def _backbone(text: str) -> str:
    try:
        return backbone_named(text).name
    except NotDescribedError:
        # Looked up once the home folder is known.
        return text
    except ModelError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


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
