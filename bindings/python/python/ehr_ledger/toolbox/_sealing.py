"""Sealed sections, and secrets wrapped for a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._ehr import AccountId, RecordId
from .._ehr import _Toolbox as _t
from ._args import Account, Chain, Data

__all__ = [
    "DecodedWrap",
    "Place",
    "WrapSubject",
    "decode_wrap",
    "encryption_key",
    "open_sealed",
    "open_wrap",
    "padded_len",
    "seal",
    "seal_wrap",
    "sealed_len",
    "section_context",
    "sign_wrap",
    "size_class",
    "verify_wrap",
    "wrap_set",
    "wraps_root",
]


class Place(NamedTuple):
    """The one version a sealed body belongs to."""

    chain: Chain
    account: Account
    record: RecordId | str
    version: int


class WrapSubject(NamedTuple):
    """What a wrapped secret opens: ``Version`` of a record, ``Scope`` epoch or ``Seed`` of an account's generation."""

    name: str
    id: str
    number: int


class DecodedWrap(NamedTuple):
    """What a wrap shows to anybody."""

    suite: int
    recipient: AccountId
    recipient_key: bytes
    subject: WrapSubject
    author: AccountId


def section_context(place: Place, section: int, plain_root: Data) -> bytes:
    """The sealing context of one section of one record version."""
    return _t.section_context(place, section, plain_root)


def seal(key: Data, context: Data, salt: Data, plain: Data) -> bytes:
    """Seals bytes under a 32-byte key. The salt, 24 bytes, must be random."""
    return _t.seal(key, context, salt, plain)


def open_sealed(key: Data, context: Data, sealed: Data) -> bytes:
    """Opens sealed bytes, or raises `CannotOpenError`."""
    return _t.open_sealed(key, context, sealed)


def sealed_len(plain: int) -> int:
    """Bytes that a plaintext of this length seals to."""
    return _t.sealed_len(plain)


def padded_len(plain: int) -> int:
    """The length a plaintext is padded to before it is sealed."""
    return _t.padded_len(plain)


def size_class(length: int) -> int:
    """The smallest ``n`` for which the length is at most ``2**n``."""
    return _t.size_class(length)


def encryption_key(secret: Data) -> bytes:
    """The X25519 public key of a secret."""
    return _t.encryption_key(secret)


def seal_wrap(
    author: Account, recipient: Account, recipient_key: Data, subject: WrapSubject, secret: Data, seed: Data
) -> bytes:
    """Encrypts a secret to a key with HPKE. All randomness comes from ``seed``, 32 random bytes used once."""
    return _t.seal_wrap(author, recipient, recipient_key, subject, secret, seed)


def open_wrap(body: Data, secret: Data) -> bytes:
    """Decrypts a wrap body with an X25519 secret. Who made it is for `verify_wrap` to say."""
    return _t.open_wrap(body, secret)


def decode_wrap(body: Data) -> DecodedWrap:
    """What a wrap body shows."""
    suite, recipient, recipient_key, subject, author = _t.decode_wrap(body)
    return DecodedWrap(suite, recipient, recipient_key, WrapSubject(*subject), author)


def sign_wrap(body: Data, seed: Data) -> bytes:
    """Signs a wrap body: canonical bytes of a wrap."""
    return _t.sign_wrap(body, seed)


def verify_wrap(wrap: Data, public_key: Data) -> None:
    """Checks that a wrap was signed by a key of its author."""
    _t.verify_wrap(wrap, public_key)


def wrap_set(bodies: Sequence[Data], seed: Data) -> bytes:
    """Signs wrap bodies and puts them into one set."""
    return _t.wrap_set(bodies, seed)


def wraps_root(wraps: Data) -> bytes:
    """What a transaction commits to of a wrap set."""
    return _t.wraps_root(wraps)
