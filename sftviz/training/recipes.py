"""The presets: recipes by name, each with one sentence on when to use it. Loads no torch."""

from sftviz.config import Recipe, Stage

DEFAULT_RECIPE = "gradual"

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
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
            stages=(Stage(learns="all", epochs=10, head_lr=1e-4, backbone_lr=1e-4),),
            weight_decay=0.05,
            layer_decay=0.9,
            label_smoothing=0.1,
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
        Recipe(name="probe"),
    )
}

WHEN_TO_USE: dict[str, str] = {
    "gradual": "The usual choice: starts from the best head on the pretrained features, then lets the last blocks "
    "learn, then all of them.",
    "full": "All blocks learn from the first step; for several hundred pictures a class, or pictures unlike photos.",
    "article": "The textbook baseline: the backbone stays as it is (ResNet-50 in the article), a new head learns by "
    "plain SGD.",
    "probe": "Seconds: the best head that can be solved for directly on the pretrained features, and nothing else.",
}
