"""Headers, work and targets, and what follows from a genesis specification."""

from __future__ import annotations

from typing import NamedTuple

from .._ehr import BlockId, ChainId
from .._ehr import _Toolbox as _t
from ._args import Block, Data

__all__ = [
    "AsertRule",
    "GenesisFacts",
    "HeaderDigests",
    "NonceSearch",
    "TargetNumbers",
    "asert_target",
    "expand_target",
    "genesis_facts",
    "header_digests",
    "leading_zeros_target",
    "meets_target",
    "nonce_search",
]


class HeaderDigests(NamedTuple):
    """What stands for a header."""

    digest: bytes
    proof_header: bytes
    id: BlockId


class NonceSearch(NamedTuple):
    """What a miner needs: the nonce is eight bytes, big-endian, behind ``first`` and ``tail``."""

    first: bytes
    tail: bytes
    bits: int


class TargetNumbers(NamedTuple):
    """A compact target written out, and the expected hashes to meet it; 32 bytes each, big-endian."""

    target: bytes
    work: bytes


class AsertRule(NamedTuple):
    """The difficulty rule aserti3-2d, anchored at block 1; times in milliseconds."""

    anchor: int
    genesis_time: int
    spacing_ms: int
    half_life_ms: int


class GenesisFacts(NamedTuple):
    """What follows from a genesis specification."""

    chain_id: ChainId
    block: bytes
    block_id: BlockId
    state_root: bytes


def header_digests(header: Data) -> HeaderDigests:
    """Digest, proof header and id of a header."""
    return HeaderDigests(*_t.header_digests(header))


def nonce_search(header: Data) -> NonceSearch | None:
    """What to search a nonce with; ``None`` for a header that is not sealed by work."""
    found = _t.nonce_search(header)
    return None if found is None else NonceSearch(*found)


def expand_target(bits: int) -> TargetNumbers:
    """Target and work of compact bits."""
    return TargetNumbers(*_t.expand_target(bits))


def leading_zeros_target(n: int) -> int:
    """Compact bits of "an id must start with ``n`` zero digits"."""
    return _t.leading_zeros_target(n)


def meets_target(bits: int, block_id: Block) -> bool:
    """Whether a block id meets a target.

    >>> from ehr_ledger import toolbox
    >>> toolbox.meets_target(toolbox.leading_zeros_target(2), "00f0" + "ff" * 30)
    True
    """
    return _t.meets_target(bits, block_id)


def asert_target(rule: AsertRule, parent_height: int, parent_time: int) -> int:
    """Compact target that the child of a block must have."""
    return _t.asert_target(rule, parent_height, parent_time)


def genesis_facts(genesis: Data) -> GenesisFacts:
    """Checks a genesis specification and makes its block 0."""
    return GenesisFacts(*_t.genesis_facts(genesis))
