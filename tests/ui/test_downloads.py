"""Figures and tables that can be taken away."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.ui.downloads import file_name


def _page() -> None:
    import pandas as pd
    import plotly.graph_objects as go

    from sftviz.ui.downloads import show_figure

    show_figure(go.Figure(go.Bar(y=[1])), lambda: pd.DataFrame({"n": [1]}), name="bars of <run>/1", key="bars")
    show_figure(go.Figure(go.Scatter(y=[1])), pd.DataFrame({"n": [1]}), name="points", key="points", is_clickable=True)


def test_every_figure_has_its_camera_and_its_numbers() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    configs = [json.loads(chart.proto.config) for chart in app.get("plotly_chart")]
    assert [config["modeBarButtons"] for config in configs] == [[["toImage"]]] * 2
    assert configs[0]["toImageButtonOptions"] == {"format": "png", "filename": "bars-of-run-1", "scale": 2}
    assert [button.proto.label for button in app.get("download_button")] == ["Data (CSV)"] * 2
    assert [chart.proto.selection_mode != [] for chart in app.get("plotly_chart")] == [False, True]


@pytest.mark.parametrize(
    ("words", "name"),
    [("data map r, epochs 0–3", "data-map-r-epochs-0-3"), ("../../etc", "etc"), ("\\:*?", "figure"), ("鳥.x", "鳥.x")],
)
def test_file_names_are_safe(words: str, name: str) -> None:
    assert file_name(words) == name
