"""The slider between two epochs' weights, and a run of its own from any place on it."""

import streamlit as st

from sftviz.analysis.weight_path import SHARES, SaidOnTheWay, WeightPath, path_table, weight_path
from sftviz.embeddings.path_of_run import kept_path, mixed_origin
from sftviz.errors import EmptyResultError
from sftviz.figures.between import path_figure
from sftviz.jobs.deriving import keep_in_background, walk_in_background
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.embeddings.derived import offer_derived
from sftviz.ui.embeddings.gain import MEASURES, pick_measure
from sftviz.ui.measure_words import change_interval_words, change_words, verdict
from sftviz.ui.pickers import slide
from sftviz.ui.wording import percent
from sftviz.ui.work_view import follow_work

_HELP = "Passes the validation pictures through the weights at nine places between the two epochs."
_LAST = len(SHARES) - 1


def show_between(run: Run, before_epoch: int, after_epoch: int) -> None:
    """Curves over the way, the numbers at the chosen place, and a button that keeps it."""
    if before_epoch == after_epoch:
        raise EmptyResultError("Nothing lies between an epoch and itself; choose two epochs.")
    said = kept_path(run, before_epoch, after_epoch) or _computed(run, before_epoch, after_epoch)
    if said is None:
        return
    metric = pick_measure()
    path = analysed(weight_path, said=said, metric=metric)
    label = f"Epoch {before_epoch} at 0 %, epoch {after_epoch} at 100 %"
    place = slide(label, "share", 0, 100, 10, default=10 * path.best) // 10
    _show_numbers(path, place)
    show_figure(
        path_figure(path, SHARES[place]),
        lambda: path_table(path),
        name=f"between {run.identity} epochs {before_epoch} and {after_epoch}",
        key=f"between {metric}",
    )
    st.markdown(_sentence(path))
    st.caption(_how(said))
    _offer_to_keep(run, path, place)


def _computed(run: Run, before: int, after: int) -> SaidOnTheWay | None:
    st.markdown(
        "Weights between the pretrained and the fine-tuned ones are often as good as either, and sometimes better: "
        "what fine-tuning learned, with more of what was known before."
    )
    asked = f"{run.identity} {run.weights_sha256(before)} {run.weights_sha256(after)}"
    work = follow_work("Compute what lies between", _HELP, asked, lambda: walk_in_background(run, before, after))
    return work.result if work else None


def _show_numbers(path: WeightPath, place: int) -> None:
    low, high = (100 * path.accuracy_A2[place]).tolist()
    least, most = path.loss_A2[place].tolist()
    with st.container(horizontal=True):
        accuracy, loss = percent(float(path.accuracy_A[place])), f"{path.loss_A[place]:.3f} nats"
        st.metric(f"Accuracy ({low:.1f}–{high:.1f})", accuracy, border=True, height="stretch")
        st.metric(f"Log-loss ({least:.3f}–{most:.3f})", loss, border=True, height="stretch")
        differs = percent(float(path.differs_A[place]))
        st.metric("Predictions that differ from before", differs, border=True, height="stretch")
        st.metric("Fixed", f"{path.fixed_A[place]:,}", border=True, height="stretch")
        st.metric("Broken", f"{path.broken_A[place]:,}", border=True, height="stretch")
    if place != _LAST:
        change = path.over_after(place)
        st.caption(
            f"Against epoch {path.after.epoch}, the {MEASURES[path.metric].lower()} changes by "
            f"{change_words(change)} ({change_interval_words(change)}): {verdict(change)}."
        )


def _sentence(path: WeightPath) -> str:
    name = MEASURES[path.metric].lower()
    if path.best == _LAST:
        return f"By {name}, **no place on the way is better than epoch {path.after.epoch}** itself."
    change = path.over_after(path.best)
    if change.value == 0:
        return (
            f"By {name}, **no place on the way is better than epoch {path.after.epoch}**; "
            f"{round(100 * SHARES[path.best])} % of the way is as good, with less log-loss."
        )
    where = f"{round(100 * SHARES[path.best])} % of the way is" if path.best else f"epoch {path.before.epoch} itself is"
    flattered = f"{100 * path.optimism:.1f} points" if change.unit == "share" else f"{path.optimism:.3f} nats"
    return (
        f"By {name}, **{where} best**: {change_words(change)} against epoch {path.after.epoch} "
        f"({change_interval_words(change)}; {verdict(change)}). It is the best of {len(SHARES)} on these very "
        f"pictures, and such a choice looks better than it is: expect about {flattered} less of it on new pictures."
    )


def _how(said: SaidOnTheWay) -> str:
    moved = {
        "nothing": "The weights of both epochs are the same: nothing lies between them.",
        "head": "The backbone is the same in both epochs: only the head moves along the way.",
        "all": "All weights go straight from one epoch's to the other's, each by the same share; adapters count as "
        "part of the weights.",
    }[said.moved]
    if said.is_reestimated:
        return f"{moved} Batch-norm statistics between the ends were measured anew on training pictures."
    return (
        f"{moved} At both ends stands what the epoch itself said. Batch-norm statistics, where there are any, stayed "
        "as they were pretrained, so none had to be measured anew in between."
    )


def _offer_to_keep(run: Run, path: WeightPath, place: int) -> None:
    st.header("Keep it as a run", divider="gray")
    if place in (0, _LAST):
        end = path.after.epoch if place else path.before.epoch
        st.markdown(f"This is epoch {end}, which is kept already; move the slider to keep what lies between.")
        return
    share = SHARES[place]
    before, after = path.before.epoch, path.after.epoch
    st.markdown(f"The weights at **{round(100 * share)} %** as a run of their own: to evaluate, explain and compare.")
    offer_derived(
        "Keep as a run",
        mixed_origin(run, before, after, share),
        lambda: keep_in_background(run, before, after, share),
    )
