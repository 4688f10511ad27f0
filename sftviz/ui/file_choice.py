"""A weights file on this machine: named, looked through at once, and its head kept or not."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from sftviz.config import ModelConfig
from sftviz.jobs.providing import check
from sftviz.models.backbone import Backbone
from sftviz.models.report import FileReport
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_at_once

_MOST_PROBLEMS = 3
_MOST_NAMED = 6


def choose_file(entry: Backbone, classes: Sequence[str]) -> ModelConfig:
    """Its path, and what was found in it; without a path or a file that fits there are no weights.

    Args:
        entry: the backbone that it must fit.
        classes: of the data, in their order.
    """
    text = st.text_input("Path of the weights file", placeholder="/home/me/weights.safetensors", key="weights file")
    st.caption("A safetensors file or a state dict saved by torch; it is read without running any code in it.")
    path = Path(text.strip()).expanduser()
    if not text.strip():
        return ModelConfig(backbone=entry.name, weights="")
    if not path.is_file():
        st.error(f"There is no file {plain(str(path))} on this machine.", icon=":material/error:")
        return ModelConfig(backbone=entry.name, weights="")
    about = path.stat()
    asked = f"{entry.name} {path.absolute()} {about.st_mtime_ns} {about.st_size}"
    report = follow_at_once("Check the file", asked, lambda: check(path, entry))
    if report is None or not _show(report, entry):
        return ModelConfig(backbone=entry.name, weights="")
    return ModelConfig(
        backbone=entry.name, weights=str(path.absolute()), keeps_head=_choose_head(report.head_classes, classes)
    )


def _show(report: FileReport, entry: Backbone) -> bool:
    """What was found, in a sentence or two; whether the file can be used."""
    head = "no head" if report.head_classes is None else f"a head of {report.head_classes:,} classes"
    found = (
        f"{report.num_tensors:,} tensors of {report.million_numbers:,.1f} million numbers "
        f"({', '.join(report.number_types)}), {head}."
    )
    if not report.problems:
        st.success(f"Fits {plain(entry.title)}: {found} All numbers are finite.", icon=":material/check_circle:")
        return True
    shown, rest = report.problems[:_MOST_PROBLEMS], len(report.problems) - _MOST_PROBLEMS
    st.error(
        f"Does not fit {plain(entry.title)}: {plain('; '.join(shown))}{f' and {rest:,} more' if rest > 0 else ''}. "
        f"The file has {found} Choose the backbone that it comes from.",
        icon=":material/error:",
    )
    return False


def _choose_head(head_classes: int | None, classes: Sequence[str]) -> bool:
    """Whether the file's own head stays: asked only where it could."""
    if head_classes != len(classes):
        return False
    named = ", ".join(map(plain, classes[:_MOST_NAMED])) + (" and so on" if len(classes) > _MOST_NAMED else "")
    return st.toggle(
        "Keep its head",
        help="Epoch 0 is then this model as it is, and training begins from it. Otherwise epoch 0 has the best head "
        f"for your pictures. Its outputs are taken for the classes in this order: {named}.",
        key="keeps head",
    )
