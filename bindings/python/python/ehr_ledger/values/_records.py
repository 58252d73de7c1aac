"""Records, their versions and scopes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._ehr import AccountId, ContentId, RecordId, ScopeId, TxId
    from ._policy import Basis

__all__ = [
    "OpenedVersion",
    "ProposalInfo",
    "RecordRef",
    "ScopeInfo",
    "ScopeRef",
    "Section",
    "VersionInfo",
]


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """One part of a record: bytes and what they are."""

    body: bytes
    media_type: str = "application/octet-stream"

    def __repr__(self) -> str:
        return f"Section(body=<{len(self.body)} bytes>, media_type={self.media_type!r})"


@dataclass(frozen=True, slots=True)
class ScopeRef:
    """A scope that was handed in."""

    tx: TxId
    scope: ScopeId


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A version of a record that was handed in."""

    tx: TxId
    record: RecordId
    version: int


@dataclass(frozen=True, slots=True)
class OpenedVersion:
    """A record version in the clear."""

    record: RecordId
    version: int
    kind: str
    sections: tuple[Section, ...]
    author: AccountId
    institution: AccountId
    basis: Basis
    """On what the permission to read it rests."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A record version as the chain knows it: nothing clinical."""

    record: RecordId
    version: int
    account: AccountId
    """The patient."""
    scope: ScopeId
    epoch: int
    author: AccountId
    institution: AccountId
    transaction: TxId
    ratified_by: TxId | None
    """The transaction with which the patient ratified a proposal."""
    height: int
    time: dt.datetime
    manifest: ContentId
    wraps: ContentId


@dataclass(frozen=True, slots=True)
class ScopeInfo:
    """A patient's group of records."""

    id: ScopeId
    account: AccountId
    epoch: int


@dataclass(frozen=True, slots=True)
class ProposalInfo:
    """A proposed version as the chain holds it."""

    id: TxId
    record: RecordId
    version: int
    author: AccountId
    institution: AccountId
    expires: dt.datetime
    status: str
    """``"Open"``, ``"Ratified"`` or ``"Rejected"``."""
