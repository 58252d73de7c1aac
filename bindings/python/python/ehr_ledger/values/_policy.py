"""Whom and what a rule is about, what is granted and asked for, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

from ..enums import Actions, Obligations, Purposes, StaffRoles
from ._make import flags, id_of, init

if TYPE_CHECKING:
    from .._ehr import AccountId, GrantId, Keyring, RecordId, RequestId, ScopeId

__all__ = [
    "AllOf",
    "AnyAdmitted",
    "Basis",
    "Decision",
    "Denial",
    "GrantInfo",
    "GrantTerms",
    "OfAccount",
    "OfInstitution",
    "OfRecord",
    "OfScope",
    "OfSection",
    "OfVersion",
    "Reason",
    "RequestInfo",
    "Resource",
    "StaffOf",
    "Subject",
]


@dataclass(frozen=True, slots=True)
class OfAccount:
    """One account; its id, the id's text or the keys will do."""

    account: AccountId

    def __init__(self, account: AccountId | Keyring | str) -> None:
        init(self, account=id_of("AccountId", account))


@dataclass(frozen=True, slots=True)
class StaffOf:
    """Staff of one institution with any of these roles."""

    institution: AccountId
    roles: StaffRoles

    def __init__(self, institution: AccountId | Keyring | str, roles: StaffRoles | str | Iterable[str]) -> None:
        init(self, institution=id_of("AccountId", institution), roles=flags(StaffRoles, roles))


@dataclass(frozen=True, slots=True)
class OfInstitution:
    """Everybody acting for one institution."""

    institution: AccountId

    def __init__(self, institution: AccountId | Keyring | str) -> None:
        init(self, institution=id_of("AccountId", institution))


@dataclass(frozen=True, slots=True)
class AnyAdmitted:
    """Staff of any admitted institution with any of these roles."""

    roles: StaffRoles

    def __init__(self, roles: StaffRoles | str | Iterable[str]) -> None:
        init(self, roles=flags(StaffRoles, roles))

Subject = Union[OfAccount, StaffOf, OfInstitution, AnyAdmitted]
"""Whom a rule is about."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything of one patient."""

    account: AccountId

    def __init__(self, account: AccountId | Keyring | str) -> None:
        init(self, account=id_of("AccountId", account))


@dataclass(frozen=True, slots=True)
class OfScope:
    """One scope."""

    scope: ScopeId

    def __init__(self, scope: ScopeId | str) -> None:
        init(self, scope=id_of("ScopeId", scope))


@dataclass(frozen=True, slots=True)
class OfRecord:
    """One record, all versions."""

    record: RecordId

    def __init__(self, record: RecordId | str) -> None:
        init(self, record=id_of("RecordId", record))


@dataclass(frozen=True, slots=True)
class OfVersion:
    """One version of a record."""

    record: RecordId
    version: int

    def __init__(self, record: RecordId | str, version: int) -> None:
        init(self, record=id_of("RecordId", record), version=version)


@dataclass(frozen=True, slots=True)
class OfSection:
    """One section of one version."""

    record: RecordId
    version: int
    section: int

    def __init__(self, record: RecordId | str, version: int, section: int) -> None:
        init(self, record=id_of("RecordId", record), version=version, section=section)

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
        init(
            self,
            subject=subject,
            resource=resource,
            actions=flags(Actions, actions),
            purposes=flags(Purposes, purposes),
            not_after=not_after,
            not_before=not_before,
            depth=depth,
            max_uses=max_uses,
            obligations=flags(Obligations, obligations),
            scopes=tuple(id_of("ScopeId", scope) for scope in scopes),
        )


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
