"""What can go wrong, one class per kind.

Every exception of this package is an :class:`EhrError`, and most are also the builtin that fits, so that code which
has never heard of this package does the right thing: a record that is not there is a ``LookupError``, a refusal by
the patient a ``PermissionError``, a full disk an ``OSError``.

>>> import ehr_ledger
>>> try:
...     ehr_ledger.AccountId("not an id")
... except ValueError as error:
...     error.kind, error.field
('InvalidArgument', 'AccountId')

The texts are safe to show and to log: no record text, no key, no passphrase is ever in them.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "BusyError",
    "CancelledError",
    "CannotOpenError",
    "ClosedError",
    "DamagedError",
    "DeniedError",
    "EhrError",
    "ForkedError",
    "HostError",
    "InternalError",
    "InvalidArgumentError",
    "MalformedError",
    "NewerFormatError",
    "NotFoundError",
    "RefusedError",
    "StorageError",
]


class EhrError(Exception):
    """Base of every error of this package.

    ``kind`` is a stable word (the same in Kotlin and Swift), ``reason`` a sentence that is safe to show.
    """

    kind: ClassVar[str] = "Internal"
    reason: str

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason,)


class InvalidArgumentError(EhrError, ValueError):
    """An argument that cannot be meant; ``field`` names it."""

    kind = "InvalidArgument"
    field: str

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.field, self.reason)


class MalformedError(EhrError, ValueError):
    """Bytes that are not what they should be: cut short, changed, or of another kind."""

    kind = "Malformed"


class NotFoundError(EhrError, LookupError):
    """There is no such thing; ``what`` says what was looked for, ``id`` which."""

    kind = "NotFound"
    what: str
    id: str

    def __init__(self, what: str, id: str) -> None:  # noqa: A002 - the word of the other languages
        super().__init__(f"no {what} {id}".rstrip())
        self.what = what
        self.id = id

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, self.id)


class DeniedError(EhrError, PermissionError):
    """The patient's rules do not permit it; ``reason`` says which one."""

    kind = "Denied"


class RefusedError(EhrError, ValueError):
    """The ledger's rules do not take the transaction, block or frame."""

    kind = "Refused"


class CannotOpenError(EhrError, ValueError):
    """The key or passphrase does not open it."""

    kind = "CannotOpen"


class DamagedError(EhrError, OSError):
    """Something stored is no longer what was written."""

    kind = "Damaged"


class StorageError(EhrError, OSError):
    """The disk or the host's store failed; nothing was changed."""

    kind = "Storage"


class NewerFormatError(EhrError, ValueError):
    """Written by a newer version of this package."""

    kind = "NewerFormat"


class BusyError(EhrError, RuntimeError):
    """The ledger is in use: called from one of its own callbacks, or by another thread for too long."""

    kind = "Busy"


class ClosedError(EhrError, ValueError):
    """The handle was closed, as with a closed file."""

    kind = "Closed"

    def __init__(self, reason: str = "closed") -> None:
        super().__init__(reason)


class ForkedError(ClosedError):
    """The handle was made before ``os.fork`` and belongs to the parent process: open the ledger in the child."""


class CancelledError(EhrError, RuntimeError):
    """A progress callback returned ``False``."""

    kind = "Cancelled"

    def __init__(self, reason: str = "cancelled") -> None:
        super().__init__(reason)


class HostError(EhrError, RuntimeError):
    """A store, transport, signer or callback written in Python failed or answered garbage.

    An exception that it raised is ``__cause__``.
    """

    kind = "Host"


class InternalError(EhrError, RuntimeError):
    """A mistake in this package. The ledger is read again from its store before the next call."""

    kind = "Internal"
