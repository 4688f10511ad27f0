"""The audit of a data set on its page."""
