//! Our messages as the core's, and back.

use super::{
    Address, Context, CoreHeight, CoreProposal, CoreSignedProposal, CoreSignedVote, CoreVote, Value,
};
use ehr_core::consensus::bft as ours;
use malachite_core_types::{self as theirs, NilOrVal, Round, SignedMessage, VoteType};

/// A round as we write it; the core's "no round" never reaches a message.
pub(crate) fn number(round: Round) -> u32 {
    round.as_u32().unwrap_or_default()
}

const fn optional(round: Option<u32>) -> Round {
    match round {
        Some(round) => Round::new(round),
        None => Round::Nil,
    }
}

pub(crate) fn vote_out(vote: &CoreVote) -> ours::Vote {
    ours::Vote {
        kind: match vote.kind {
            VoteType::Prevote => ours::VoteKind::Prevote,
            VoteType::Precommit => ours::VoteKind::Precommit,
        },
        height: vote.height.0,
        round: number(vote.round),
        block: match &vote.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(value) => Some(value.0),
        },
        validator: vote.address.0,
    }
}

pub(crate) fn signed_vote_out(signed: &CoreSignedVote) -> ours::SignedVote {
    ours::SignedVote { vote: vote_out(&signed.message), signature: signed.signature }
}

pub(crate) fn signed_vote_in(signed: &ours::SignedVote) -> CoreSignedVote {
    let vote = &signed.vote;
    let message = CoreVote {
        kind: match vote.kind {
            ours::VoteKind::Prevote => VoteType::Prevote,
            ours::VoteKind::Precommit => VoteType::Precommit,
        },
        height: CoreHeight(vote.height),
        round: Round::new(vote.round),
        value: vote.block.map_or(NilOrVal::Nil, |block| NilOrVal::Val(Value(block))),
        address: Address(vote.validator),
    };
    SignedMessage::new(message, signed.signature)
}

pub(crate) fn proposal_out(proposal: &CoreProposal) -> ours::Proposal {
    ours::Proposal {
        height: proposal.height.0,
        round: number(proposal.round),
        block: proposal.value.0,
        valid_round: proposal.pol_round.as_u32(),
        proposer: proposal.address.0,
    }
}

pub(crate) fn signed_proposal_out(signed: &CoreSignedProposal) -> ours::SignedProposal {
    ours::SignedProposal { proposal: proposal_out(&signed.message), signature: signed.signature }
}

pub(crate) fn signed_proposal_in(signed: &ours::SignedProposal) -> CoreSignedProposal {
    let proposal = &signed.proposal;
    let message = CoreProposal {
        height: CoreHeight(proposal.height),
        round: Round::new(proposal.round),
        value: Value(proposal.block),
        pol_round: optional(proposal.valid_round),
        address: Address(proposal.proposer),
    };
    SignedMessage::new(message, signed.signature)
}

/// The prevotes of a polka certificate.
pub(crate) fn polka_votes(polka: &theirs::PolkaCertificate<Context>) -> Vec<ours::SignedVote> {
    polka.votes(&Context).map(|vote| signed_vote_out(&vote)).collect()
}
