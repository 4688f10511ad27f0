"""Why a network predicted what it did: methods, the layer they explain, and their cache."""
