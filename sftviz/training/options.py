"""Every value of a recipe in one sentence, for forms and help texts. Loads no torch."""

RECIPE_OPTIONS: dict[str, str] = {
    "head": "Start from the closed-form head of epoch 0 (probe), or from a random one (fresh).",
    "batch_size": "Examples that are taken through the network together; less if memory runs out.",
    "accumulate": "Batches whose gradients are added up for one step: the effect of a larger batch in little memory.",
    "optimizer": "AdamW adapts each weight's rate and is forgiving; SGD is plain, and wants higher rates.",
    "momentum": "Share of the last step that carries over to the next, for SGD; one-cycle sets its own.",
    "weight_decay": "Pull of all weights towards zero, against overfitting.",
    "layer_decay": "Each block learns at this share of the next one's rate: early blocks know what is true of most "
    "pictures.",
    "pull_to_start": "Pull of the backbone towards its pretrained weights (L2-SP), for little data like that of "
    "pretraining.",
    "clip_norm": "Most that all gradients together may be: keeps one odd batch from throwing the weights off.",
    "label_smoothing": "Share of each label that is spread over all classes: against overconfidence; the training loss "
    "then ends above zero.",
    "mix": "Blend examples and labels in pairs, whole (mixup) or by a rectangle (cutmix, not for stages that train the "
    "head alone): for hundreds of pictures a class; training accuracy then looks low.",
    "mix_alpha": "How strongly pairs are blended: 0.2 leaves most pairs almost as they are, 1 blends at any share.",
    "class_weights": "Let rare classes weigh more in the loss (balanced), where missing one is as bad as any.",
    "sampling": "Show rare classes as often as others (balanced), where some have few pictures.",
    "averaging": "Evaluate and keep a moving average of the weights, steadier than the last step; 0.99 looks back "
    "about a hundred steps, and short runs less.",
    "adapter_rank": "Let low-rank adapters learn in place of a transformer's linear layers; 4 to 16 is usual.",
    "schedule": "Course of the learning rate: constant, falling (cosine), or rising first and falling far (one-cycle).",
    "patience": "Epochs without a better one after which training ends; 0 trains to the end.",
    "target_value": "What is good enough: training ends when the validation measure reaches it; 0 for none.",
    "target_metric": "Which measure: accuracy, the mean of the classes' F1, or of their recalls (balanced accuracy), "
    "in which a rare class counts as much as any.",
    "target_sure": "End only when the lower end of the 95 % interval reaches the target, so that luck is no reason.",
}

STAGE_OPTIONS: dict[str, str] = {
    "learns": "What learns: the head alone, the last few blocks with it, or all.",
    "epochs": "Passes over the training examples.",
    "head_lr": "Learning rate of the head at its peak.",
    "backbone_lr": "Learning rate of the last backbone block at its peak.",
    "views": "Random views of each picture that are taken through the frozen part once and used in turn: more variety "
    "for more time before the first epoch.",
}
