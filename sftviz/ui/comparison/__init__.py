"""The parts of the Compare page: each shows one thing about several runs."""
