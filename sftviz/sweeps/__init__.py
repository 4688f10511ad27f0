"""Runs that differ in a few values of their configuration, made and compared as a group. Never loads torch."""
