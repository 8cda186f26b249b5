"""Metrics: one a file, found by name in `harness.metrics.registry`."""
