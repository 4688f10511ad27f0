"""The views of Explain: why a checkpoint says what it says."""
