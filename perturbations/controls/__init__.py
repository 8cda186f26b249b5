"""Controls: what must change nothing."""
