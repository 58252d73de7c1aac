//! The core's signatures: made under the sign-protection record, checked once.

use crate::context::{Context, CoreProposal, CoreSet, CoreVote, proposal_out, signed_proposal_out, vote_out};
use crate::guard::Step;
use crate::io::Output;
use crate::machine::Shell;
use ehr_core::consensus::bft::{SignedProposal, SignedVote, Vote, VoteKind, is_more_than_two_thirds};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::AdmittedKey;
use ehr_core::primitives::{AccountId, BlockId, Height, Signature};
use malachite_core_consensus::ConsensusMsg;
use malachite_core_types::{CertificateError, SignedMessage};

pub(crate) type Verdict = Result<(), CertificateError<Context>>;

impl Shell {
    pub(crate) fn sign_vote(&mut self, vote: CoreVote) -> SignedMessage<Context, CoreVote> {
        let signature = self.sign_own(vote_out(&vote));
        SignedMessage::new(vote, signature)
    }

    /// The signature of a vote of our own, which the witness then knows.
    pub(crate) fn sign_own(&mut self, ours: Vote) -> Signature {
        let step = match ours.kind {
            VoteKind::Prevote => Step::Prevote,
            VoteKind::Precommit => Step::Precommit,
        };
        let message = ours.message(&self.config.chain);
        let signature = self.sign(Domain::Vote, (ours.height, ours.round, step), &message);
        if signature != Signature::ZERO {
            let known = self.witness.vote(&SignedVote { vote: ours, signature });
            self.convict(known);
        }
        signature
    }

    pub(crate) fn sign_proposal(&mut self, proposal: CoreProposal) -> SignedMessage<Context, CoreProposal> {
        let ours = proposal_out(&proposal);
        let message = ours.message(&self.config.chain);
        let signature = self.sign(Domain::Proposal, (ours.height, ours.round, Step::Propose), &message);
        if signature != Signature::ZERO {
            let known = self.witness.proposal(&SignedProposal { proposal: ours, signature });
            self.convict(known);
        }
        SignedMessage::new(proposal, signature)
    }

    /// Signs what the sign-protection record permits (rule BF-17). What is not signed carries a zero signature, which
    /// nobody counts and which never leaves: the validator abstains.
    fn sign(&mut self, domain: Domain, at: (Height, u32, Step), message: &[u8]) -> Signature {
        let (height, round, step) = at;
        let mut next = self.guard.clone();
        let signed = if next.admit(height, round, step, message) {
            self.signer.sign(domain, message).map_err(|error| error.to_string())
        } else {
            Err("the sign-protection record knows a later or another message".into())
        };
        match signed {
            Ok(signature) => {
                if next != self.guard {
                    self.guard = next;
                    let written = self.outbox.guard(&self.guard);
                    self.check(written);
                }
                self.verifier.remember(domain, &self.key, message, &signature);
                signature
            }
            Err(why) => {
                self.outbox.now(Output::Abstained { height, round, step, why });
                Signature::ZERO
            }
        }
    }

    pub(crate) fn verify_one(
        &self,
        message: SignedMessage<Context, ConsensusMsg<Context>>,
        key: &AdmittedKey,
    ) -> bool {
        let signature = message.signature;
        match message.message {
            ConsensusMsg::Vote(vote) => {
                self.verifier.vote(&SignedVote { vote: vote_out(&vote), signature }, key)
            }
            ConsensusMsg::Proposal(proposal) => {
                self.verifier.proposal(&signed_proposal_out(&SignedMessage::new(proposal, signature)), key)
            }
        }
    }

    #[allow(clippy::result_large_err, reason = "the core's type")]
    pub(crate) fn verify_commit(
        &self,
        (height, round, block): (Height, u32, BlockId),
        signatures: impl Iterator<Item = (AccountId, Signature)>,
        set: &CoreSet,
    ) -> Verdict {
        let kind = VoteKind::Precommit;
        let votes: Vec<_> = signatures
            .map(|(validator, signature)| {
                let vote = Vote { kind, height, round, block: Some(block), validator };
                SignedVote { vote, signature }
            })
            .collect();
        self.verify_votes(&votes, set, is_more_than_two_thirds)
    }

    #[allow(clippy::result_large_err, reason = "the core's type")]
    pub(crate) fn verify_votes(
        &self,
        votes: &[SignedVote],
        set: &CoreSet,
        enough: fn(u64, u64) -> bool,
    ) -> Verdict {
        match self.verifier.votes(votes, set.ours()) {
            Some(power) if enough(power, set.ours().total_power()) => Ok(()),
            _ => Err(CertificateError::VerificationError(None)),
        }
    }
}
