"""Runs on disk: a folder each, whose append-only event log is the only truth. Never loads torch."""
