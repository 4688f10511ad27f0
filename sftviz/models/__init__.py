"""Backbones: the catalogue, their weights, and the network that they become with a head."""
