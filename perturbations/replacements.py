"""Replacements: what may stand in the place of each grapheme cluster of a language, found when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from perturbations.chance import Draw
from perturbations.edits import Edit, make
from perturbations.eligibility import Eligible
from perturbations.passage import Passage
from perturbations.segmentation import LONGEST_CLUSTER
from perturbations.stretches import Stretches

REMEMBERED = 65_536
"""Clusters of a language whose replacements are kept."""


Options = TypeVar("Options", bound=Sequence[str])


class Replacements(dict[str, Options]):
    """What may stand in the place of each cluster.

    A look-up costs no call where the cluster is known, and texts repeat their clusters.

    Args:
        find: the replacements of a cluster; empty where it may not be struck.
    """

    __slots__ = ("_find", "_struck")

    def __init__(self, find: Callable[[str], Options]) -> None:
        super().__init__()
        self._find = find
        self._struck = Eligible(lambda character: bool(self[character]))

    def __missing__(self, cluster: str) -> Options:
        if len(cluster) > LONGEST_CLUSTER:
            # Only whole clusters are looked up so, and of them no more is asked than how many there are.
            return cast("Options", ())
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[cluster] = self._find(cluster)
        return found

    def sites(self, passage: Passage) -> Stretches:
        """The grapheme clusters of a passage that have replacements."""
        if passage.plain:
            return passage.beginning_with(self._struck)
        mask = bytearray(self._struck.of(passage.initial_codes))
        text, starts, ends = passage.text, passage.graphemes.starts, passage.graphemes.ends
        for index in passage.composed:
            mask[index] = bool(self[text[starts[index] : ends[index]]])
        return passage.graphemes.masked(bytes(mask))

    def sites_by_initial(self, passage: Passage) -> Stretches:
        """The grapheme clusters of which the first code point has replacements."""
        return passage.beginning_with(self._struck)

    def strike(self, text: str, sites: Sequence[tuple[int, int]], draw: Draw) -> list[Edit]:
        """An edit at each of the sites of a text, with a replacement of its cluster drawn at random."""
        edits: list[Edit] = []
        for start, end in sites:
            options = self[text[start:end]]
            edits.append(make(Edit, (start, end, options[int(draw() * len(options))], ())))
        return edits
