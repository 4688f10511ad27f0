"""The command line that all benchmarks share."""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.runner import ROOT
from benchmarks.table import Row, markdown


@dataclass(frozen=True)
class Options:
    """What was asked for; None leaves a number to the benchmark.

    Attributes:
        data: a folder of classes, or one with train/ and val/.
        peer_epochs: epochs that the others really run of a long job; the rest is extrapolated.
        sizes: numbers of generated pictures, for `memory`.
        quick: the smallest job that still runs every line; its figures mean nothing.
    """

    data: Path
    rounds: int | None
    epochs: int | None
    peer_epochs: int | None
    limit: int | None
    sizes: tuple[int, ...]
    quick: bool
    peers: bool
    output: Path | None


Benchmark = Callable[[Options], Iterable[Row]]


def main(benchmarks: Sequence[Benchmark], description: str | None, arguments: Sequence[str] | None = None) -> None:
    """Run benchmarks one after the other; print their table, and keep it up to date in a file if one was named."""
    asked = vars(_parser(description).parse_args(arguments))
    options = Options(**{field.name: asked[field.name] for field in fields(Options)})
    rows: list[Row] = []
    for benchmark in benchmarks:
        name = Path(benchmark.__code__.co_filename).stem
        print(f"== {name}", file=sys.stderr, flush=True)
        try:
            for row in benchmark(options):
                rows.append(row)
                _keep(rows, options.output)
        except Exception as error:
            # What the others found must not be lost with this one.
            traceback.print_exc()
            rows.append(Row(name, "", "", "–", note=f"failed: {type(error).__name__}: {error}"))
            _keep(rows, options.output)
    print(markdown(rows))


def _keep(rows: Sequence[Row], output: Path | None) -> None:
    if output:
        output.write_text(markdown(rows) + "\n", encoding="utf-8")


def _parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "sample_data", help="classes, or train/ and val/")
    parser.add_argument("--rounds", type=int, help="rounds of fresh processes in turn")
    parser.add_argument("--epochs", type=int, help="epochs of the job")
    parser.add_argument("--peer-epochs", type=int, help="epochs that the others really run; the rest is extrapolated")
    parser.add_argument("--limit", type=int, help="most pictures to train on")
    parser.add_argument("--sizes", type=_sizes, default=(500, 5000), help="for memory: 500,5000,50000 say")
    parser.add_argument("--quick", action="store_true", help="smoke test: small enough to mean nothing")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True, help="run the others, too")
    parser.add_argument("--output", type=Path, help="file for the table")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))
