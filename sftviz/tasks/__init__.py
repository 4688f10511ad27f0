"""Kinds of examples that the loop can learn from: reading, model building, loss and measures of each."""
