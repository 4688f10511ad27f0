"""Which blocks of a backbone a recipe let learn between two epochs: the others cannot have moved."""

from sftviz.config import Recipe
from sftviz.models.catalogue import backbone_named
from sftviz.runs.run import Run


def movable_blocks(run: Run, before_epoch: int, after_epoch: int) -> tuple[int, int]:
    """How many of the last blocks of a run's backbone may have moved between two epochs, and how many there are."""
    num_blocks = len(backbone_named(run.config.model.backbone).blocks)
    if run.config.origin is not None and before_epoch != after_epoch:
        # Its weights come from another run, of whose recipe it only keeps the end.
        return num_blocks, num_blocks
    return num_learning_blocks(run.recipe, before_epoch, after_epoch, num_blocks), num_blocks


def num_learning_blocks(recipe: Recipe, before_epoch: int, after_epoch: int, num_blocks: int) -> int:
    """How many of the last blocks learned at any time between the ends of two epochs, in either order.

    Args:
        recipe: as the run trained by it.
        before_epoch: one of the epochs.
        after_epoch: the other.
        num_blocks: of the backbone.
    """
    first, last = sorted((before_epoch, after_epoch))
    most = end = 0
    for stage in recipe.stages:
        begin, end = end, end + stage.epochs
        if max(begin, first) < min(end, last) and stage.learns != "head":
            most = max(most, num_blocks if stage.learns == "all" else stage.learns)
    return most
