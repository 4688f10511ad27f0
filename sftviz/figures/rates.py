"""The learning-rate range test."""

import plotly.graph_objects as go

from sftviz.figures.theme import TEMPLATE, empty_figure
from sftviz.trials import RateTest

_LOSS, _SUGGESTION = "#0072B2", "#D55E00"


def rates_figure(test: RateTest) -> go.Figure:
    """The loss against the learning rate, each batch and smoothed, with the suggestion marked."""
    if len(test.rates_N) < 2:
        return empty_figure("The loss diverged at the lowest rate; there is no curve to show.")
    figure = go.Figure(layout={"template": TEMPLATE, "height": 280, "margin": {"t": 30, "b": 10, "l": 10, "r": 10}})
    figure.add_scatter(
        x=test.rates_N, y=test.losses_N, mode="markers", name="each batch", marker={"color": _LOSS, "opacity": 0.35}
    )
    figure.add_scatter(x=test.rates_N, y=test.smoothed_N, mode="lines", name="smoothed", line={"color": _LOSS})
    if test.suggestion is not None:
        figure.add_vline(
            test.suggestion, line={"color": _SUGGESTION, "dash": "dash"}, annotation_text=f"{test.suggestion:.1e}"
        )
    # One batch that exploded must not flatten the curve.
    top = float(min(test.losses_N.max(), 1.5 * max(test.smoothed_N[0], 2 * test.smoothed_N.min())))
    figure.update_yaxes(title="loss in nats", range=[0, 1.05 * top])
    return figure.update_xaxes(title="learning rate of the head", type="log", exponentformat="power").update_layout(
        legend={"orientation": "h", "y": 1.12}
    )
