"""What a network looked at, before and after, laid over the picture.

Shape legend: H and W height and width of the picture, h and w of a map.
"""

from collections.abc import Sequence

import numpy as np
import plotly.express as px
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from sftviz.attribution.catalogue import METHODS
from sftviz.figures.overlay import color_limit
from sftviz.figures.theme import DIVERGING, SEQUENTIAL, TEMPLATE, escaped, span
from sftviz.results import AttributionMap, FloatArray

_DIFFERENCE = "Difference: after − before"


def attribution_figure(
    picture_HW3: NDArray[np.uint8],
    before: AttributionMap,
    after: AttributionMap,
    classes: Sequence[str],
    *,
    opacity: float = 0.7,
    is_signed: bool = False,
) -> go.Figure:
    """Three panels: before, after, and their difference.

    Before and after share one scale; the difference, always that of the signed maps, has its own, centred on 0. Each
    scale ends where 0.5 % of the pixels lie beyond.

    Args:
        picture_HW3: what the network saw.
        before: a map that covers the picture, of any resolution.
        after: of the same example, class and size.
        classes: names of all classes.
        opacity: of the maps, in [0, 1].
        is_signed: show evidence against the class as well, which is clipped at 0 otherwise.
    """
    subject, unit = _words(after, classes)
    panels = [f"Before: epoch {before.source.epoch}", f"After: epoch {after.source.epoch}", _DIFFERENCE]
    figure = make_subplots(cols=3, subplot_titles=panels, horizontal_spacing=0.02)
    uri = px.imshow(picture_HW3, binary_string=True, binary_format="jpg").data[0].source
    maps = [before.values_HW, after.values_HW]
    if not is_signed:
        maps = [values.clip(min=0) for values in maps]
    difference = after.values_HW - before.values_HW
    for column, values in enumerate([*maps, difference], start=1):
        figure.add_image(source=uri, hoverinfo="skip", row=1, col=column)
        heat = _heat(values, picture_HW3.shape, coloraxis="coloraxis" if column < 3 else "coloraxis2", opacity=opacity)
        figure.add_trace(heat, row=1, col=column)
    _square(figure, picture_HW3.shape)
    return figure.update_layout(
        template=TEMPLATE,
        height=480,
        margin={"l": 10, "r": 10, "t": 120, "b": 10},
        title_text=f"{subject} in {escaped(after.example)}",
        title_subtitle_text=_provenance(before, after),
        coloraxis=_axis(np.stack(maps), unit, middle=0.32, length=0.6, is_diverging=is_signed),
        coloraxis2=_axis(difference, "change of it<br>(the same unit)", middle=0.84, length=0.3, is_diverging=True),
    )


def _words(attribution: AttributionMap, classes: Sequence[str]) -> tuple[str, str]:
    """What the maps show, and the unit of their values."""
    if not METHODS[attribution.method].is_of_class:
        return "What stands out", "what stands out, whatever the class<br>(share of the layer's activity)"
    target = escaped(classes[attribution.target])
    if attribution.against is None:
        return f"Evidence for {target}", f"evidence for {target}<br>(share of its centred logit)"
    words = f"{target} against {escaped(classes[attribution.against])}"
    return f"Evidence for {words}", f"evidence for {words}<br>(share of the lead of its logit)"


def _provenance(before: AttributionMap, after: AttributionMap) -> str:
    layers = dict.fromkeys([before.layer, after.layer])
    method = after.method.replace("_", " ")
    return f"{span(before.source, after.source)}; {escaped(method)} at {escaped(', '.join(layers))}"


def _heat(values_hw: FloatArray, shape: tuple[int, ...], *, coloraxis: str, opacity: float) -> go.Heatmap:
    """A map stretched over a picture whose pixels have whole numbers as their centres."""
    row_height, column_width = shape[0] / values_hw.shape[0], shape[1] / values_hw.shape[1]
    return go.Heatmap(
        z=values_hw.astype(np.float32),
        x0=(column_width - 1) / 2,
        dx=column_width,
        y0=(row_height - 1) / 2,
        dy=row_height,
        coloraxis=coloraxis,
        opacity=opacity,
        hovertemplate="evidence %{z:.3g}<br>column %{x:.0f}, row %{y:.0f}<extra></extra>",
    )


def _square(figure: go.Figure, shape: tuple[int, ...]) -> None:
    figure.update_xaxes(visible=False, range=[-0.5, shape[1] - 0.5], constrain="domain")
    figure.update_yaxes(visible=False, range=[shape[0] - 0.5, -0.5], constrain="domain")
    for column, axis in enumerate(("x", "x2", "x3"), start=1):
        figure.update_yaxes(scaleanchor=axis, row=1, col=column)


def _axis(values: FloatArray, title: str, *, middle: float, length: float, is_diverging: bool) -> dict[str, object]:
    limit = color_limit(values)
    return {
        "cmin": -limit if is_diverging else 0,
        "cmax": limit,
        "colorscale": DIVERGING if is_diverging else SEQUENTIAL,
        "colorbar": {
            "orientation": "h",
            "title": {"text": title, "side": "bottom"},
            "thickness": 12,
            "x": middle,
            "len": length,
            "y": -0.02,
            "yanchor": "top",
            "tickformat": ".3~g",
            "nticks": 5,
        },
    }
