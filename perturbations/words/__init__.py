"""Word-level noise: units are words as the language writes them."""
