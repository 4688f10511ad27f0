"""Supervised fine-tuning you can see: what changed, picture by picture."""

__version__ = "0.1.0"
