"""Accounts, their devices and memberships."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._ehr import AccountId
    from ..enums import Role, StaffRoles

__all__ = ["AccountInfo", "DeviceInfo", "MembershipInfo"]


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
