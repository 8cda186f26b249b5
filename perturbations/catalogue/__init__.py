"""The catalogue: every perturbation in every language with an example, as pages of docs/."""
