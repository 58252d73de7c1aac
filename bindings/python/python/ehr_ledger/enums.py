"""The words of the policy.

What can be combined is an :class:`enum.Flag`, spelled with the codes of HL7 where HL7 has them:

>>> from ehr_ledger import Actions, Purposes
>>> Purposes.TREAT | Purposes.ETREAT
<Purposes.TREAT|ETREAT: 3>
>>> Actions.READ in (Actions.READ | Actions.APPEND)
True

Methods take a set, one code (``"TREAT"``) or several (``["TREAT", "ETREAT"]``), as they come out of JSON.
"""

from __future__ import annotations

import enum

__all__ = [
    "Actions",
    "DenyCode",
    "Obligations",
    "Purposes",
    "RejectReason",
    "Role",
    "RotateReason",
    "StaffRoles",
]


class Actions(enum.Flag):
    """What may be done."""

    READ = 1 << 0
    """Open sealed bodies."""
    APPEND = 1 << 1
    """Add a record."""
    AMEND = 1 << 2
    """Add a version to a record."""
    SHARE = 1 << 3
    """Grant on, within the grant's own limits."""
    AGGREGATE = 1 << 4
    """Take part in an aggregate."""
    PRESCRIBE = 1 << 5
    """Write prescriptions."""
    BOOK = 1 << 6
    """Book appointments."""
    EXPORT = 1 << 7
    """Take a copy out of the system."""


class Purposes(enum.Flag):
    """Purposes of use, HL7 v3 ActReason codes."""

    TREAT = 1 << 0
    """Treatment."""
    ETREAT = 1 << 1
    """Emergency treatment."""
    BTG = 1 << 2
    """Break the glass."""
    ERTREAT = 1 << 3
    """Emergency room treatment."""
    CAREMGT = 1 << 4
    """Care management."""
    HPAYMT = 1 << 5
    """Health care payment."""
    HOPERAT = 1 << 6
    """Health care operations."""
    HRESCH = 1 << 7
    """Health care research."""
    CLINTRCH = 1 << 8
    """Clinical trial research."""
    PUBHLTH = 1 << 9
    """Public health."""
    PATRQT = 1 << 10
    """Patient requested."""
    FAMRQT = 1 << 11
    """Family requested."""
    PWATRNY = 1 << 12
    """Power of attorney."""
    HLEGAL = 1 << 13
    """Legal."""
    COVERAGE = 1 << 14
    """Coverage under a policy or programme."""
    HSYSADMIN = 1 << 15
    """Health system administration."""


class StaffRoles(enum.Flag):
    """What a member of staff is at an institution."""

    DOCTOR = 1 << 0
    """Physician."""
    NURSE = 1 << 1
    """Nurse."""
    PHARMACIST = 1 << 2
    """Pharmacist."""
    LAB = 1 << 3
    """Laboratory."""
    ADMIN = 1 << 4
    """Front desk and billing."""
    GATEWAY = 1 << 5
    """A machine that releases data on the institution's behalf."""


class Obligations(enum.Flag):
    """What a permit asks in return."""

    RECEIPT = 1 << 0
    """File a release receipt for every release."""
    NOTIFY_PATIENT = 1 << 1
    """Notify the patient."""
    NO_REDISTRIBUTE = 1 << 2
    """Pass nothing on."""
    CACHE_UNTIL = 1 << 3
    """Delete cached copies at the end of the window."""


class Role(enum.Enum):
    """What an account is."""

    PATIENT = "Patient"
    """A patient."""
    STAFF = "Staff"
    """A doctor, nurse or other member of staff."""
    INSTITUTION = "Institution"
    """A hospital, practice, laboratory or pharmacy."""


class RotateReason(enum.Enum):
    """Why a scope got a new key."""

    ROUTINE = "Routine"
    """Good practice."""
    REVOCATION = "Revocation"
    """Somebody may no longer read what comes."""
    COMPROMISE = "Compromise"
    """A key may have leaked."""


class RejectReason(enum.Enum):
    """Why a patient does not sign a proposed record."""

    UNSTATED = "Unstated"
    """Not said."""
    WRONG_PATIENT = "WrongPatient"
    """Not about me."""
    INCORRECT = "Incorrect"
    """Not right."""
    UNWANTED = "Unwanted"
    """Not wanted on the ledger."""


class DenyCode(enum.Enum):
    """Why a patient says no to a request."""

    UNSTATED = "Unstated"
    """No reason given."""
    UNKNOWN_REQUESTER = "UnknownRequester"
    """The patient does not know who asks."""
    TOO_BROAD = "TooBroad"
    """More is asked for than needed."""
    NOT_WANTED = "NotWanted"
    """The patient does not want it."""
