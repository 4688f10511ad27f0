"""What is asked of a run: validated, frozen, JSON both ways."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Metric = Literal["accuracy", "f1", "balanced_accuracy"]
Fit = Literal["crop", "pad", "squash"]
Learns = Literal["head", "all"] | Annotated[int, Field(ge=1)]


class Config(BaseModel):
    """Shared rules: frozen, and a name that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DataConfig(Config):
    """Which examples, and how they are divided.

    Attributes:
        dataset: identity of the data set in the store.
        validation_share: part of each class kept for validation where the data bring no split of their own.
        test_share: part of each class held out as a test set, likewise; 0 for none.
        fit: how a picture becomes the square that a network sees: its middle ("crop"), all of it with a border ("pad"),
            or all of it out of proportion ("squash"). Of no meaning for data that are no pictures.
        augment: whether training sees a fresh random view of each example in every epoch.
        fold: the part that is kept for validation in a cross-validation, from 0; any other split is then passed over.
            None where there is no cross-validation.
        num_folds: parts that a cross-validation divides the examples into.
    """

    dataset: str
    validation_share: float = Field(0.2, gt=0, lt=1)
    test_share: float = Field(0.0, ge=0, lt=1)
    fit: Fit = "crop"
    augment: bool = True
    fold: int | None = Field(None, ge=0)
    num_folds: int = Field(5, ge=2, le=50)

    @model_validator(mode="after")
    def _something_is_left_to_learn_from(self) -> Self:
        if self.validation_share + self.test_share >= 1:
            raise ValueError("Validation and test take all pictures; leave a share to learn from.")
        return self

    @model_validator(mode="after")
    def _fold_is_one_of_them(self) -> Self:
        if self.fold is not None and self.fold >= self.num_folds:
            raise ValueError(f"Folds count from 0 to {self.num_folds - 1}; there is no fold {self.fold}.")
        return self


class ModelConfig(Config):
    """Which backbone, and where its weights come from.

    Attributes:
        backbone: a name from `sftviz.models.catalogue`.
        weights: "bundled", "default" (downloaded once), "random", or the path of a local file.
        keeps_head: whether epoch 0 has the weights' own head, whose outputs are the classes in their order, and not
            the best one for these examples.
    """

    backbone: str = "efficientnet_lite0"
    weights: str = "bundled"
    # Not written where it is not asked for, so that what was kept of such models before is still found.
    keeps_head: bool = Field(default=False, exclude_if=lambda keeps: not keeps)


class Target(Config):
    """What is good enough.

    Attributes:
        metric: "f1" is the mean of the classes' F1, "balanced_accuracy" the mean of their recalls.
        value: in (0, 1], on the validation examples.
        sure: whether the lower end of the 95 % interval must reach it, and not only the measure itself.
    """

    metric: Metric = "accuracy"
    value: float = Field(gt=0, le=1)
    sure: bool = False


class Stage(Config):
    """One part of a recipe: what learns, for how long, how fast.

    Attributes:
        learns: "head", "all", or the number of last backbone blocks that learn with the head.
        epochs: passes over the training examples.
        head_lr: learning rate of the head at its peak.
        backbone_lr: learning rate of the last backbone block at its peak.
        views: random views of each example that are taken through the frozen part once and kept, epoch after epoch in
            turn; 1 is the plain view alone. Of no effect where everything learns.
        continues: whether it goes on with the optimizer's state of the stage before it, which learns the same; its
            schedule begins anew, and patience counts from its start.
    """

    learns: Learns
    epochs: int = Field(ge=1, le=1000)
    head_lr: float = Field(gt=0)
    backbone_lr: float = Field(0.0, ge=0)
    views: int = Field(1, ge=1, le=64)
    continues: bool = False

    @model_validator(mode="after")
    def _learns_at_a_rate(self) -> Self:
        if self.learns != "head" and self.backbone_lr == 0:
            raise ValueError(f"A stage that trains {self.learns!r} needs backbone_lr above 0, not {self.backbone_lr}.")
        return self


class Recipe(Config):
    """How the network learns after epoch 0.

    Attributes:
        name: the preset that it comes from.
        head: start from the closed-form "probe" of epoch 0, or from a "fresh" random head.
        stages: run one after the other; none means that epoch 0 is all.
        accumulate: batches whose gradients are added up for one step of the optimizer.
        layer_decay: factor on the learning rate from each learning block to the one before it.
        pull_to_start: strength of the pull of the backbone towards its pretrained weights; 0 for none.
        clip_norm: most that the norm of all gradients together may be; None for no limit.
        label_smoothing: share of each target that is spread over all classes.
        mix: blend examples and their labels in pairs, whole ("mixup") or by a rectangle ("cutmix").
        mix_alpha: both parameters of the Beta distribution that the blend is drawn from.
        class_weights: whether rare classes weigh more in the loss ("balanced").
        sampling: each example once an epoch ("shuffled"), or rare classes as often as others ("balanced").
        averaging: decay per step of the moving average of the weights that is evaluated and kept; 0 for none.
        adapter_rank: rank of the low-rank adapters that learn in place of the backbone's linear layers; None for none.
        schedule: learning rate within a stage; "cosine" falls to zero after a short warm-up, "one-cycle" rises slowly
            from a small one and falls further.
        patience: epochs without a better one after which training ends; None trains to the end.
        target_value: validation measure in (0, 1] at which training ends; None for no target.
        target_metric: which measure; see `Target`.
        target_sure: whether the lower end of its 95 % interval must reach the value.
    """

    name: str
    head: Literal["probe", "fresh"] = "probe"
    stages: tuple[Stage, ...] = ()
    batch_size: int = Field(16, ge=1, le=4096)
    optimizer: Literal["sgd", "adamw"] = "adamw"
    momentum: float = Field(0.9, ge=0, lt=1)
    weight_decay: float = Field(0.0, ge=0)
    accumulate: int = Field(1, ge=1, le=256)
    layer_decay: float = Field(1.0, gt=0, le=1)
    pull_to_start: float = Field(0.0, ge=0)
    clip_norm: float | None = Field(None, gt=0)
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    mix: Literal["none", "mixup", "cutmix"] = "none"
    mix_alpha: float = Field(0.2, gt=0)
    class_weights: Literal["none", "balanced"] = "none"
    sampling: Literal["shuffled", "balanced"] = "shuffled"
    averaging: float = Field(0.0, ge=0, lt=1)
    adapter_rank: int | None = Field(None, ge=1, le=256)
    schedule: Literal["constant", "cosine", "one-cycle"] = "constant"
    patience: int | None = Field(None, ge=1)
    target_value: float | None = Field(None, gt=0, le=1)
    target_metric: Metric = "accuracy"
    target_sure: bool = False

    @model_validator(mode="before")
    @classmethod
    def _read_the_older_target(cls, values: Any) -> Any:
        if isinstance(values, dict) and "target_accuracy" in values:
            values = dict(values)
            values["target_value"] = values.pop("target_accuracy")
        return values

    @model_validator(mode="after")
    def _values_go_together(self) -> Self:
        if self.mix == "cutmix" and any(stage.learns != "all" for stage in self.stages):
            raise ValueError(
                "CutMix pastes rectangles of pictures, and a stage whose first blocks are frozen learns from what "
                "these make of them; choose mixup."
            )
        if self.adapter_rank and self.pull_to_start:
            raise ValueError("Adapters leave the pretrained weights as they are; choose pull_to_start 0 with them.")
        return self

    @property
    def target(self) -> Target | None:
        """At what training ends early, if at anything."""
        if self.target_value is None:
            return None
        return Target(metric=self.target_metric, value=self.target_value, sure=self.target_sure)

    @property
    def num_epochs(self) -> int:
        """Epochs of all stages together."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def continued_after(self) -> int:
        """Epochs before the last stage that continues another; 0 where none does."""
        starts = [sum(earlier.epochs for earlier in self.stages[:index]) for index in range(len(self.stages))]
        return max((start for start, stage in zip(starts, self.stages, strict=True) if stage.continues), default=0)

    def cut(self, num_epochs: int) -> Self:
        """The recipe of its first epochs alone."""
        stages: list[Stage] = []
        for stage in self.stages:
            left = num_epochs - sum(earlier.epochs for earlier in stages)
            if left > 0:
                stages.append(stage.model_copy(update={"epochs": min(stage.epochs, left)}))
        return self.model_copy(update={"stages": tuple(stages)})

    @model_validator(mode="after")
    def _continues_what_was_learned(self) -> Self:
        before: Learns | None = None
        for stage in self.stages:
            if stage.continues and stage.learns != before:
                raise ValueError(
                    f"A stage that continues must learn what the one before it did: {before!r}, not {stage.learns!r}."
                )
            before = stage.learns
        return self


class Origin(Config):
    """Where a run comes from whose weights were made from those of another, and not trained.

    Attributes:
        run: identity of the other one; *before* is the same in both.
        epoch: whose weights were taken.
        how: its head solved for anew on its features, or its weights mixed with those of an earlier epoch.
        since: that earlier epoch.
        share: of the way from there to the epoch, in [0, 1].
    """

    run: str
    epoch: int = Field(ge=1)
    how: Literal["head refitted", "mixed"]
    since: int = Field(0, ge=0)
    share: float = Field(1.0, ge=0, le=1)

    @property
    def words(self) -> str:
        """What was done, for a person."""
        if self.how == "head refitted":
            return self.how
        share = f"{round(100 * self.share)} %"
        return f"{share} of the way from epoch {self.since}" if self.since else f"{share} fine-tuned"


class RunConfig(Config):
    """Everything that decides a run's outcome on one machine.

    Attributes:
        group: name that the runs of one sweep share; None for a run on its own.
        numerics: how the arithmetic is done: "measured" takes the fastest way whose results agree, else the name of
            one, as `sftviz.numerics` lists them.
        origin: of a run that was made from another; its recipe says what learns if it is continued.
    """

    name: str = Field(max_length=200)
    group: str | None = Field(None, max_length=200)
    task: Literal["image-classification"] = "image-classification"
    data: DataConfig
    model: ModelConfig = ModelConfig()
    recipe: Recipe
    numerics: str = "measured"
    seed: int = Field(0, ge=0, lt=2**32)
    origin: Origin | None = None
