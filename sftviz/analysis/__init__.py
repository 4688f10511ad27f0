"""Numbers about predictions: scores, confusion, mistakes."""
