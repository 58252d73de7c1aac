"""Health records under the patient's control.

Bodies are sealed on the author's device, kept off the chain and opened with keys that the patient grants; who may
read what, and every change, is on a ledger that hospitals share and anybody can check.

>>> from ehr_ledger import Genesis, Keyring, Ledger, Role
>>> hospital, patient = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.PATIENT)
>>> genesis = Genesis.new("example", [hospital], difficulty=0)
>>> with Ledger.create(genesis=genesis) as ledger:
...     _ = ledger.enrol(patient, payer=hospital)
...     ledger.mine(hospital.account).transactions
1

``ehr_ledger.aio`` is the same for asyncio, ``ehr_ledger.protocols`` says what can be written in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# `errors`, `enums` and `values` first: the extension looks its classes up in them.
from .errors import (
    BusyError,
    CancelledError,
    CannotOpenError,
    ClosedError,
    DamagedError,
    DeniedError,
    EhrError,
    ForkedError,
    HostError,
    InternalError,
    InvalidArgumentError,
    MalformedError,
    NewerFormatError,
    NotFoundError,
    RefusedError,
    StorageError,
)
