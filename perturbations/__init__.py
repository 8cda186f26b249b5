"""What goes wrong with a text: perturbations, the edits they make, and the policies that choose among them."""

from perturbations.edits import Edit, Edits, Kept, Span, Status
from perturbations.errors import XRobustError
from perturbations.languages import Language, find_language, languages
from perturbations.passage import Level, Passage
from perturbations.perturbation import Perturbation
from perturbations.policy import perturb
from perturbations.registry import all_perturbations, find_perturbation

__all__ = [
    "Edit",
    "Edits",
    "Kept",
    "Language",
    "Level",
    "Passage",
    "Perturbation",
    "Span",
    "Status",
    "XRobustError",
    "all_perturbations",
    "find_language",
    "find_perturbation",
    "languages",
    "perturb",
]
