"""Power before a run: what effect its sizes can show, and what sizes a margin needs."""
