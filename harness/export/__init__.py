"""Export: the clean and perturbed inputs of a plan as files, for systems that run elsewhere."""
