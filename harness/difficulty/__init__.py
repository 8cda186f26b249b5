"""Difficulty of tasks: measures of it, what they are computed from, and whether they agree."""
