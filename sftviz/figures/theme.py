"""How all figures look: template, colours, and text that is safe in them.

Backgrounds are transparent and text has no colour of its own: Streamlit's theme, light or dark, decides both.
"""

import plotly.graph_objects as go

from sftviz.results import Source

CLASS_COLORS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#CC79A7",
    "#F0E442",
    "#882255",
    "#44AA99",
    "#999999",
)
BEFORE_COLOR, AFTER_COLOR = "#999999", "#0072B2"

# Laid over pictures: where there is no evidence the picture shows through.
SEQUENTIAL = (
    (0.0, "rgba(68,1,84,0)"),
    (0.25, "rgba(59,82,139,0.55)"),
    (0.5, "rgba(33,145,140,0.8)"),
    (0.75, "rgba(94,201,98,0.95)"),
    (1.0, "rgba(253,231,37,1)"),
)
DIVERGING = (
    (0.0, "rgba(5,48,97,1)"),
    (0.25, "rgba(33,102,172,0.8)"),
    (0.5, "rgba(128,128,128,0)"),
    (0.75, "rgba(214,96,77,0.8)"),
    (1.0, "rgba(165,0,38,1)"),
)

_FAINT = "rgba(128,128,128,0.25)"
_CLEAR = "rgba(0,0,0,0)"

TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "colorway": CLASS_COLORS,
        "margin": {"t": 70, "b": 50, "l": 50, "r": 20},
        "xaxis": {"gridcolor": _FAINT, "zerolinecolor": _FAINT, "automargin": True},
        "yaxis": {"gridcolor": _FAINT, "zerolinecolor": _FAINT, "automargin": True},
    }
)


def class_color(index: int) -> str:
    """The colour of a class, the same in every figure; ten colours that colour-blind people can tell apart, in turn."""
    return CLASS_COLORS[index % len(CLASS_COLORS)]


def empty_figure(sentence: str) -> go.Figure:
    """A figure of nothing, which says why."""
    figure = go.Figure(layout={"template": TEMPLATE, "height": 160})
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    return figure.add_annotation(text=escaped(sentence), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper")


def span(before: Source, after: Source) -> str:
    """Which checkpoints a figure compares, safe to show."""
    if before.run == after.run:
        return f"run {escaped(after.run)}, epoch {before.epoch} → epoch {after.epoch}"
    return f"epoch {before.epoch} of run {escaped(before.run)} → epoch {after.epoch} of run {escaped(after.run)}"


def escaped(text: str) -> str:
    """Text from outside, made safe where Plotly reads a little HTML."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
