"""Predictors: one task kind a file; `harness.predictors.make` picks it."""
