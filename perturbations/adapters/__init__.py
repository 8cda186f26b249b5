"""Adapters: augmenters of other libraries, and functions of the user, as perturbations."""
