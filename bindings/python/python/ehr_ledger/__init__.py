"""Health records under the patient's control.

Bodies are sealed on the author's device, kept off the chain and opened with keys that the patient grants; who may read
what, and every change, is on a ledger that hospitals share and anybody can check.

>>> from ehr_ledger import Genesis, Keyring, Ledger, Role
>>> hospital, patient = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.PATIENT)
>>> with Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0)) as ledger:
...     _ = ledger.enrol(patient, payer=hospital)
...     ledger.mine(hospital).transactions
1

``ehr_ledger.aio`` is the same for asyncio, ``ehr_ledger.protocols`` says what can be written in Python and
``ehr_ledger.testing`` checks it.
"""

# Errors, words and values first: the extension looks its classes up in them.
from .errors import *  # noqa: F403
from .enums import *  # noqa: F403
from .values import *  # noqa: F403

# isort: split
from . import enums, errors, protocols, values
from ._ehr import (
    AccountId,
    BlockId,
    ChainId,
    Clock,
    ContentId,
    Draft,
    Entropy,
    Genesis,
    GrantId,
    Keyring,
    Ledger,
    LightClient,
    RecordId,
    RequestId,
    ScopeId,
    TxId,
    verify_proof,
    version,
)

__version__ = version()
__all__ = [
    *errors.__all__,
    *enums.__all__,
    *values.__all__,
    "AccountId",
    "BlockId",
    "ChainId",
    "Clock",
    "ContentId",
    "Draft",
    "Entropy",
    "Genesis",
    "GrantId",
    "Keyring",
    "Ledger",
    "LightClient",
    "RecordId",
    "RequestId",
    "ScopeId",
    "TxId",
    "__version__",
    "verify_proof",
    "version",
]

for _module in (errors, enums, values):
    for _name in _module.__all__:
        if isinstance(getattr(_module, _name), type):
            getattr(_module, _name).__module__ = __name__
del _module, _name
