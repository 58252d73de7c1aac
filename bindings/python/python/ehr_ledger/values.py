"""What the ledger takes and answers: plain values that cannot change, compare by content, hash and pickle.

>>> from ehr_ledger import Section
>>> Section(b"{}", media_type="application/fhir+json")
Section(body=<2 bytes>, media_type='application/fhir+json')

Bodies are never shown by ``repr``: it ends up in logs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .enums import Actions, Obligations, Purposes, StaffRoles

if TYPE_CHECKING:
    from ._ehr import AccountId, BlockId, ChainId, ContentId, GrantId, RecordId, RequestId, ScopeId, TxId


class _Hidden(bytes):
    """Bytes that do not show themselves."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """One part of a record: bytes and what they are."""

    body: bytes
    media_type: str = "application/octet-stream"

    def __repr__(self) -> str:
        return f"Section(body=<{len(self.body)} bytes>, media_type={self.media_type!r})"


@dataclass(frozen=True, slots=True, order=True)
class Progress:
    """How far a long call is."""

    what: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Tip:
    """The newest block of the best chain."""

    height: int
    """Number of blocks below it."""
    id: BlockId
    time: dt.datetime
    state_root: bytes
    """Root of the state tree after it, 32 bytes."""
    final_height: int
    """Blocks up to this one will not be replaced."""


@dataclass(frozen=True, slots=True, order=True)
class Mined:
    """A block that was found and taken."""

    height: int
    id: BlockId
    transactions: int


# --- whom and what a rule is about -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfAccount:
    """One account."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class StaffOf:
    """Staff of one institution with any of these roles."""

    institution: AccountId
    roles: StaffRoles


@dataclass(frozen=True, slots=True)
class OfInstitution:
    """Everybody acting for one institution."""

    institution: AccountId


@dataclass(frozen=True, slots=True)
class AnyAdmitted:
    """Staff of any admitted institution with any of these roles."""

    roles: StaffRoles


Subject = OfAccount | StaffOf | OfInstitution | AnyAdmitted
"""Whom a rule is about."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything of one patient."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class OfScope:
    """One scope."""

    scope: ScopeId


@dataclass(frozen=True, slots=True)
class OfRecord:
    """One record, all versions."""

    record: RecordId


@dataclass(frozen=True, slots=True)
class OfVersion:
    """One version of a record."""

    record: RecordId
    version: int


@dataclass(frozen=True, slots=True)
class OfSection:
    """One section of one version."""

    record: RecordId
    version: int
    section: int


Resource = AllOf | OfScope | OfRecord | OfVersion | OfSection
"""What a rule is about."""
