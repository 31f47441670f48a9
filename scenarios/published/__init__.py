"""Scenarios of published work, a file a paper or project."""
