"""The methods on offer, as plain facts, without loading torch."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Method:
    """One way to say which parts of a picture speak for a class.

    Attributes:
        what: what its map shows, in a plain sentence.
        parameters: what can be set, and to what it is, in plain words.
        cost: what it takes for one picture.
        source: the paper.
        explains: a layer's places, single pixels, or the attention of a transformer.
        is_of_class: whether the map depends on the class that is asked about.
        is_signed: whether negative values speak against the class.
    """

    name: str
    title: str
    what: str
    parameters: str
    cost: str
    source: str
    explains: Literal["layer", "pixels", "attention"] = "layer"
    is_of_class: bool = True
    is_signed: bool = True


_LAYER = "the layer: the last one whose places the class depends on, unless another is named"
_ALL = (
    Method(
        "hirescam",
        "HiResCAM",
        "Shows at each place of the last layer what it adds to the score of the class; "
        "the places add up to the score where a linear head follows.",
        _LAYER,
        "one forward pass",
        "Draelos & Carin 2020, Use HiResCAM instead of Grad-CAM for faithful explanations",
    ),
    Method(
        "integrated_gradients",
        "Integrated Gradients",
        "Shows what each pixel adds to the score while the picture emerges from a uniform colour; "
        "the pixels add up to the whole change of the score.",
        "points of the path: 32, or 128 where these do not add up",
        "32 forward and backward passes, 128 where they do not add up",
        "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks",
        explains="pixels",
    ),
    Method(
        "gradcam",
        "Grad-CAM",
        "Weighs each pattern of the last layer by how strongly the class depends on it, "
        "and shows where these patterns lie.",
        _LAYER,
        "one forward pass",
        "Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
    ),
    Method(
        "gradcam_plus_plus",
        "Grad-CAM++",
        "Grad-CAM with weights that give each place a say of its own, which shows several objects of a class together.",
        _LAYER,
        "one forward pass",
        "Chattopadhay et al. 2018, Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks",
    ),
    Method(
        "layercam",
        "LayerCAM",
        "Shows the places of a layer where more of what is there would raise the score; works in early layers, too.",
        _LAYER,
        "one forward pass",
        "Jiang et al. 2021, LayerCAM: Exploring Hierarchical Class Activation Maps for Localization",
    ),
    Method(
        "eigencam",
        "Eigen-CAM",
        "Shows where the strongest pattern of the last layer lies, whatever the class.",
        _LAYER,
        "one forward pass",
        "Muhammad & Yeasin 2020, Eigen-CAM: Class Activation Map using Principal Components",
        is_of_class=False,
    ),
    Method(
        "smoothgrad",
        "SmoothGrad",
        "Shows how strongly the score reacts to a small change of each pixel, up or down, averaged over noisy copies.",
        "noisy copies: 32, with noise of 15 % of the picture's range",
        "32 forward and backward passes",
        "Smilkov et al. 2017, SmoothGrad: removing noise by adding noise",
        explains="pixels",
        is_signed=False,
    ),
    Method(
        "gradient_shap",
        "GradientSHAP",
        "Shows what each pixel adds to the score in comparison with training pictures of all classes.",
        "samples: 32, or 128 where these do not add up, from up to 16 training pictures",
        "32 forward and backward passes, 128 where they do not add up",
        "Lundberg & Lee 2017, A Unified Approach to Interpreting Model Predictions",
        explains="pixels",
    ),
    Method(
        "occlusion",
        "Occlusion",
        "Covers the picture window by window, and shows how much the score falls.",
        "window: a seventh of the picture's side, moved by half of that",
        "169 forward passes",
        "Zeiler & Fergus 2014, Visualizing and Understanding Convolutional Networks",
        explains="pixels",
    ),
    Method(
        "attention_rollout",
        "Attention rollout",
        "Follows attention through all layers of a transformer, whatever the class; other networks have none.",
        "none",
        "one forward pass",
        "Abnar & Zuidema 2020, Quantifying Attention Flow in Transformers",
        explains="attention",
        is_of_class=False,
        is_signed=False,
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
DEFAULT_METHODS = ("hirescam", "integrated_gradients")
