"""The views of Embeddings, each a function of a run and two of its epochs."""
