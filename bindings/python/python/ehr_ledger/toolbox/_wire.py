"""Canonical bytes of every type, transactions and messages."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._ehr import AccountId, TxId
from .._ehr import _Toolbox as _t
from ._args import Data

__all__ = [
    "DecodeFault",
    "DecodedSignature",
    "DecodedTx",
    "MessageKind",
    "WireKind",
    "decode_fault",
    "decode_transaction",
    "describe",
    "message_kind",
    "recode",
    "wire_kinds",
]


class WireKind(NamedTuple):
    """A type with canonical bytes; ``namespace`` is set for entries of the state."""

    name: str
    max_bytes: int
    max_depth: int
    namespace: int | None


class DecodeFault(NamedTuple):
    """Why bytes are not the canonical encoding of a type. Numbers that do not apply are ``None``."""

    kind: str
    offset: int | None
    limit: int | None
    got: int | None
    extra: int | None
    form: str | None
    reason: str


class DecodedSignature(NamedTuple):
    """A signature over a transaction's body, and whose it is."""

    account: AccountId
    key: int
    signature: bytes


class DecodedTx(NamedTuple):
    """A transaction as its bytes have it; signatures and rules unchecked."""

    id: TxId
    kind: int
    name: str
    body: bytes
    signatures: list[DecodedSignature]


class MessageKind(NamedTuple):
    """A message's number on the wire and its name."""

    code: int
    name: str


def wire_kinds() -> list[WireKind]:
    """Every type with canonical bytes."""
    return [WireKind(*kind) for kind in _t.wire_kinds()]


def recode(kind: str, data: Data) -> bytes:
    """Decodes bytes as a type and encodes the value again: the same bytes, or `MalformedError`."""
    return _t.recode(kind, data)


def describe(kind: str, data: Data) -> Any:
    """The value: lists in field order (``docs/spec`` names the fields), byte strings as hex, links as CIDs."""
    return json.loads(_t.describe(kind, data))


def decode_fault(kind: str, data: Data) -> DecodeFault | None:
    """Why bytes are not the canonical encoding of a type; ``None`` if they are.

    >>> from ehr_ledger import toolbox
    >>> toolbox.decode_fault("message", b"").reason
    'message: input ends inside an item at byte 0'
    """
    fault = _t.decode_fault(kind, data)
    return None if fault is None else DecodeFault(*fault)


def decode_transaction(data: Data) -> DecodedTx:
    """A signed transaction and its body, decoded."""
    id, kind, name, body, signatures = _t.decode_transaction(data)
    return DecodedTx(id, kind, name, body, [DecodedSignature(*one) for one in signatures])


def message_kind(data: Data) -> MessageKind:
    """The kind of a message between peers."""
    return MessageKind(*_t.message_kind(data))
