"""The head on frozen features: cross-validated in seconds, with its learning curve."""

from functools import lru_cache, partial
from pathlib import Path

import streamlit as st

from sftviz.analysis.figure_tables import learning_curve_table
from sftviz.analysis.folds import by_fold
from sftviz.analysis.learning_curve import LearningCurve, learning_curve
from sftviz.config import RunConfig
from sftviz.data.folds import undivided
from sftviz.data.stored import StoredData
from sftviz.figures.learning_curve import learning_curve_figure
from sftviz.home import default_home
from sftviz.jobs.folding import cross_validate
from sftviz.models.catalogue import backbone_named
from sftviz.results import Predictions
from sftviz.runs.kept_folds import folds_changed_ns, kept_folds
from sftviz.ui.cross_validation.scores import show_pooled, show_scores
from sftviz.ui.downloads import show_figure
from sftviz.ui.wording import percent
from sftviz.ui.work_view import follow_work

_EXPLANATION = (
    "Takes every picture through the frozen backbone once, and solves for a head on all folds but one, for each fold "
    "in turn; then again on parts of the pictures."
)


def show_head(config: RunConfig, stored: StoredData) -> None:
    """A button, and what is known of these choices."""
    data = undivided(stored.listing)
    work = follow_work(
        "Cross-validate the head",
        _EXPLANATION,
        config.model_dump_json(exclude={"name", "recipe"}),
        lambda: cross_validate(config, data.to_json(), default_home()),
    )
    changed_ns = folds_changed_ns(default_home(), config)
    found = _found(default_home(), config.model_copy(update={"name": ""}), changed_ns) if changed_ns else None
    if found is None:
        if work is None:
            st.caption(
                "The pretrained backbone stays as it is and only the last layer learns: a floor for what fine-tuning "
                "can do with these pictures, and the quickest way to learn whether there are enough of them."
            )
        return
    folds, curve = found
    title = f"head on {backbone_named(config.model.backbone).title}, {len(folds)} folds"
    show_scores(folds, num_folds=len(folds), names=[str(number) for number in range(1, len(folds) + 1)], name=title)
    _show_curve(curve, title)
    show_pooled(folds, stored, name=title)


@lru_cache(maxsize=16)
def _found(
    home: Path, config: RunConfig, _changed_ns: int
) -> tuple[tuple[Predictions, ...], LearningCurve | None] | None:
    found = kept_folds(home, config)
    return None if found is None else (by_fold(found), learning_curve(found.trials))


def _show_curve(curve: LearningCurve | None, title: str) -> None:
    st.header("Would more pictures help?", divider="gray")
    if curve is None:
        st.info("There are too few pictures to draw a curve: it takes four different numbers to learn from.")
        return
    st.markdown(_answer(curve))
    figure = learning_curve_figure(curve, title=title)
    show_figure(figure, partial(learning_curve_table, curve), name=f"learning curve {title}", key="learning curve")
    st.caption(
        "Each point is the head after learning from a part of the pictures outside a fold, asked about the fold; five "
        "parts by lot for each, the last point from all. The line is a + b · n⁻ᶜ in mistakes, and the interval holds "
        "as far as that law does. It speaks of more pictures like these and of the head alone: fine-tuning the "
        "backbone often makes more of them."
    )


def _answer(curve: LearningCurve) -> str:
    low, high = curve.gain_interval
    now, then = int(curve.sizes_F[-1]), int(curve.grid_G[-1])
    expected = (
        f"With {then:,} pictures to learn from instead of {now:,} the accuracy is expected to go from "
        f"{percent(float(curve.line_G[-1]) - curve.gain)} to {percent(float(curve.line_G[-1]))}: "
        f"{100 * curve.gain:+.1f} points, 95 % interval {100 * low:+.1f} to {100 * high:+.1f}."
    )
    return {
        "helps": f"**Probably yes.** {expected}",
        "hardly": f"**Hardly.** {expected} Better pictures of the classes that are confused may help more.",
        "uncertain": f"**That is uncertain.** {expected} The fit leaves room for both; take it as a hint only.",
    }[curve.verdict]
