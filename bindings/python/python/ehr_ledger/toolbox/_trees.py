"""The three trees: RFC 6962 over lists, the sparse one over the state, the range over headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .._ehr import _Toolbox as _t
from ._args import Data

__all__ = [
    "TreeEntry",
    "history_prove",
    "history_root",
    "history_verify",
    "merkle_leaf_hash",
    "merkle_prove_consistency",
    "merkle_prove_inclusion",
    "merkle_root",
    "merkle_root_of_hashes",
    "merkle_verify_consistency",
    "merkle_verify_inclusion",
    "state_prove",
    "state_root",
    "state_verify",
]


class TreeEntry(NamedTuple):
    """A key of the state, 32 bytes, and its value."""

    key: bytes
    value: bytes


def merkle_leaf_hash(leaf: Data) -> bytes:
    """RFC 6962 hash of a leaf."""
    return _t.merkle_leaf_hash(leaf)


def merkle_root(leaves: Sequence[Data]) -> bytes:
    """RFC 6962 root over leaves."""
    return _t.merkle_root(leaves)


def merkle_root_of_hashes(leaf_hashes: Sequence[Data]) -> bytes:
    """RFC 6962 root over leaves given by their hashes."""
    return _t.merkle_root_of_hashes(leaf_hashes)


def merkle_prove_inclusion(leaves: Sequence[Data], index: int) -> bytes:
    """Proof that leaf ``index`` is in the tree over ``leaves``."""
    return _t.merkle_prove_inclusion(leaves, index)


def merkle_prove_consistency(leaves: Sequence[Data], old_size: int) -> bytes:
    """Proof that the first ``old_size`` leaves are the start of all of them."""
    return _t.merkle_prove_consistency(leaves, old_size)


def merkle_verify_inclusion(index: int, size: int, leaf_hash: Data, path: Data, root: Data) -> None:
    """Checks that the leaf with this hash is leaf ``index`` of the tree of ``size`` leaves with this root."""
    _t.merkle_verify_inclusion(index, size, leaf_hash, path, root)


def merkle_verify_consistency(old_size: int, size: int, old_root: Data, path: Data, root: Data) -> None:
    """Checks that the tree of ``old_size`` leaves is the start of the tree of ``size`` leaves."""
    _t.merkle_verify_consistency(old_size, size, old_root, path, root)


def state_root(entries: Sequence[TreeEntry]) -> bytes:
    """Root of the state that holds exactly these entries, in any order."""
    return _t.state_root(entries)


def state_prove(entries: Sequence[TreeEntry], key: Data) -> bytes:
    """Proof of what value a key has in that state, or that it has none."""
    return _t.state_prove(entries, key)


def state_verify(root: Data, key: Data, value: Data | None, proof: Data) -> None:
    """Checks that a key has this value in the state with this root; ``None``: that it has none."""
    _t.state_verify(root, key, value, proof)


def history_root(leaf_hashes: Sequence[Data]) -> bytes:
    """Root of the mountain range over headers, given by the hashes of their leaves."""
    return _t.history_root(leaf_hashes)


def history_prove(leaf_hashes: Sequence[Data], index: int) -> bytes:
    """Proof that leaf ``index`` is among these."""
    return _t.history_prove(leaf_hashes, index)


def history_verify(count: int, index: int, leaf_hash: Data, path: Data, root: Data) -> None:
    """Checks that the leaf with this hash is leaf ``index`` of the range of ``count`` leaves with this root."""
    _t.history_verify(count, index, leaf_hash, path, root)
