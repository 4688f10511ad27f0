"""What each checkpoint says of one picture."""

import pandas as pd
import streamlit as st

from sftviz.figures.probabilities import probability_figure
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.pictures import picture_path, thumbnail_uri
from sftviz.ui.wording import percent, plain


def show_picture(run: Run, before: Predictions, after: Predictions, index: int) -> None:
    """The picture, and how probable each class is before and after."""
    name = after.examples[index]
    left, right = st.columns([1, 2.2], vertical_alignment="center")
    with left:
        st.image(thumbnail_uri(picture_path(run, name), 240), width="content", caption=plain(name), alt=name)
    with right:
        st.markdown(
            f"This is **{plain(after.classes[after.labels_N[index]])}**. "
            f"Before: {_said(before, index)}. After: {_said(after, index)}."
        )
        figure = probability_figure(before, after, index)
        columns = {
            "class": after.classes,
            "probability before": before.probabilities_NK[index],
            "probability after": after.probabilities_NK[index],
        }
        words = f"probabilities {name} epochs {before.source.epoch} and {after.source.epoch}"
        show_figure(figure, pd.DataFrame(columns), name=words, key="probabilities")


def _said(predictions: Predictions, index: int) -> str:
    predicted = predictions.predicted_N[index]
    mark = ":green[✓]" if predictions.is_right_N[index] else ":red[✗]"
    share = percent(float(predictions.probabilities_NK[index, predicted]))
    return f"{mark} **{plain(predictions.classes[predicted])}** {share}"
