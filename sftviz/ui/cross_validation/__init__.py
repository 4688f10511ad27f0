"""The parts of the Cross-validate page: what is asked, the head in seconds, and the runs of a group."""
