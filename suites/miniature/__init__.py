"""The miniature suite: a small generated world in twelve languages, offline; every example is synthetic."""
