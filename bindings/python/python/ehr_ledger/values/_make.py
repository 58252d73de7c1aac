"""How values are made of what callers give."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any, TypeVar

from ..errors import InvalidArgumentError

_F = TypeVar("_F", bound=enum.Flag)


def flags(cls: type[_F], value: _F | str | Iterable[str]) -> _F:
    """A set from itself, a word or words."""
    if isinstance(value, cls):
        return value
    result = cls(0)
    for word in [value] if isinstance(value, str) else value:
        if not isinstance(word, str):
            raise TypeError(f"expected {cls.__name__}, a word or words, got {type(word).__name__}")
        if word not in cls.__members__:
            raise InvalidArgumentError(cls.__name__, "no such word")
        result |= cls[word]
    return result


def id_of(name: str, value: Any) -> Any:
    """An id from itself, from text or, for an account, from its keys."""
    from .. import _ehr

    if name == "AccountId" and isinstance(value, _ehr.Keyring):
        return value.account
    cls = getattr(_ehr, name)
    return value if isinstance(value, cls) else cls(value)


def init(value: object, **fields: object) -> None:
    """Sets the fields of a frozen value that is being made."""
    for name, content in fields.items():
        object.__setattr__(value, name, content)
