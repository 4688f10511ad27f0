"""Which recipe suits some pictures, a backbone and this machine. Loads no torch."""

from sftviz.config import DataConfig, ModelConfig, Recipe
from sftviz.data.listing import Listing
from sftviz.data.split import training_counts
from sftviz.machine import has_accelerator
from sftviz.models.catalogue import backbone_named
from sftviz.training.recipes import recommended_recipe


def recommend(listing: Listing, model: ModelConfig) -> Recipe:
    """The recommended recipe, for the usual share of pictures kept for validation.

    Raises:
        ModelError: there is no backbone of that name.
    """
    share = DataConfig(dataset=listing.identity).validation_share
    return recommended_recipe(
        training_counts(listing, validation_share=share),
        has_accelerator=has_accelerator(),
        is_transformer=backbone_named(model.backbone).is_transformer,
    )
