"""What institutions cosign. They sign with `sign` in the domain ``Checkpoint``."""

from __future__ import annotations

from .._ehr import AccountId
from .._ehr import _Toolbox as _t
from ._args import Data

__all__ = ["checkpoint_message", "checkpoint_of", "verify_cosigned", "verify_split_view"]


def checkpoint_of(header: Data, weight: Data) -> bytes:
    """The checkpoint of a header; ``weight`` is that of the chain up to it, 32 bytes big-endian."""
    return _t.checkpoint_of(header, weight)


def checkpoint_message(checkpoint: Data) -> bytes:
    """What is signed of a checkpoint."""
    return _t.checkpoint_message(checkpoint)


def verify_cosigned(cosigners: Data, cosigned: Data) -> int:
    """Checks that a checkpoint is cosigned as demanded; how many known institutions signed."""
    return _t.verify_cosigned(cosigners, cosigned)


def verify_split_view(cosigners: Data, split_view: Data) -> AccountId:
    """Checks that an institution vouched for two histories; which."""
    return _t.verify_split_view(cosigners, split_view)
