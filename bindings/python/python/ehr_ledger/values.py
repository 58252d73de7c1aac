"""What the ledger takes and answers: plain values that do not change, compare by content, hash and pickle.

>>> from ehr_ledger import Section
>>> Section(b"{}", media_type="application/fhir+json")
Section(body=<2 bytes>, media_type='application/fhir+json')

The bytes of a body are never shown by ``repr``, which ends up in logs. Times are aware and in UTC; what has no end says
the last millisecond of the year 9999.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, Union

from .enums import Actions, Obligations, Purposes, Role, StaffRoles
from .errors import InvalidArgumentError

if TYPE_CHECKING:
    from ._ehr import AccountId, BlockId, ContentId, GrantId, Keyring, RecordId, RequestId, ScopeId, TxId

__all__ = [
    "AccountInfo",
    "AllOf",
    "AnyAdmitted",
    "Basis",
    "BlockInfo",
    "BlockRefused",
    "ClockWentBack",
    "Decision",
    "Denial",
    "DeviceInfo",
    "Final",
    "GrantInfo",
    "GrantTerms",
    "LedgerDamaged",
    "LedgerEvent",
    "MembershipInfo",
    "Mined",
    "OfAccount",
    "OfInstitution",
    "OfRecord",
    "OfScope",
    "OfSection",
    "OfVersion",
    "OpenedVersion",
    "OutFrame",
    "Problem",
    "Progress",
    "ProposalInfo",
    "ProvenFacts",
    "Reason",
    "RecordRef",
    "RequestInfo",
    "Resource",
    "ScopeInfo",
    "ScopeRef",
    "Section",
    "StaffOf",
    "StoreFailed",
    "Subject",
    "Tip",
    "TipMoved",
    "TransactionInfo",
    "TxAccepted",
    "TxDropped",
    "VerifyReport",
    "VersionInfo",
]

_F = TypeVar("_F", bound=enum.Flag)


def _flag(cls: type[_F], value: _F | str | Iterable[str]) -> _F:
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


def _id(name: str, value: Any) -> Any:
    """An id from itself, from text or, for an account, from its keys."""
    from . import _ehr

    if name == "AccountId" and isinstance(value, _ehr.Keyring):
        return value.account
    cls = getattr(_ehr, name)
    return value if isinstance(value, cls) else cls(value)


def _set(value: object, **fields: object) -> None:
    for name, content in fields.items():
        object.__setattr__(value, name, content)


# --- chain -----------------------------------------------------------------------------------------------------------


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


# --- whom and what a rule is about -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfAccount:
    """One account; its id, the id's text or the keys will do."""

    account: AccountId

    def __init__(self, account: AccountId | Keyring | str) -> None:
        _set(self, account=_id("AccountId", account))


@dataclass(frozen=True, slots=True)
class StaffOf:
    """Staff of one institution with any of these roles."""

    institution: AccountId
    roles: StaffRoles

    def __init__(self, institution: AccountId | Keyring | str, roles: StaffRoles | str | Iterable[str]) -> None:
        _set(self, institution=_id("AccountId", institution), roles=_flag(StaffRoles, roles))


@dataclass(frozen=True, slots=True)
class OfInstitution:
    """Everybody acting for one institution."""

    institution: AccountId

    def __init__(self, institution: AccountId | Keyring | str) -> None:
        _set(self, institution=_id("AccountId", institution))


@dataclass(frozen=True, slots=True)
class AnyAdmitted:
    """Staff of any admitted institution with any of these roles."""

    roles: StaffRoles

    def __init__(self, roles: StaffRoles | str | Iterable[str]) -> None:
        _set(self, roles=_flag(StaffRoles, roles))


Subject = Union[OfAccount, StaffOf, OfInstitution, AnyAdmitted]
"""Whom a rule is about."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything of one patient."""

    account: AccountId

    def __init__(self, account: AccountId | Keyring | str) -> None:
        _set(self, account=_id("AccountId", account))


@dataclass(frozen=True, slots=True)
class OfScope:
    """One scope."""

    scope: ScopeId

    def __init__(self, scope: ScopeId | str) -> None:
        _set(self, scope=_id("ScopeId", scope))


@dataclass(frozen=True, slots=True)
class OfRecord:
    """One record, all versions."""

    record: RecordId

    def __init__(self, record: RecordId | str) -> None:
        _set(self, record=_id("RecordId", record))


@dataclass(frozen=True, slots=True)
class OfVersion:
    """One version of a record."""

    record: RecordId
    version: int

    def __init__(self, record: RecordId | str, version: int) -> None:
        _set(self, record=_id("RecordId", record), version=version)


@dataclass(frozen=True, slots=True)
class OfSection:
    """One section of one version."""

    record: RecordId
    version: int
    section: int

    def __init__(self, record: RecordId | str, version: int, section: int) -> None:
        _set(self, record=_id("RecordId", record), version=version, section=section)


Resource = Union[AllOf, OfScope, OfRecord, OfVersion, OfSection]
"""What a rule is about."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a patient grants: who may do what with which records, for which purposes and until when.

    >>> from datetime import datetime, timezone
    >>> from ehr_ledger import AnyAdmitted, GrantTerms, OfScope
    >>> end = datetime(2030, 1, 1, tzinfo=timezone.utc)
    >>> terms = GrantTerms(AnyAdmitted("DOCTOR"), OfScope("5c" * 32), "READ", ["TREAT", "ETREAT"], not_after=end)
    >>> terms.purposes
    <Purposes.TREAT|ETREAT: 3>
    """

    subject: Subject
    resource: Resource
    actions: Actions
    purposes: Purposes
    not_after: dt.datetime
    """Block time, exclusive."""
    not_before: dt.datetime
    """Block time, inclusive."""
    depth: int
    """How many times it may be delegated on."""
    max_uses: int | None
    """How many releases it allows; ``None`` is no limit."""
    obligations: Obligations
    scopes: tuple[ScopeId, ...]
    """For a grant of everything: the scopes whose keys it hands over."""

    def __init__(
        self,
        subject: Subject,
        resource: Resource,
        actions: Actions | str | Iterable[str],
        purposes: Purposes | str | Iterable[str],
        not_after: dt.datetime,
        not_before: dt.datetime = _EPOCH,
        depth: int = 0,
        max_uses: int | None = None,
        obligations: Obligations | str | Iterable[str] = (),
        scopes: Iterable[ScopeId | str] = (),
    ) -> None:
        _set(
            self,
            subject=subject,
            resource=resource,
            actions=_flag(Actions, actions),
            purposes=_flag(Purposes, purposes),
            not_after=not_after,
            not_before=not_before,
            depth=depth,
            max_uses=max_uses,
            obligations=_flag(Obligations, obligations),
            scopes=tuple(_id("ScopeId", scope) for scope in scopes),
        )


# --- decisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a permit rests: ``"Patient"``, ``"AuthorInstitution"`` or ``"Grant"``, then with its id."""

    kind: str
    grant: GrantId | None = None


@dataclass(frozen=True, slots=True)
class Denial:
    """Why the answer is no, such as ``"NoPermit"`` or ``"NotMember"``; `code` is its stable number."""

    kind: str
    code: int
    time: dt.datetime | None = None
    """Since or until when, for a membership."""
    rule: GrantId | None = None
    """Which rule, where the patient said no."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule applied (``"Matched"``) or did not (``"Expired"``, ``"WrongPurpose"`` ...)."""

    rule: GrantId
    permits: bool
    """What the rule does when it applies."""
    why: str
    code: int
    """Stable number of `why`; 0 is a match."""
    height: int | None = None
    """The block that revoked it."""
    time: dt.datetime | None = None
    """When it begins or ended."""
    max_uses: int | None = None
    """How many releases it allowed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and every rule that was considered. True if permitted."""

    permitted: bool
    basis: Basis | None
    obligations: Obligations
    denial: Denial | None
    reasons: tuple[Reason, ...]
    text: str = field(repr=False, compare=False)
    """The same for people, one line each."""

    def __bool__(self) -> bool:
        return self.permitted

    def __str__(self) -> str:
        return self.text


# --- records ---------------------------------------------------------------------------------------------------------


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
class GrantInfo:
    """A grant as the chain holds it."""

    id: GrantId
    account: AccountId
    """The patient."""
    grantor: AccountId
    parent: GrantId | None
    terms: GrantTerms
    uses: int
    revoked: int | None
    """Height at which it was revoked."""


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request for access as the chain holds it."""

    id: RequestId
    requester: AccountId
    institution: AccountId
    account: AccountId
    """The patient."""
    resource: Resource
    actions: Actions
    purposes: Purposes
    until: dt.datetime
    status: str
    """``"Pending"``, ``"Granted"`` or ``"Denied"``."""
    grant: GrantId | None


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


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account as the chain holds it."""

    id: AccountId
    role: Role
    sponsor: AccountId | None
    encryption_key: bytes
    generation: int
    devices: int
    balance: int
    admitted: bool


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A live device of an account."""

    number: int
    public_key: bytes
    manages: bool


@dataclass(frozen=True, slots=True)
class MembershipInfo:
    """A person's roles at an institution, for a time."""

    roles: StaffRoles
    since: dt.datetime
    until: dt.datetime


# --- proofs and checks -----------------------------------------------------------------------------------------------


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
