"""Predictions made elsewhere: a directory of files that stands in place of a checkpoint."""
