"""Checkpoints: opening, fingerprints, lineage, and loading with every check made."""
