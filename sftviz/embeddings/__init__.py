"""What fine-tuning moved: joint projections of embeddings before and after."""
