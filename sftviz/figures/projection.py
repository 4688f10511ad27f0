"""The joint map of embeddings, before beside after.

Shape legend: N examples.
"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.figures.theme import TEMPLATE, class_color, empty_figure, escaped, span
from sftviz.results import FloatArray, IntArray, Predictions, Projection

_MOST_DRAWN_AS_SHAPES = 5000  # beyond, the browser's graphics card is quicker
_NAMES = {"pca": "Principal components", "tsne": "t-SNE"}
_AXES = {"pca": "principal component {}, arbitrary units", "tsne": "t-SNE axis {}, arbitrary units"}


def projection_figure(
    projection: Projection, predictions_before: Predictions, predictions_after: Predictions
) -> go.Figure:
    """Two panels with common axes; colour is the true class, a cross marks a wrong prediction.

    `customdata` of each point is the index of its example, int32, so that a click can be traced to its picture. It has
    one dimension: of rows the browser would send objects.

    Args:
        projection: of both checkpoints.
        predictions_before: of the same examples, in the same order.
        predictions_after: likewise.
    """
    if not projection.examples:
        return empty_figure("There are no validation examples to map.")
    figure = _panels(projection)
    sides = ((predictions_before, projection.before_N2), (predictions_after, projection.after_N2))
    for column, (predictions, points_N2) in enumerate(sides, start=1):
        texts = _hover_texts(predictions, projection.displacement_N)
        for label in np.unique(predictions.labels_N).tolist():
            members = _right_ones_first(predictions, np.flatnonzero(predictions.labels_N == label))
            trace = _class_trace(predictions, points_N2, members, texts[members])
            trace.update(name=escaped(predictions.classes[label]), legendgroup=str(label), showlegend=column == 1)
            trace.update(marker_color=class_color(label))
            figure.add_trace(trace, row=1, col=column)
    return figure.update_layout(
        template=TEMPLATE,
        height=520,
        margin={"t": 110},
        title_text=_title(projection),
        title_subtitle_text=f"{span(projection.before, projection.after)}; × is a wrong prediction",
        legend={"title": {"text": "true class"}, "itemsizing": "constant"},
    )


def _right_ones_first(predictions: Predictions, members: IntArray) -> IntArray:
    # The legend shows the first point's symbol, which should be the ordinary one.
    return members[np.argsort(~predictions.is_right_N[members], kind="stable")]


def _panels(projection: Projection) -> go.Figure:
    """Two empty panels whose axes move together and measure alike in both directions."""
    titles = [f"Before: epoch {projection.before.epoch}", f"After: epoch {projection.after.epoch}"]
    figure = make_subplots(
        cols=2, subplot_titles=titles, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.03
    )
    axis = _AXES[projection.method]
    figure.update_xaxes(title_text=axis.format(1), showticklabels=False, zeroline=False)
    figure.update_yaxes(showticklabels=False, zeroline=False)
    return figure.update_yaxes(title_text=axis.format(2), scaleanchor="x", col=1)


def _title(projection: Projection) -> str:
    parts = [f"{_NAMES[projection.method]} of {len(projection.examples):,} embeddings, one map for both"]
    if projection.explained_share is not None:
        parts.append(f"{100 * projection.explained_share:.0f} % of the variance kept")
    if projection.trustworthiness is not None:
        parts.append(f"trustworthiness {projection.trustworthiness:.2f}")
    return "; ".join(parts)


def _class_trace(
    predictions: Predictions, points_N2: FloatArray, members: IntArray, texts: np.ndarray
) -> go.Scatter | go.Scattergl:
    kind = go.Scatter if len(points_N2) <= _MOST_DRAWN_AS_SHAPES else go.Scattergl
    return kind(
        x=points_N2[members, 0].astype(np.float32),
        y=points_N2[members, 1].astype(np.float32),
        mode="markers",
        marker={"symbol": np.where(predictions.is_right_N[members], "circle", "x"), "size": 8, "opacity": 0.8},
        customdata=members.astype(np.int32),
        hovertext=texts,
        hoverinfo="text",
    )


def _hover_texts(predictions: Predictions, displacement_N: FloatArray) -> np.ndarray:
    names = [escaped(name) for name in predictions.classes]
    rows = zip(
        predictions.examples,
        predictions.labels_N.tolist(),
        predictions.predicted_N.tolist(),
        predictions.probabilities_NK.max(axis=1).tolist(),
        displacement_N.tolist(),
        strict=True,
    )
    texts = [
        f"<b>{escaped(example)}</b><br>true: {names[label]}<br>predicted: {names[predicted]}, {100 * probability:.1f} %"
        f"<br>moved by {moved:.2f} radii of the map"
        for example, label, predicted, probability, moved in rows
    ]
    return np.array(texts)
