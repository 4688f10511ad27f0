"""Try a picture of your own: what the checkpoints say of it, why, and which training pictures it resembles."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
import streamlit as st

from sftviz.data.limits import MAX_FILE_BYTES, MIB
from sftviz.embeddings.nearest import Nearest
from sftviz.errors import SftvizError
from sftviz.figures.probabilities import probability_figure
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.components import Tile, gallery
from sftviz.ui.downloads import show_figure
from sftviz.ui.explanation.controls import ask_layer, named_layer, pick_classes, pick_display, pick_method
from sftviz.ui.explanation.pair import show_pair
from sftviz.ui.messages import say_error
from sftviz.ui.pictures import picture_path, thumbnail_uri
from sftviz.ui.wording import percent, plain

if TYPE_CHECKING:
    from sftviz.attribution.new_picture import NewPicture

_FAR = 0.05  # of the training pictures: so few are as far from their own nearest
_FILE, _PASTE, _CAMERA = "Choose a file", "Paste one", "Take a photograph"
_PASTED = "new picture pasted"
_NO_EMBEDDINGS = (
    "This run is from before the embeddings of training pictures were kept, so none can be found that resemble yours. "
    "Start a new run to see them."
)

Result = TypeVar("Result")


def show_new_picture(run: Run, before: Predictions, after: Predictions) -> None:
    """A place to hand a picture over, and all that was found of it."""
    given = _given()
    if given is None:
        st.caption("The picture stays in this computer's memory while the page is open; it is not saved.")
        return
    data, name = given
    epochs = (before.source.epoch, after.source.epoch)
    asked = (hashlib.sha256(data).hexdigest(), name, run.identity, epochs)
    try:
        with st.spinner("Looking at the picture…", show_time=True):
            from sftviz.attribution.new_picture import look_at

            found = _kept("new picture", asked, lambda: look_at(run, *epochs, data, name))
        _show_what_it_is(found)
        _show_maps(run, found, asked)
        _show_neighbours(run, found.neighbours)
    except SftvizError as error:
        say_error(error)


def _given() -> tuple[bytes, str] | None:
    """The bytes and the name of a picture: a file, what was pasted, or from the camera, which starts when asked for."""
    way = st.segmented_control(
        "Where the picture comes from",
        [_FILE, _PASTE, _CAMERA],
        default=_FILE,
        key="new picture from",
        required=True,
        label_visibility="collapsed",
    )
    if way == _PASTE:
        return _pasted()
    if way == _CAMERA:
        file = st.camera_input("Take a photograph", key="new picture camera", label_visibility="collapsed", width=420)
    else:
        file = st.file_uploader(
            "Drop a picture here: JPEG, PNG, WebP, GIF, BMP or TIFF",
            key="new picture file",
            max_upload_size=MAX_FILE_BYTES // MIB,
        )
    return (file.getvalue(), "photograph" if way == _CAMERA else file.name) if file else None


def _pasted() -> tuple[bytes, str] | None:
    """What was pasted last: the field itself hands it over only once."""
    with st.container():
        said = st.chat_input(
            "Click here, paste a picture with Ctrl+V or ⌘V, then press Enter",
            key="new picture paste",
            accept_file=True,
            max_upload_size=MAX_FILE_BYTES // MIB,
        )
    if said and said.files:
        st.session_state[_PASTED] = (said.files[0].getvalue(), said.files[0].name)
    pasted: tuple[bytes, str] | None = st.session_state.get(_PASTED)
    return pasted


def _kept(slot: str, asked: object, find: Callable[[], Result]) -> Result:
    """What was found last in this session, as long as the same is asked."""
    known: tuple[object, Result] | None = st.session_state.get(slot)
    if known is None or known[0] != asked:
        known = st.session_state[slot] = (asked, find())
    return known[1]


def _show_what_it_is(found: "NewPicture") -> None:
    before, after = found.before, found.after
    left, right = st.columns([1, 2.2], vertical_alignment="center")
    with left:
        st.image(found.view_HW3, width=240, caption="What the model sees", alt=after.examples[0])
    with right:
        st.markdown(f"Before: {_said(before)}. After: {_said(after)}.")
        table = pd.DataFrame(
            {
                "class": after.classes,
                "probability before": before.probabilities_NK[0],
                "probability after": after.probabilities_NK[0],
            }
        )
        words = f"probabilities {after.examples[0]} epochs {before.source.epoch} and {after.source.epoch}"
        show_figure(probability_figure(before, after, 0), table, name=words, key="new probabilities")


def _said(said: Predictions) -> str:
    predicted = said.predicted_N[0]
    return f"**{plain(said.classes[predicted])}** {percent(float(said.probabilities_NK[0, predicted]))}"


def _show_neighbours(run: Run, found: Nearest | None) -> None:
    st.header("The nearest training pictures", divider="gray")
    if found is None:
        st.info(_NO_EMBEDDINGS, icon=":material/info:")
        return
    training = run.out_of_fold()
    tiles = []
    for index, similarity in zip(found.indices_Q.tolist(), found.similarity_Q.tolist(), strict=True):
        name, truth = training.examples[index], training.classes[training.labels_N[index]]
        tiles.append(
            Tile(
                key=name,
                source=thumbnail_uri(picture_path(run, name)),
                caption=truth,
                notes=(f"similarity {similarity:.2f}",),
                label=f"{name}: {truth}, similarity {similarity:.2f}",
            )
        )
    gallery(tiles, key="nearest", label="Nearest training pictures", width=150, is_clickable=False)
    st.markdown(_how_near(found))
    st.caption(
        "Similarity is the cosine between embeddings, by the backbone before fine-tuning (epoch 0): 1 is the same "
        "direction, 0 is unrelated."
    )


def _how_near(found: Nearest) -> str:
    if found.usual is None or found.farther_share is None:
        return "There is only one training picture."
    closest, share = float(found.similarity_Q[0]), found.farther_share
    measure = (
        f"The nearest has a similarity of {closest:.2f}; that of a training picture to its own nearest is "
        f"{found.usual:.2f} in the middle, and lower for {100 * share:.0f} % of them."
    )
    if share < _FAR:
        return (
            f":orange[**Unlike the training pictures.**] {measure} Mistrust the prediction: the model has learned from "
            "nothing of the kind."
        )
    return f"**As near as training pictures are to each other.** {measure}"


def _show_maps(run: Run, found: "NewPicture", asked: tuple[object, ...]) -> None:
    from sftviz.attribution.new_picture import evidence

    st.header("Where the evidence lies", divider="gray")
    predicted = int(found.after.predicted_N[0])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = pick_method(run)
        target, against = pick_classes(found.after, 0, predicted) if method.is_of_class else (predicted, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        display = pick_display(method)
    layer = named_layer(method)
    if layer:
        ask_layer()
    options = (method.name, target, against, layer)
    with st.spinner("Computing the maps…", show_time=True):
        old, new = _kept(
            "new maps",
            (*asked, *options),
            lambda: evidence(run, found, method.name, target, against=against, layer=layer),
        )
    show_pair(run, found.view_HW3, old, new, display, found.after.classes)
