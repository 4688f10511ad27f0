"""The views of the Evaluate page: each shows one thing about two checkpoints."""
