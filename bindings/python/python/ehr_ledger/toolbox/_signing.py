"""Ed25519 keys, signatures in a domain, proofs of possession."""

from __future__ import annotations

from .._ehr import _Toolbox as _t
from ._args import Data

__all__ = [
    "admit_key",
    "possession_message",
    "possession_proof",
    "public_key",
    "sign",
    "verify_possession",
    "verify_raw_signature",
    "verify_signature",
]


def public_key(seed: Data) -> bytes:
    """The Ed25519 key of an RFC 8032 seed."""
    return _t.public_key(seed)


def admit_key(public_key: Data) -> None:
    """Checks that bytes may be enrolled as a key: the canonical encoding of a point of prime order."""
    _t.admit_key(public_key)


def sign(seed: Data, domain: str, message: Data) -> bytes:
    """Signs the domain's tag followed by the message."""
    return _t.sign(seed, domain, message)


def verify_signature(domain: str, public_key: Data, message: Data, signature: Data) -> None:
    """Checks a signature in a domain by a key that may be enrolled."""
    _t.verify_signature(domain, public_key, message, signature)


def verify_raw_signature(public_key: Data, message: Data, signature: Data) -> None:
    """Checks the ZIP-215 equation alone, without a domain: for published vectors of others."""
    _t.verify_raw_signature(public_key, message, signature)


def possession_message(public_key: Data, context: Data) -> bytes:
    """What a proof of possession signs in the domain ``Possession``."""
    return _t.possession_message(public_key, context)


def possession_proof(seed: Data, context: Data) -> bytes:
    """Proves that the key of a seed is held, for one context."""
    return _t.possession_proof(seed, context)


def verify_possession(public_key: Data, context: Data, proof: Data) -> None:
    """Checks a proof of possession."""
    _t.verify_possession(public_key, context, proof)
