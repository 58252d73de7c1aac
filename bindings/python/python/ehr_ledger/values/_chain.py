"""The chain, long calls and what happens in a ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from .._ehr import AccountId, BlockId, TxId

__all__ = [
    "BlockInfo",
    "BlockRefused",
    "ClockWentBack",
    "Final",
    "LedgerDamaged",
    "LedgerEvent",
    "Mined",
    "OutFrame",
    "Progress",
    "StoreFailed",
    "Tip",
    "TipMoved",
    "TransactionInfo",
    "TxAccepted",
    "TxDropped",
]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long call is."""

    what: str
    """``"mine"``, ``"verify"`` or ``"sync"``."""
    done: int
    """Tries, blocks or frames so far."""
    total: int | None = None
    """How many there are, where that is known."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest block of the best chain."""

    height: int
    """Number of blocks below it."""
    id: BlockId
    time: dt.datetime
    state_root: bytes
    """Root of the state after it, 32 bytes."""
    final_height: int
    """Blocks up to this one are final."""


@dataclass(frozen=True, slots=True)
class Mined:
    """A block that was mined here."""

    height: int
    id: BlockId
    transactions: int
    """How many it holds."""


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A block of the best chain."""

    height: int
    id: BlockId
    prev: BlockId
    time: dt.datetime
    proposer: AccountId
    state_root: bytes
    tx_root: bytes
    transactions: tuple[TxId, ...]


@dataclass(frozen=True, slots=True)
class TransactionInfo:
    """A transaction that is mined or waits."""

    id: TxId
    kind: str
    """Such as ``"RecordCreate"``."""
    height: int | None
    """Height of its block; ``None`` while it waits."""
    index: int | None
    payer: AccountId
    nonce: int
    fee: int
    signers: tuple[AccountId, ...]
    data: bytes = field(repr=False)
    """Canonical bytes, as ``Ledger.submit_bytes`` takes them."""


@dataclass(frozen=True, slots=True)
class OutFrame:
    """A frame to be carried to a peer."""

    peer: int
    data: bytes = field(repr=False)
    """The frame. An empty one means: close this connection."""


@dataclass(frozen=True, slots=True)
class TipMoved:
    """The best chain changed, and this is on disk."""

    old: BlockId
    new: BlockId
    height: int
    undone: int
    connected: int


@dataclass(frozen=True, slots=True)
class Final:
    """Everything up to here has the confirmations the chain asks for."""

    height: int
    id: BlockId


@dataclass(frozen=True, slots=True)
class TxAccepted:
    """A transaction was taken into the pool."""

    id: TxId


@dataclass(frozen=True, slots=True)
class TxDropped:
    """A transaction left the pool without being mined."""

    id: TxId


@dataclass(frozen=True, slots=True)
class BlockRefused:
    """A block in a better chain breaks a rule."""

    id: BlockId
    why: str


@dataclass(frozen=True, slots=True)
class ClockWentBack:
    """The clock is behind what it said before; the later time is used."""

    latest: dt.datetime
    given: dt.datetime


@dataclass(frozen=True, slots=True)
class LedgerDamaged:
    """A better chain came and cannot be taken, as the store is damaged."""

    what: str


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Something could not be stored; the ledger is back at what is on disk."""

LedgerEvent = Union[TipMoved, Final, TxAccepted, TxDropped, BlockRefused, ClockWentBack, LedgerDamaged, StoreFailed]
"""What ``Ledger.events`` tells."""
