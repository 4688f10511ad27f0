"""From what is asked to one queued run a fold."""

from sftviz.config import RunConfig
from sftviz.data.folds import draw_folds, undivided, with_fold
from sftviz.data.grouping import near_duplicates
from sftviz.data.stored import StoredData
from sftviz.runs.run import Run
from sftviz.ui.stores import caches, jobs, run_store


def start_folds(config: RunConfig, data: StoredData) -> tuple[Run, ...]:
    """Divide the pictures into folds, and queue a run for each behind all others.

    Raises:
        DataError: the pictures cannot be divided.
    """
    num_folds = config.data.num_folds
    listing = undivided(data.listing)
    groups_N = near_duplicates(listing, caches())
    fold_N = draw_folds(listing, groups_N, num_folds=num_folds, seed=config.seed)
    runs = []
    for fold in range(num_folds):
        name = f"{config.name}, fold {fold + 1} of {num_folds}"
        part = config.model_copy(update={"name": name, "data": config.data.model_copy(update={"fold": fold})})
        runs.append(run_store().create(part, with_fold(listing, fold_N, fold).to_json()))
    for run in runs:
        jobs().submit(run, "low")
    return tuple(runs)
