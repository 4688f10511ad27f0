"""The same jobs from a terminal, from the same events."""
