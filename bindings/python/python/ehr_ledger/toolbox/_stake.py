"""Validators and what they sign, the light client under stake, forks."""

from __future__ import annotations

from typing import NamedTuple

from .._ehr import AccountId, BlockId
from .._ehr import _Toolbox as _t
from ._args import Chain, Data
from ._proofs import LightFacts, _light_facts

__all__ = [
    "ForkFacts",
    "LightStep",
    "StakeFacts",
    "ValidatorSetFacts",
    "cosigned_anchor",
    "light_step",
    "proposal_message",
    "proposer",
    "stake_anchor",
    "validator_set_facts",
    "verify_certificate",
    "verify_evidence",
    "verify_fork_proof",
    "verify_proposal",
    "verify_stake_proof",
    "verify_vote",
    "vote_message",
]


class ValidatorSetFacts(NamedTuple):
    """What headers name a validator set by, and the sum of its voting powers."""

    hash: bytes
    total_power: int


class LightStep(NamedTuple):
    """What is trusted after a light block, or the height that is needed first."""

    anchor: bytes | None
    need: int | None


class StakeFacts(NamedTuple):
    """What a stake proof proves, and what is trusted then."""

    facts: LightFacts
    anchor: bytes


class ForkFacts(NamedTuple):
    """Two decided blocks of one height: who signed both, evidence if in one round, and which trusted ones signed each."""

    height: int
    blocks: list[BlockId]
    offenders: list[AccountId]
    evidence: list[bytes]
    signed: list[list[AccountId]]


def validator_set_facts(validators: Data) -> ValidatorSetFacts:
    """Hash and power of a validator set, which is checked."""
    return ValidatorSetFacts(*_t.validator_set_facts(validators))


def proposer(validators: Data, height: int, round: int) -> AccountId:
    """Who proposes in a round of a height."""
    return _t.proposer(validators, height, round)


def vote_message(chain: Chain, vote: Data) -> bytes:
    """What a signed vote signs in the domain ``Vote``."""
    return _t.vote_message(chain, vote)


def verify_vote(chain: Chain, validators: Data, vote: Data) -> None:
    """Checks a vote of a validator of a set."""
    _t.verify_vote(chain, validators, vote)


def proposal_message(chain: Chain, proposal: Data) -> bytes:
    """What a signed proposal signs in the domain ``Proposal``."""
    return _t.proposal_message(chain, proposal)


def verify_proposal(chain: Chain, validators: Data, proposal: Data) -> None:
    """Checks a proposal of a validator of a set; whose turn it was, `proposer` says."""
    _t.verify_proposal(chain, validators, proposal)


def verify_certificate(chain: Chain, validators: Data, certificate: Data) -> int:
    """Checks that a commit certificate proves its block by the set of its height; the voting power that signed."""
    return _t.verify_certificate(chain, validators, certificate)


def verify_evidence(chain: Chain, validators: Data, evidence: Data) -> AccountId:
    """Checks evidence against a validator of the set of its height; who is convicted."""
    return _t.verify_evidence(chain, validators, evidence)


def stake_anchor(header: Data, next_validators: Data) -> bytes:
    """A point to start from: a header that the caller trusts, and the validator set of the next height."""
    return _t.stake_anchor(header, next_validators)


def cosigned_anchor(cosigners: Data, cosigned: Data, header: Data, next_validators: Data) -> bytes:
    """The same for a header that enough institutions cosigned."""
    return _t.cosigned_anchor(cosigners, cosigned, header, next_validators)


def light_step(anchor: Data, trusting_ms: int, now: int, block: Data) -> LightStep:
    """One step of trust, from an anchor to a later light block."""
    return LightStep(*_t.light_step(anchor, trusting_ms, now, block))


def verify_stake_proof(anchor: Data, trusting_ms: int, now: int, proof: Data) -> StakeFacts:
    """Checks a stake proof, trusting nothing but an anchor."""
    facts, after = _t.verify_stake_proof(anchor, trusting_ms, now, proof)
    return StakeFacts(_light_facts(facts), after)


def verify_fork_proof(anchor: Data, proof: Data) -> ForkFacts:
    """Checks that validators decided two blocks of one height, from an anchor below both."""
    return ForkFacts(*_t.verify_fork_proof(anchor, proof))
