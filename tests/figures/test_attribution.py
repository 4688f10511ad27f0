import json

import numpy as np
import pytest

from sftviz.figures.attribution import attribution_figure

PICTURE = np.random.default_rng(0).integers(256, size=(40, 60, 3), dtype=np.uint8)
CLASSES = ("cat", "<b>ird")


def heats(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def test_three_panels_show_before_after_and_difference(heat):
    before, after = np.array([[1.0, -2], [0, 0]]), np.array([[0.0, 3], [-1, 0]])
    figure = attribution_figure(PICTURE, heat(before), heat(after, 3), CLASSES)
    first, second, difference = heats(figure)
    assert np.array_equal(first.z, before.clip(0))
    assert np.array_equal(second.z, after.clip(0))
    assert np.array_equal(difference.z, after - before)
    assert {trace.z.dtype for trace in heats(figure)} == {np.dtype(np.float32)}
    assert [note.text for note in figure.layout.annotations] == [
        "Before: epoch 0",
        "After: epoch 3",
        "Difference: after − before",
    ]


def test_before_and_after_share_a_scale_and_the_difference_is_centred_on_zero(heat):
    figure = attribution_figure(PICTURE, heat([[1, -2]]), heat([[0, 3]], 3), CLASSES)
    shared, own = figure.layout.coloraxis, figure.layout.coloraxis2
    assert [trace.coloraxis for trace in heats(figure)] == ["coloraxis", "coloraxis", "coloraxis2"]
    assert (shared.cmin, shared.cmax) == (0, 3)
    assert (own.cmin, own.cmax) == (-5, 5)


def test_the_signed_view_shows_evidence_against(heat):
    figure = attribution_figure(PICTURE, heat([[1, -4]]), heat([[0, 3]], 3), CLASSES, is_signed=True)
    assert np.array_equal(heats(figure)[0].z, [[1, -4]])
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (-4, 4)
    assert figure.layout.coloraxis.colorscale == figure.layout.coloraxis2.colorscale


def test_nothing_changed_is_a_difference_of_zero(heat):
    values = np.eye(4)
    figure = attribution_figure(PICTURE, heat(values), heat(values, 3), CLASSES)
    assert not heats(figure)[2].z.any()
    assert figure.layout.coloraxis2.cmax == 1


def test_a_few_glaring_pixels_do_not_pale_out_the_rest(heat):
    values = np.full((20, 20), 0.1)
    values[0, 0] = 50
    figure = attribution_figure(PICTURE, heat(values), heat(values, 3), CLASSES)
    assert figure.layout.coloraxis.cmax == pytest.approx(0.1)


def test_a_coarse_map_covers_the_whole_picture(heat):
    figure = attribution_figure(PICTURE, heat(np.eye(2, 3)), heat(np.eye(2, 3), 3), CLASSES)
    first = heats(figure)[0]
    assert (first.x0 - first.dx / 2, first.x0 + 2.5 * first.dx) == (-0.5, 59.5)
    assert (first.y0 - first.dy / 2, first.y0 + 1.5 * first.dy) == (-0.5, 39.5)
    assert figure.layout.yaxis.range == (39.5, -0.5)
    assert figure.layout.yaxis3.scaleanchor == "x3"


def test_names_are_shown_as_they_are_and_the_source_is_told(heat):
    maps = heat([[1]], example="<i>.png", layer="<l>"), heat([[1]], 3, example="<i>.png", layer="<l>")
    figure = attribution_figure(PICTURE, *maps, CLASSES)
    assert figure.layout.title.text == "Evidence for &lt;b&gt;ird in &lt;i&gt;.png"
    assert figure.layout.title.subtitle.text == "run r, epoch 0 → epoch 3; gradcam at &lt;l&gt;"
    assert "evidence for &lt;b&gt;ird" in figure.layout.coloraxis.colorbar.title.text


def test_the_picture_travels_compressed(heat):
    figure = attribution_figure(PICTURE, heat(np.eye(40, 60)), heat(np.eye(40, 60), 3), CLASSES, opacity=0.4)
    images = [trace for trace in figure.data if trace.type == "image"]
    assert len(images) == 3
    assert all(trace.source.startswith("data:image/jpeg;base64,") for trace in images)
    assert heats(figure)[0].opacity == 0.4
    assert "bdata" in json.loads(figure.to_json())["data"][1]["z"]
