"""Augmenters of other libraries as perturbations: what both libraries have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from random import Random
from typing import Any, ClassVar, Self

from perturbations.adapters.arguments import Options, arguments, described, frozen
from perturbations.adapters.entries import Entry, entries
from perturbations.adapters.foreign import Foreign, guarded, recovered, struck
from perturbations.edits import Edits
from perturbations.errors import AdapterError, UnknownNameError, UsageError
from perturbations.languages import Language
from perturbations.parameters import PLAIN, read
from perturbations.passage import Level, Passage
from perturbations.perturbation import Rewriting, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmenter(Rewriting):
    """An augmenter of another library, by the name of its class or as an object.

    Args:
        augmenter: name of its class.
        options: what its constructor is given, by name; the rest is as the library has it.
        given: the object itself, if one was given; its own settings but those of the rate are left as they are.
        languages: codes of the languages that the object is for, None for all.

    Raises:
        UnknownNameError: no object is given and the table has no such class.
    """

    library: ClassVar[str]
    """Its prefix, the name of its package and of our extra."""
    rated: ClassVar[frozenset[str]]
    """Options that the rate decides."""
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Arguments of its classes that are no options."""
    imports: ClassVar[tuple[str, ...]] = ()
    """Files of NLTK without which the library cannot be imported."""

    augmenter: str
    options: Options = ()
    given: Any = field(default=None, repr=False)
    languages: tuple[str, ...] | None = None
    name: str = field(init=False)
    level: Level = field(init=False)
    source: str = field(init=False)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        known = entries(self.library)
        if self.given is None and self.augmenter not in known:
            raise UnknownNameError(f"{self.library} augmenter", self.augmenter, known)
        entry = self.entry
        object.__setattr__(self, "name", f"{self.library}:{self.augmenter}")
        object.__setattr__(self, "level", entry.level)
        object.__setattr__(self, "source", entry.source or f"{self.library} {self.augmenter}")
        object.__setattr__(self, "scope", entry.scope)

    @property
    def entry(self) -> Entry:
        """What is known of the class; of an unknown one, that it changes words in any language."""
        return entries(self.library).get(self.augmenter, Entry())

    @abstractmethod
    def prepared(self, language: Language) -> Any:
        """The object that is asked for texts in the language; made once and kept."""
        ...

    @abstractmethod
    def words(self, made: Any, text: str) -> Sequence[str] | None:
        """What it takes for the words of a text, None where it does not say."""
        ...

    @abstractmethod
    def augmented(self, made: Any, passage: Passage, count: int) -> object:
        """What it makes of the passage if it is to strike `count` times, or the whole text where that is its scope."""
        ...

    @abstractmethod
    def twofold(self, made: Any) -> bool:
        """Whether one strike touches two units (a swap)."""
        ...

    def supports(self, language: Language) -> bool:
        """Whether it has anything for the language: never what it has for another instead."""
        entry, options = self.entry, dict(self.options)
        if self.given is not None:
            return self.languages is None or language.code in self.languages
        freed = any(name in options and (not of or options[name] in of) for name, of in entry.frees.items())
        if entry.languages is None or freed:
            return True
        if entry.argument in options:
            return language.code == options[entry.argument]
        return language.code in entry.languages

    def missing(self, language: Language) -> str | None:
        """The library, an option without which it cannot work, models of NLTK, or whatever else it fails to find."""
        wanting = self.wanting()
        return _unprepared(self, language) if wanting is None and self.given is None else wanting

    def wanting(self) -> str | None:
        """What is missing as far as can be told without the library being imported."""
        if find_spec(self.library) is None:
            return f"{self.name}: {self.library} is not installed: pip install 'xrobust[{self.library}]'"
        if self.given is not None:
            return None
        if lacking := [name for name in self.entry.needs if name not in dict(self.options)]:
            return f"{self.name}: not given: {', '.join(lacking)}: give it as a parameter of the perturbation"
        if lacking := [name for name in (*self.imports, *self.entry.models) if not _has_model(name)]:
            package = lacking[0].split("/")[1]
            return f"{self.name}: NLTK has no {lacking[0]}: python -m nltk.downloader {package}, or set NLTK_DATA"
        return None

    def contents(self, language: Language) -> Mapping[str, str]:
        """The version of the library, and an object by its settings."""
        given = {"given": described(self.given)} if self.given is not None else {}
        return {"version": version(self.library), **given}

    def configured(self, values: Mapping[str, object]) -> Self:
        """The same with these values for arguments of its constructor.

        Raises:
            UnknownNameError: it has no such argument.
            UsageError: an object was given, a value of another type, or what the rate decides.
        """
        if not values:
            return self
        if self.given is not None:
            raise UsageError(f"{self.name} was given as an object: set {', '.join(values)} on it")
        if decided := [name for name in values if name in self.rated]:
            raise UsageError(f"{self.name}: {decided[0]} follows from the rate: leave it out")
        if find_spec(self.library) is not None:
            with guarded(self.name, "to be imported"):
                known = arguments(self.entry.module, self.augmenter)
            allowed = {name: item for name, item in known.items() if name not in self.rated | self.fixed}
            values = {name: self._read(name, value, allowed) for name, value in values.items()}
        chosen = {name: frozen(value, f"{self.name}: {name}") for name, value in values.items()}
        return replace(self, options=tuple(sorted((dict(self.options) | chosen).items())))

    def _read(self, name: str, value: object, allowed: Mapping[str, object]) -> object:
        """A value as the default of the argument has it; any where the default is none of the plain kinds."""
        if name not in allowed:
            raise UnknownNameError(f"parameter of {self.name}", name, allowed)
        kind = type(allowed[name])
        return read(value, kind, f"{self.name}: {name}") if kind in PLAIN else value

    def rewrite(self, passage: Passage, *, rate: float, draws: Random) -> Edits:
        """What it makes of the passage, as edits.

        It is asked for as many strikes as the rate is worth in our units, rounded without bias; how many units it then
        touches is its own affair, and is what the edits say.
        """
        made = self.prepared(passage.writing)
        units = len(passage.units(self.level))
        wanted = rate if self.scope is Scope.TEXT else rate * units / (1 + self.twofold(made))
        count = int(wanted) + (draws.random() < wanted - int(wanted))
        if not count:
            return Edits(passage.text, units=units)
        foreign = Foreign(self.name, self.level, self.scope, self.entry.spaced, lambda text: self.words(made, text))
        after = struck(foreign, passage, draws, lambda _: self.augmented(made, passage, count))
        return recovered(foreign, passage, after, rate=rate)


@lru_cache(maxsize=256)
def _unprepared(augmenter: Augmenter, language: Language) -> str | None:
    """Why the object for a language cannot be made, None where it can."""
    try:
        augmenter.prepared(language)
    except AdapterError as error:
        return str(error)
    return None


def _has_model(name: str) -> bool:
    """Whether NLTK finds a file of its data."""
    data: Any = import_module("nltk.data")
    for form in (name, f"{name}.zip"):
        try:
            data.find(form)
        except LookupError:
            continue
        return True
    return False
