"""Record versions opened and checked, also out of a draft between signers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._ehr import AccountId, ContentId, TxId
from .._ehr import _Toolbox as _t
from ._args import Data
from ._sealing import Place

__all__ = [
    "DecodedDraft",
    "VerifiedVersion",
    "VersionPromise",
    "decode_draft",
    "open_draft",
    "open_version",
    "section_leaf",
    "unwrap_section_keys",
]


class VersionPromise(NamedTuple):
    """What the chain holds of a version's content."""

    kind_commit: bytes
    plain_root: bytes
    manifest_id: ContentId | str
    size_class: int


class VerifiedVersion(NamedTuple):
    """A version, proven to be what the chain holds."""

    kind: str
    kind_salt: bytes
    media_types: list[str]
    sections: list[bytes]
    leaves: list[bytes]

    def __repr__(self) -> str:
        return f"VerifiedVersion(<{len(self.sections)} sections>)"


class DecodedDraft(NamedTuple):
    """A draft as its bytes have it; ``missing`` is ``None`` where only the state says who must sign."""

    id: TxId
    kind: str
    body: bytes
    signed: list[AccountId]
    missing: list[AccountId] | None
    bodies: list[ContentId]
    data: bytes


def unwrap_section_keys(place: Place, wrap_body: Data, secret: Data) -> bytes:
    """The section keys of a version from a wrap of them. Secret."""
    return _t.unwrap_section_keys(place, wrap_body, secret)


def open_version(
    place: Place, promise: VersionPromise, manifest: Data, keys: Data, bodies: Sequence[Data]
) -> VerifiedVersion:
    """Opens a version and checks all of it against what the chain holds. Bodies in any order."""
    return VerifiedVersion(*_t.open_version(place, promise, manifest, keys, bodies))


def decode_draft(data: Data) -> DecodedDraft:
    """Decodes a draft; its signatures are not verified."""
    return DecodedDraft(*_t.decode_draft(data))


def open_draft(data: Data, account_keys: Data) -> VerifiedVersion:
    """Opens the record version that a draft carries with the keys of its patient, as a key file holds them."""
    return VerifiedVersion(*_t.open_draft(data, account_keys))


def section_leaf(salt: Data, plain: Data) -> bytes:
    """Leaf of a section under ``plain_root``."""
    return _t.section_leaf(salt, plain)
