"""What can be written in Python: stores, transports, signers and progress callbacks.

Nothing has to be inherited; an object with these methods will do. They may raise: the call that asked then raises
:class:`~ehr_ledger.HostError` with that exception as ``__cause__``, and nothing has changed. What they return is
checked. They are called from the thread that called the ledger, and from several threads if several call it.

A store is called while the ledger is in use, so it must not call the same ledger: that raises
:class:`~ehr_ledger.BusyError` instead of waiting for ever. Transports and progress callbacks may call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, Union

from .values import Progress

__all__ = ["BlobStore", "ProgressCallback", "RecordStore", "Signer", "Transport", "TransportEvent"]

TransportEvent = Union[
    tuple[Literal["up", "down", "ready"], int],
    tuple[Literal["frame"], int, bytes],
]
"""``("up", peer)``, ``("down", peer)``, ``("ready", peer)`` or ``("frame", peer, bytes)``."""


class RecordStore(Protocol):
    """The ledger's tables: byte keys in order, changed by one atomic commit at a time."""

    def get(self, table: int, key: bytes) -> bytes | None:
        """The value of a key."""
        ...

    def range(self, table: int, start: bytes, end: bytes, limit: int) -> Sequence[tuple[bytes, bytes]]:
        """Up to `limit` pairs with ``start <= key < end`` in key order; an empty `end` means no end."""
        ...

    def commit(self, changes: Sequence[tuple[int, bytes, bytes | None]]) -> None:
        """Apply every ``(table, key, value)`` or none, ``None`` deletes; return when it would survive a crash."""
        ...


class BlobStore(Protocol):
    """Sealed bodies by content id."""

    def put(self, id: str, data: bytes) -> None:
        """Keep bytes under their id; again is no error."""
        ...

    def get(self, id: str) -> bytes | None:
        """The bytes of an id."""
        ...

    def forget(self, id: str) -> bool:
        """Forget an id. ``False`` when copies may remain."""
        ...


class Transport(Protocol):
    """Moves frames between ledgers, whole and in order, and knows nothing of blocks."""

    def send(self, peer: int, frame: bytes) -> bool | None:
        """Take a frame. ``False`` when there is no room now: send ``("ready", peer)`` when there is.

        Raise ``ConnectionError`` when the peer is gone.
        """
        ...

    def receive(self, timeout: float) -> TransportEvent | None:
        """The next event, or ``None`` after `timeout` seconds."""
        ...


class Signer(Protocol):
    """A signature key kept elsewhere: a smart card, an HSM, a phone's key store."""

    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of `message`, 64 bytes. It is verified."""
        ...


class ProgressCallback(Protocol):
    """Told how far a long call is, a few times a second."""

    def __call__(self, progress: Progress, /) -> bool | None:
        """Return ``False`` to cancel; the call then raises :class:`~ehr_ledger.CancelledError`."""
        ...
