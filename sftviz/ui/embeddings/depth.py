"""Where in the network change was asked for, where it happened, and what it brought."""

import streamlit as st

from sftviz.embeddings.depth import STILL, Depth, summary
from sftviz.embeddings.kept_depth import kept_depth
from sftviz.errors import CheckpointError
from sftviz.figures.depth import depth_figure, depth_table
from sftviz.figures.theme import empty_figure
from sftviz.jobs.measuring_depth import measure_depth
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_work

_LABEL = "Measure the blocks"
_EXPLANATION = (
    "Passes up to 300 training and 200 validation pictures through the weights of both epochs, takes the gradient of "
    "the loss over 64 of them, and fits a linear classifier behind every block. It is done once and kept with the run."
)


def show_depth(run: Run, before_epoch: int, after_epoch: int) -> None:
    """The depth strip where it was measured, else the button that has it measured."""
    try:
        depth = kept_depth(run, before_epoch, after_epoch) or _measured(run, before_epoch, after_epoch)
    except CheckpointError as error:
        st.plotly_chart(empty_figure(f"Depth strip: {error}"), key="no depth")
        return
    if depth is None:
        st.caption(
            "Not measured yet. For every block of the backbone, from input to output: how strongly the loss pulled at "
            "its weights, how far they moved, how far what comes out of it changed, and what a linear classifier gets "
            "out of it."
        )
        return
    _show(run, depth)


def _measured(run: Run, before_epoch: int, after_epoch: int) -> Depth | None:
    work = follow_work(
        _LABEL,
        _EXPLANATION,
        f"{run.identity} {before_epoch} {after_epoch}",
        lambda: measure_depth(run, before_epoch, after_epoch),
    )
    return work.result if work is not None else None


def _show(run: Run, depth: Depth) -> None:
    st.markdown(depth_words(depth))
    epochs = f"epochs {depth.before.epoch} and {depth.after.epoch}"
    show_figure(depth_figure(depth), depth_table(depth), name=f"depth {run.identity} {epochs}", key="depth")
    st.caption(
        f"**What am I looking at?** Run {plain(run.name)}, {epochs}. The gradient is that of the recipe's loss over "
        f"{depth.num_asked:,} training pictures. Batch-norms are folded into their convolutions, so that how a weight "
        f"and its scale share a number does not count{_statistics_words(depth)}. Likeness and accuracy are measured on "
        f"{depth.num_probed:,} validation pictures, the mean over all places of what a block hands on; the classifiers "
        f"(closed-form ridge) learned from {depth.num_fitted:,} training pictures, which after fine-tuning the network "
        "has seen. Bars of the accuracy cover 95 %."
    )


def _statistics_words(depth: Depth) -> str:
    moved = [block.statistics_drift for block in depth.blocks if block.statistics_drift]
    return f"; running statistics drifted by up to {100 * max(moved):.1f} %" if moved else ""


def depth_words(depth: Depth) -> str:
    """Where the network changed and where change was asked for, in a few sentences."""
    found, num_blocks = summary(depth), len(depth.blocks)
    num_frozen = num_blocks - depth.num_learning
    if found.most_changed:
        most = _drift_words(max(block.drift or 0.0 for block in depth.blocks))
        sentences = [f"**Most changed: {_ranges(found.most_changed)}**, by up to {most} of the weights' norm."]
        sentences += _still_words(found.num_still, num_frozen, num_blocks)
    else:
        sentences = ["**No block changed**: the weights of the backbone are the same in both epochs."]
    if found.most_asked is not None:
        word = ", which was frozen" if found.most_asked < num_frozen < num_blocks else ""
        sentences.append(f"Change was asked for most in block {found.most_asked + 1}{word}.")
    return " ".join(sentences)


def _still_words(num_still: int, num_frozen: int, num_blocks: int) -> list[str]:
    words = [f"The first {num_frozen} were frozen."] if num_frozen else []
    if num_still == num_blocks:
        words.append(f"All {num_blocks} moved less than {100 * STILL:.0f} %.")
    elif num_still > num_frozen:
        words.append(f"The first {num_still} moved less than {100 * STILL:.0f} %.")
    return words


def _drift_words(drift: float) -> str:
    return f"{100 * drift:.1f} %" if drift >= 0.001 else f"{100 * drift:.2g} %"


def _ranges(places: tuple[int, ...]) -> str:
    """Blocks as a person counts them: those next to each other are one range."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    words = [f"{run[0] + 1}–{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs]
    return ("block " if len(places) == 1 else "blocks ") + ", ".join(words)
