"""Lazy values: computed when first asked for, then an attribute like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class lazily(Generic[Value]):  # noqa: N801 - used as a decorator
    """As `functools.cached_property`, without the lock that it takes up to Python 3.11.

    The lock takes a microsecond for each value, a tenth of the time in which a sentence is perturbed. Two threads may
    compute one value twice; both get the same.
    """

    def __init__(self, find: Callable[[Any], Value]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> lazily[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object | None, owner: type) -> Value | lazily[Value]:
        if instance is None:
            return self
        # A dictionary entry is found before this descriptor the next time, since it defines no `__set__`.
        value = instance.__dict__[self._name] = self._find(instance)
        return value
