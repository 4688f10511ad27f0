"""How the arithmetic of a network is done: ways that differ in speed and agree in their results, and which to take."""
