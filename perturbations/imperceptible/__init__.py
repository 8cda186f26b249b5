"""Imperceptible noise: what the eye does not see and the tokenizer does."""
