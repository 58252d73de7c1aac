"""Decisions of the policy, and light proofs that stand on one block."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._ehr import BlockId
from .._ehr import _Toolbox as _t
from ._args import Block, Data

__all__ = ["LightFacts", "ProvenEntry", "evaluate_policy", "verify_light_proof"]


class ProvenEntry(NamedTuple):
    """A state entry that is proven, or proven absent (``value`` is ``None``)."""

    namespace: int
    id: bytes
    key: bytes
    value: bytes | None


class LightFacts(NamedTuple):
    """Everything a light proof proves, as of a block; ``time`` in milliseconds."""

    as_of: BlockId
    height: int
    time: int
    state: list[ProvenEntry]
    transactions: list[bytes]
    receipts: list[bytes]


def evaluate_policy(query: Any, facts: Any, time: int) -> Any:
    """Decides a question on given facts at a time (ms); all three of the form in ``vectors/policy.json``."""
    return json.loads(_t.evaluate_policy(json.dumps(query), json.dumps(facts), time))


def _light_facts(facts: Any) -> LightFacts:
    as_of, height, time, state, transactions, receipts = facts
    return LightFacts(as_of, height, time, [ProvenEntry(*entry) for entry in state], transactions, receipts)


def verify_light_proof(proof: Data, trusted: Block) -> LightFacts:
    """Checks a light proof, trusting nothing but one block."""
    return _light_facts(_t.verify_light_proof(proof, trusted))
