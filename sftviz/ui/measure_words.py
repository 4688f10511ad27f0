"""Measures as a person reads them."""

from sftviz.analysis.measures import Measure
from sftviz.ui.wording import percent, points

METRIC_TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision, mean of classes",
    "recall": "Recall, mean of classes",
    "f1": "F1, mean of classes",
    "top_5": "Right class among the first 5",
    "loss": "Log-loss",
    "brier": "Brier score",
    "calibration_error": "Calibration error",
}
METRIC_HELP = {
    "accuracy": "Share of pictures whose most probable class is the true one.",
    "balanced_accuracy": "Mean over classes of the share of their pictures that is right: small classes count as much.",
    "precision": "Of the pictures taken for a class, the share that belongs to it; mean of all classes alike.",
    "recall": "Of a class's pictures, the share that is found; mean of all classes alike.",
    "f1": "Harmonic mean of precision and recall; mean of all classes alike.",
    "top_5": "Share of pictures whose true class is among the 5 most probable.",
    "loss": "Mean negative logarithm of the true class's probability: 0 nats is perfect, certain mistakes cost most.",
    "brier": "Squared distance of the probabilities from the truth: 0 is perfect, 2 is certain and wrong.",
    "calibration_error": "Mean distance between confidence and the share that is right, in 15 bins; luck adds to it.",
}


_ROUNDING = 1e-12


def value_words(measure: Measure) -> str:
    """The value with its unit."""
    if measure.unit == "share":
        return percent(measure.value)
    return f"{measure.value:.3f}" + ("\u00a0nats" if measure.unit == "nats" else "")


def interval_words(measure: Measure) -> str:
    """The two ends of the interval, in the unit of the value."""
    return _ends(measure, "", "–")


def change_words(change: Measure) -> str:
    """A change with its sign and unit; shares change by percentage points."""
    if change.unit == "share":
        return points(change.value)
    return f"{change.value:+.3f}" + ("\u00a0nats" if change.unit == "nats" else "")


def change_interval_words(change: Measure) -> str:
    """The two ends of the interval of a change."""
    return _ends(change, "+", "…")


def _ends(measure: Measure, sign: str, between: str) -> str:
    factor, digits = (100, 1) if measure.unit == "share" else (1, 3)
    low, high = (f"{factor * end:{sign}.{digits}f}" for end in measure.interval)
    return f"{low} {between} {high}"


def verdict(change: Measure) -> str:
    """What the interval of a change allows to say."""
    low, high = change.interval
    if low == high == change.value == 0:
        return "the same"
    if low <= _ROUNDING and high >= -_ROUNDING:
        return "could be luck"
    return "better" if (low > 0) == change.more_is_better else "worse"
