"""How maps are made and shown: part of the selection, the same for every picture."""

from dataclasses import dataclass, replace

import streamlit as st

from sftviz.attribution.catalogue import DEFAULT_METHODS, METHODS, Method
from sftviz.attribution.cells import as_measured
from sftviz.models.catalogue import backbone_named
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.pickers import pick, pick_switch, slide


@dataclass(frozen=True)
class Display:
    """How maps are laid over their picture.

    Attributes:
        opacity: in [0, 1].
        is_signed: whether evidence against the class is shown too.
        is_native: whether a layer's own grid is shown instead of a smooth map.
    """

    opacity: float
    is_signed: bool
    is_native: bool

    def shown(self, attribution: AttributionMap) -> AttributionMap:
        """A map at the resolution that is shown."""
        if self.is_native and attribution.native_hw is not None:
            return replace(attribution, values_HW=attribution.native_hw)
        return as_measured(attribution)


def suited_methods(run: Run) -> list[str]:
    """Names of the methods that suit the run's backbone."""
    is_transformer = backbone_named(run.config.model.backbone).is_transformer
    return [name for name, method in METHODS.items() if is_transformer or method.explains != "attention"]


def pick_method(run: Run) -> Method:
    """One that suits the run's backbone."""
    return METHODS[pick("Method", "method", suited_methods(run), DEFAULT_METHODS[0], lambda name: METHODS[name].title)]


def pick_classes(said: Predictions, index: int, default: int) -> tuple[int, int | None]:
    """The class that is explained in one picture, and the one that it is held against, if any."""
    names = [str(label) for label in range(len(said.classes))]
    target = pick("Evidence for the class", "class", names, str(default), lambda each: _class_words(said, index, each))
    others = ["", *(name for name in names if name != target)]
    against = pick(
        "And against",
        "against",
        others,
        "",
        lambda each: _class_words(said, index, each) if each else "all other classes",
    )
    return int(target), int(against) if against else None


def _class_words(said: Predictions, index: int, label: str) -> str:
    name = " ".join(said.classes[int(label)].split())
    roles = []
    if int(label) == said.labels_N[index]:
        roles.append("true")
    if int(label) == said.predicted_N[index]:
        roles.append("predicted")
    return f"{name} ({', '.join(roles)})" if roles else name


def pick_display(method: Method) -> Display:
    """Only what makes a difference for this method is asked."""
    opacity = slide("Opacity, %", "opacity", 10, 100, 5, default=65) / 100
    is_signed = method.is_signed and pick_switch("Also show evidence against", "signed")
    is_native = method.explains == "layer" and pick_switch("Show the layer's own grid", "grid")
    return Display(opacity, is_signed, is_native)


def named_layer(method: Method) -> str | None:
    """The layer that is named by hand, for methods that explain one."""
    return (selection.chosen("layer") or None) if method.explains == "layer" else None


def ask_layer() -> None:
    """A field to name a layer by hand, or to go back to the one that is found."""
    st.session_state["name layer"] = selection.chosen("layer") or ""
    st.text_input(
        "Layer, by name",
        key="name layer",
        help="As the backbone calls it, for example blocks.5. Empty: the last layer whose places the class depends on.",
        on_change=lambda: selection.move_on({"layer": st.session_state["name layer"].strip()}),
    )
