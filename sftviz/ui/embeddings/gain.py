"""What head, representation and head training each bought, and a refitted head where that would be better."""

import streamlit as st

from sftviz.analysis.gain import Gain, GainMetric, Rung, gain, gain_table
from sftviz.embeddings.gain_of_run import Rungs, kept_rungs, refitted_origin
from sftviz.errors import EmptyResultError
from sftviz.figures.gain import gain_figure
from sftviz.jobs.deriving import climb_in_background, refit_in_background
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.embeddings.derived import offer_derived
from sftviz.ui.measure_words import change_interval_words, change_words, verdict
from sftviz.ui.pickers import pick_one
from sftviz.ui.work_view import follow_work

MEASURES = {"accuracy": "Accuracy", "loss": "Log-loss"}
_BOUGHT: dict[Rung, str] = {
    "probe": "a head that is solved for, in place of class means",
    "refitted": "the fine-tuned features, under such a head again",
    "unaveraged": "the head that was trained, and not solved for",
    "trained": "the head that was trained, and not solved for",
    "scaled": "a temperature",
}
_HELP = "Passes the training pictures through the network once, and solves for a head on what it makes of them."


def show_gain(run: Run, before_epoch: int, after_epoch: int) -> None:
    """The waterfall from the nearest class mean to the trained model, in words too."""
    if after_epoch == 0:
        raise EmptyResultError("Epoch 0 is where fine-tuning starts from; choose a later epoch as *After*.")
    rungs = kept_rungs(run, after_epoch) or _computed(run, after_epoch)
    if rungs is None:
        return
    metric = pick_measure()
    said = _said(rungs)
    found = analysed(gain, tuple(said.values()), names=tuple(said), metric=metric)
    show_figure(
        gain_figure(found),
        lambda: gain_table(found),
        name=f"gain {run.identity} epoch {after_epoch} {metric}",
        key=f"gain {metric}",
    )
    st.markdown(_sentence(found, is_averaged=rungs.unaveraged is not None))
    if rungs.is_frozen:
        st.info(
            "The backbone is the same in both epochs: its features did not move, so they bought exactly nothing. All "
            "that was gained comes from the head.",
            icon=":material/info:",
        )
    if before_epoch:
        st.caption(f"*Before* is epoch {before_epoch}; the gain is counted from epoch 0 all the same.")
    st.caption(
        "**What am I looking at?** Each point measures one more part of fine-tuning on the same validation pictures; "
        "a bar is what that part changed, picture by picture: green is better, orange worse, grey could be luck. Heads "
        "are solved for on training pictures alone, and judged on others."
    )
    _offer_refit(run, after_epoch, rungs, found)


def pick_measure() -> GainMetric:
    """By which number a model is judged."""
    return "loss" if pick_one("Measure", "measure", MEASURES) == "loss" else "accuracy"


def _computed(run: Run, epoch: int) -> Rungs | None:
    st.markdown(
        "What did the head buy, what the features, and what the training of the head? Heads are solved for on the "
        "features before and after, and compared on the validation pictures."
    )
    asked = f"{run.identity} {epoch} {run.weights_sha256(epoch)}"
    work = follow_work("Compute the gain", _HELP, asked, lambda: climb_in_background(run, epoch))
    return work.result if work else None


def _said(rungs: Rungs) -> dict[Rung, Predictions]:
    said: dict[Rung, Predictions] = {
        "nearest mean": rungs.nearest_mean,
        "probe": rungs.probe,
        "refitted": rungs.refitted,
    }
    if rungs.unaveraged is not None:
        said["unaveraged"] = rungs.unaveraged
    return said | {"trained": rungs.trained}


def _sentence(found: Gain, *, is_averaged: bool) -> str:
    bought = _BOUGHT | ({"trained": "averaging the weights"} if is_averaged else {})
    name = MEASURES[found.whole.name].lower()
    lines = [
        f"From the nearest class mean to the trained model, the {name} changed by **{change_words(found.whole)}** "
        f"({change_interval_words(found.whole)}; {verdict(found.whole)}). Of this:"
    ]
    lines += [
        f"- {bought[step.rung]}: **{change_words(step.change)}** "
        f"({change_interval_words(step.change)}; {verdict(step.change)})"
        for step in found.steps
        if step.change is not None
    ]
    if found.steps[-1].rung == "scaled":
        lines[-1] += ", beyond the trained model; it changes no prediction, and so no accuracy"
    return "\n".join(lines)


def _offer_refit(run: Run, epoch: int, rungs: Rungs, found: Gain) -> None:
    st.header("Refit the head?", divider="gray")
    change = found.by_refitting
    words = f"{change_words(change)} ({change_interval_words(change)})"
    name = MEASURES[change.name].lower()
    if verdict(change) != "better":
        st.markdown(f"A refitted head would change the {name} by {words}: {verdict(change)}. The trained head stays.")
        return
    if rungs.is_frozen:
        st.markdown(f"The head of epoch 0 has a better {name}, by {words}: use epoch 0 as it is.")
        return
    st.markdown(
        f"A head that is solved for on the same features has a better {name}: {words}. The choice is made on "
        "these validation pictures, so that new ones will show a little less of it."
    )
    offer_derived("Refit the head", refitted_origin(run, epoch), lambda: refit_in_background(run, epoch))
