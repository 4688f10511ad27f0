"""Which blocks of a backbone a recipe let learn between two epochs: the others cannot have moved."""

from sftviz.config import Recipe


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
