"""The presets: recipes by name, each with one sentence on when to use it. Loads no torch."""

from collections.abc import Sequence

from sftviz.config import Recipe, Stage

DEFAULT_RECIPE = "last_blocks"  # suits most data on most machines

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(name="probe"),
        Recipe(
            name="last_blocks",
            stages=(Stage(learns=2, epochs=8, head_lr=3e-4, backbone_lr=3e-4, views=4),),
            weight_decay=0.05,
            label_smoothing=0.1,
            averaging=0.99,
            schedule="cosine",
        ),
        Recipe(
            name="gradual",
            stages=(
                Stage(learns=3, epochs=2, head_lr=1e-4, backbone_lr=1e-4),
                Stage(learns="all", epochs=6, head_lr=1e-4, backbone_lr=1e-4),
            ),
            weight_decay=0.05,
            layer_decay=0.9,
            label_smoothing=0.1,
            schedule="cosine",
        ),
        Recipe(
            name="full",
            stages=(Stage(learns="all", epochs=10, head_lr=2e-4, backbone_lr=2e-4),),
            weight_decay=0.05,
            layer_decay=0.75,
            label_smoothing=0.1,
            mix="mixup",
            averaging=0.99,
            clip_norm=1.0,
            schedule="one-cycle",
        ),
        Recipe(
            name="adapters",
            stages=(Stage(learns="all", epochs=10, head_lr=1e-4, backbone_lr=1e-3),),
            adapter_rank=8,
            label_smoothing=0.1,
            clip_norm=1.0,
            schedule="cosine",
        ),
        Recipe(
            name="article",
            head="fresh",
            stages=(Stage(learns="head", epochs=10, head_lr=1e-3),),
            batch_size=4,
            optimizer="sgd",
            momentum=0.9,
        ),
    )
}

WHEN_TO_USE: dict[str, str] = {
    "probe": "Seconds: the best head that can be solved for directly on the pretrained features, and nothing else.",
    "last_blocks": "Minutes on any machine: from the probe's head, the last blocks learn over what the frozen ones "
    "before them have computed once.",
    "gradual": "When you can wait longer: the last blocks learn first, then all of them, the early ones more slowly.",
    "full": "Several hundred pictures a class and an accelerator, or pictures unlike photos: everything learns at "
    "once, held back by layer-wise rates, mixup and averaged weights.",
    "adapters": "Transformers (Swin, ViT) that would not fit into memory otherwise: small matrices learn in their "
    "place and merge into them.",
    "article": "The textbook baseline: the backbone stays as it is (ResNet-50 in the article), a new head learns by "
    "plain SGD.",
}

_MANY_EXAMPLES = 200
_LEAST_STEPS = 8


def recommended_recipe(
    examples_per_class: Sequence[int], *, has_accelerator: bool, is_transformer: bool = False
) -> Recipe:
    """The preset that suits the size of the data and the machine, its batches no larger than the data can bear.

    A judgement, not a theorem: without an accelerator, or up to 200 examples a class, the last blocks learn; beyond
    that the whole backbone does, or adapters in a transformer.

    Args:
        examples_per_class: training examples of each class.
        has_accelerator: whether training runs on one.
        is_transformer: whether the backbone is made of linear layers mostly.
    """
    total = sum(examples_per_class)
    if not has_accelerator or total <= _MANY_EXAMPLES * len(examples_per_class):
        name = DEFAULT_RECIPE
    else:
        name = "adapters" if is_transformer else "full"
    recipe = RECIPES[name]
    return recipe.model_copy(update={"batch_size": _batch_size(total, recipe.batch_size)})


def _batch_size(total: int, most: int) -> int:
    """A power of two that gives an epoch at least eight steps, from four examples to what the recipe asks for."""
    size = most
    while size > 4 and total < _LEAST_STEPS * size:
        size //= 2
    return size
