"""From values to vary to the configurations of a group."""

import math

import pytest

from sftviz.config import DataConfig, RunConfig
from sftviz.errors import ModelError, SweepError
from sftviz.sweeps.dimensions import DIMENSIONS, varied
from sftviz.sweeps.sweep import MOST_RUNS, Range, Sweep, parse_choices
from sftviz.training.recipes import RECIPES

BASE = RunConfig(name="birds", group="birds", data=DataConfig(dataset="d"), recipe=RECIPES["gradual"])


def test_a_grid_is_every_combination_in_order() -> None:
    configs = Sweep(base=BASE, vary={"head_lr": (1e-4, 1e-3), "batch_size": (8, 16, 32)}).configs()
    found = [(config.recipe.stages[0].head_lr, config.recipe.batch_size) for config in configs]
    assert found == [(rate, size) for rate in (1e-4, 1e-3) for size in (8, 16, 32)]
    assert {config.group for config in configs} == {"birds"}
    assert configs[1].name == "birds, head_lr 0.0001, batch_size 16"
    assert varied(configs) == ("head_lr", "batch_size")


def test_values_without_effect_make_no_further_runs() -> None:
    configs = Sweep(base=BASE, vary={"head_lr": (1e-4, 1e-3), "recipe": ("probe", "gradual", "article")}).configs()
    found = [(config.recipe.name, DIMENSIONS["head_lr"].read(config)) for config in configs]
    assert found == [
        ("probe", None),
        ("gradual", 1e-4),
        ("article", 1e-4),
        ("gradual", 1e-3),
        ("article", 1e-3),
    ]
    assert configs[0].name == "birds, probe"


def test_what_only_follows_from_the_recipe_is_not_varied() -> None:
    def dimensions(**vary: tuple[float | str, ...]) -> tuple[str, ...]:
        return varied(Sweep(base=BASE, vary=vary).configs())

    assert dimensions(recipe=("probe", "full", "article")) == ("recipe",)
    assert dimensions(recipe=("probe", "full", "article"), head_lr=(1e-4, 1e-3)) == ("recipe", "head_lr")
    assert dimensions(backbone=("resnet18", "resnet50")) == ("backbone",)


def test_every_dimension_proposes_values_that_it_takes() -> None:
    for name, dimension in DIMENSIONS.items():
        choices = parse_choices(name, dimension.proposed)
        assert len(Sweep(base=BASE, vary={name: choices}).configs()) > 1
        assert not dimension.options or set(dimension.proposed.split(", ")) <= set(dimension.options)


def test_every_dimension_reads_what_it_wrote() -> None:
    values = {
        "recipe": "full",
        "backbone": "resnet18",
        "fit": "pad",
        "learns": 2,
        "epochs": 7,
        "head_lr": 0.5,
        "backbone_lr": 0.25,
        "batch_size": 5,
        "layer_decay": 0.5,
        "label_smoothing": 0.25,
        "weight_decay": 0.125,
    }
    assert set(values) == set(DIMENSIONS)
    for name, value in values.items():
        (config,) = Sweep(base=BASE, vary={name: (value,)}).configs()
        assert DIMENSIONS[name].read(config) == value
        changed = {other for other in values if DIMENSIONS[other].read(config) != DIMENSIONS[other].read(BASE)}
        assert changed <= ({name} if name != "recipe" else set(values))


def test_a_backbone_comes_with_its_own_pretrained_weights() -> None:
    configs = Sweep(base=BASE, vary={"backbone": ("efficientnet_lite0", "resnet18")}).configs()
    assert [config.model.weights for config in configs] == ["bundled", "default"]
    random = BASE.model_copy(update={"model": BASE.model.model_copy(update={"weights": "random"})})
    configs = Sweep(base=random, vary={"backbone": ("efficientnet_lite0", "resnet18")}).configs()
    assert [config.model.weights for config in configs] == ["random", "random"]


def test_any_backbone_can_be_varied_once_it_is_described(home: object) -> None:
    del home
    configs = Sweep(base=BASE, vary={"backbone": ("efficientnet_lite0", "timm/test_vit.r160_in1k")}).configs()
    assert [config.model.weights for config in configs] == ["bundled", "default"]
    assert configs[1].name == "birds, timm/test_vit.r160_in1k"
    with pytest.raises(ModelError, match="Nothing is known yet of the backbone 'hf-hub:somebody/small'"):
        Sweep(base=BASE, vary={"backbone": ("hf-hub:somebody/small",)}).configs()


def test_a_random_sample_is_distinct_within_its_ranges_and_repeats_with_its_seed() -> None:
    vary = {"head_lr": Range(low=1e-5, high=1e-1), "epochs": Range(low=1, high=30), "batch_size": (8, 16)}
    configs = Sweep(base=BASE, vary=vary, num_random=60, seed=3).configs()
    assert len({(config.recipe) for config in configs}) == 60
    rates = [config.recipe.stages[0].head_lr for config in configs]
    assert all(1e-5 <= rate <= 1e-1 for rate in rates)
    assert all(1 <= config.recipe.stages[-1].epochs <= 30 for config in configs)
    # Log-uniform: each of the four decades gets its share.
    decades = [math.floor(math.log10(rate)) for rate in rates]
    assert min(decades.count(decade) for decade in (-5, -4, -3, -2)) >= 5
    assert configs == Sweep(base=BASE, vary=vary, num_random=60, seed=3).configs()
    assert configs != Sweep(base=BASE, vary=vary, num_random=60, seed=4).configs()
    assert configs[:10] == Sweep(base=BASE, vary=vary, num_random=10, seed=3).configs()


def test_a_random_sample_of_few_combinations_ends_with_them() -> None:
    configs = Sweep(base=BASE, vary={"head_lr": (1e-4, 1e-3), "batch_size": (8, 16)}, num_random=50).configs()
    assert len(configs) == 4


@pytest.mark.parametrize(
    ("name", "text", "choices"),
    [
        ("head_lr", "1e-4, 1e-3,1e-4", (1e-4, 1e-3)),
        ("head_lr", "1e-5..1e-2", Range(low=1e-5, high=1e-2)),
        ("label_smoothing", "0..0.2", Range(low=0, high=0.2)),
        ("epochs", "4", (4,)),
        ("learns", "head,2,all", ("head", 2, "all")),
        ("recipe", "probe,gradual", ("probe", "gradual")),
        ("backbone", "resnet18, timm/test_vit.r160_in1k", ("resnet18", "timm/test_vit.r160_in1k")),
        ("backbone", "hf-hub:somebody/small", ("hf-hub:somebody/small",)),
    ],
)
def test_choices_are_written_with_commas_or_as_a_range(name: str, text: str, choices: object) -> None:
    assert parse_choices(name, text) == choices


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("colour", "red", "'colour' cannot be varied; choose among recipe"),
        ("head_lr", "fast", "are numbers, with commas"),
        ("epochs", "1.5", "are whole numbers"),
        ("recipe", "unheard-of", "are among probe, last_blocks"),
        ("backbone", "unheard-of", r"are among efficientnet_lite0, .* or others by their full names: torchvision/"),
        ("head_lr", " , ", "does not fit"),
        ("head_lr", "1e-2..1e-4", "from a smaller to a larger number"),
        ("head_lr", "0..1", "starts above zero"),
        ("head_lr", "1..2..3", "does not fit"),
        ("learns", "1..3", "no range of learns"),
    ],
)
def test_choices_that_do_not_fit_are_a_sentence(name: str, text: str, words: str) -> None:
    with pytest.raises(SweepError, match=words):
        parse_choices(name, text)


def test_sweeps_that_cannot_be_made_are_a_sentence() -> None:
    with pytest.raises(SweepError, match="has no end of values"):
        Sweep(base=BASE, vary={"head_lr": Range(low=1e-4, high=1e-3)}).configs()
    with pytest.raises(SweepError, match=f"more than {MOST_RUNS} runs"):
        Sweep(base=BASE, vary={"batch_size": tuple(range(1, MOST_RUNS + 2))}).configs()
    with pytest.raises(SweepError, match="batch_size 0 on the recipe 'gradual'"):
        Sweep(base=BASE, vary={"batch_size": (0,)}).configs()
    article = BASE.model_copy(update={"recipe": RECIPES["article"]})
    with pytest.raises(SweepError, match="needs backbone_lr above 0"):
        Sweep(base=article, vary={"learns": ("all",)}).configs()
    (config,) = Sweep(base=article, vary={"learns": ("all",), "backbone_lr": (1e-4,)}).configs()
    assert config.recipe.stages[-1].backbone_lr == 1e-4
