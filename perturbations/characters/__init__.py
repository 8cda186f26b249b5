"""Character-level noise: units are grapheme clusters."""
