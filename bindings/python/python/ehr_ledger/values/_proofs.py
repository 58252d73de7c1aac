"""What a proof shows, and what checking a whole ledger found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._ehr import BlockId, GrantId, TxId
    from ._policy import GrantInfo
    from ._records import VersionInfo

__all__ = ["Problem", "ProvenFacts", "VerifyReport"]


@dataclass(frozen=True, slots=True)
class ProvenFacts:
    """What a proof proves, all of it as of one block."""

    height: int
    block: BlockId
    confirmations: int | None
    """``None`` where only a block id was trusted."""
    versions: tuple[VersionInfo, ...]
    grants: tuple[GrantInfo, ...]
    in_force: tuple[GrantId, ...]
    transactions: tuple[TxId, ...]
    receipts: tuple[TxId, ...]
    """Transactions whose receipt says that they took effect."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a ledger."""

    height: int | None
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """A ledger computed again from its genesis. True if nothing is wrong."""

    sound: bool
    blocks: int
    transactions: int
    versions: int
    bodies: int
    bodies_elsewhere: int
    """Sealed bodies that are not here, which is no error: others keep them."""
    problems: tuple[Problem, ...]
    """What is wrong, the first hundred."""
    more_problems: int

    def __bool__(self) -> bool:
        return self.sound
