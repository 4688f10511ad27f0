"""Are the pictures fit to learn from? What is odd about them, found before training."""
