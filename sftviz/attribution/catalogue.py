"""The methods on offer, as plain facts, without loading torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """One way to say which parts of a picture speak for a class.

    Attributes:
        what: what its map shows, in a plain sentence.
        cost: what it takes for one picture.
        source: the paper.
    """

    name: str
    title: str
    what: str
    cost: str
    source: str


_ALL = (
    Method(
        "gradcam",
        "Grad-CAM",
        "Weighs each pattern of the last layer by how strongly the class depends on it, "
        "and shows where these patterns lie.",
        "one forward pass",
        "Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
    ),
    Method(
        "hirescam",
        "HiResCAM",
        "Shows at each place of the last layer what it adds to the score of the class; "
        "the places add up to the score where a linear head follows.",
        "one forward pass",
        "Draelos & Carin 2020, Use HiResCAM instead of Grad-CAM for faithful explanations",
    ),
    Method(
        "integrated_gradients",
        "Integrated Gradients",
        "Shows what each pixel adds to the score while the picture emerges from a uniform colour; "
        "the pixels add up to the whole change of the score.",
        "32 forward and backward passes, 128 where they do not add up",
        "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks",
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
