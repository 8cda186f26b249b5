"""Comparing checkpoints: what the factors of their training do to clean scores and to robustness."""
