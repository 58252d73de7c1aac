"""Hashes, their domains, and what is named by them."""

from __future__ import annotations

from typing import NamedTuple

from .._ehr import ContentId
from .._ehr import _Toolbox as _t
from ._args import Data

__all__ = ["DomainTag", "content_id", "domains", "sha256", "state_key", "tagged_hash"]


class DomainTag(NamedTuple):
    """What a hash or signature is about, and the bytes put in front."""

    name: str
    tag: bytes


def domains() -> list[DomainTag]:
    """Every domain of hashes and signatures."""
    return [DomainTag(*domain) for domain in _t.domains()]


def sha256(data: Data) -> bytes:
    """SHA-256 of bytes."""
    return _t.sha256(data)


def tagged_hash(domain: str, data: Data) -> bytes:
    """SHA-256 of the domain's tag followed by bytes."""
    return _t.tagged_hash(domain, data)


def content_id(codec: str, data: Data) -> ContentId:
    """The content id of bytes; the codec is ``raw`` (sealed bodies) or ``dag-cbor`` (manifests, wrap sets)."""
    return _t.content_id(codec, data)


def state_key(namespace: int, id: Data) -> bytes:
    """Key of a state entry."""
    return _t.state_key(namespace, id)
