"""What goes wrong with a text: perturbations, the edits they make, and the policies that choose among them."""

from perturbations.edits import Edit, Edits, Kept, Span, Status
from perturbations.errors import XRobustError
from perturbations.languages import Language, find_language, languages
from perturbations.passage import Level, Passage
from perturbations.perturbation import Noise, Perturbation, Rewriting, Scope
from perturbations.policy import perturb
from perturbations.protection import Protection, protect
from perturbations.registry import PRESETS, all_perturbations, find_perturbation, preset

__all__ = [
    "PRESETS",
    "Edit",
    "Edits",
    "Kept",
    "Language",
    "Level",
    "Noise",
    "Passage",
    "Perturbation",
    "Protection",
    "Rewriting",
    "Scope",
    "Span",
    "Status",
    "XRobustError",
    "all_perturbations",
    "find_language",
    "find_perturbation",
    "languages",
    "perturb",
    "preset",
    "protect",
]
