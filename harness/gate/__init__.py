"""The gate: is a candidate worse than a baseline, not worse, or can nobody tell."""
