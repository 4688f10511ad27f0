"""Where runs are carried out: one background thread that takes them in turn."""
