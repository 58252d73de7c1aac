"""The building blocks one by one: canonical bytes, hashes, signatures, seals, trees, proofs, policy.

For auditors, integrators and the vectors of ``vectors/`` (``docs/vectors.md``). Every function is pure: it reads no
clock and draws no random bytes. Hashes, keys and signatures are ``bytes``, ids the id classes (their text is accepted),
times milliseconds. A check that does not hold raises `RefusedError`, bytes that are not what they should be
`MalformedError`, an argument of the wrong length `InvalidArgumentError`. All of it is here, whichever file it is in.

Secrets pass through some of these functions as plain ``bytes``. That is what a test or an audit needs; programs keep
theirs in a `Keyring`.

>>> from ehr_ledger import toolbox
>>> seed = bytes(32)
>>> key = toolbox.public_key(seed)
>>> signature = toolbox.sign(seed, "Receipt", b"what was released")
>>> toolbox.verify_signature("Receipt", key, b"what was released", signature)
>>> toolbox.verify_signature("Tx", key, b"what was released", signature)
Traceback (most recent call last):
    ...
ehr_ledger.RefusedError: signature does not match key, domain and message
"""

from ._checkpoints import *
from ._hashing import *
from ._headers import *
from ._proofs import *
from ._records import *
from ._sealing import *
from ._secrets import *
from ._signing import *
from ._stake import *
from ._trees import *
from ._wire import *

# As in ehr_ledger: where a class is written is nobody's business.
for _thing in list(globals().values()):
    if isinstance(_thing, type) and _thing.__module__.startswith(__name__ + "."):
        _thing.__module__ = __name__
del _thing
