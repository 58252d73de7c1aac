//! What the consensus core asks for. Every effect is answered at once; the core is never left waiting.

use crate::blocks::Place;
use crate::context::{
    Context, CoreProposal, CoreSet, CoreVote, number, proposal_out, signed_proposal_out, signed_vote_out,
    vote_out,
};
use crate::guard::Step;
use crate::io::{Fatal, Output};
use crate::log::{BlockEntry, Entry, TimeoutEntry};
use crate::machine::{CoreInput, Shell};
use crate::message::Message;
use crate::timers;
use ehr_core::consensus::bft::{
    Certificate, SignedProposal, SignedVote, Vote, VoteKind, is_more_than_one_third, is_more_than_two_thirds,
};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::AdmittedKey;
use ehr_core::primitives::{AccountId, BlockId, Height, Signature};
use malachite_core_consensus::{
    ConsensusMsg, Effect, LivenessMsg, ProposedValue, Resumable, Resume, SignedConsensusMsg,
    VoteExtensionError,
};
use malachite_core_types::{
    CertificateError, CommitCertificate, PolkaCertificate, RoundCertificate, RoundCertificateType,
    SignedMessage,
};
use serde_bytes::ByteBuf;

type Verdict = Result<(), CertificateError<Context>>;

impl Shell {
    pub(crate) fn perform(&mut self, effect: Effect<Context>) -> Resume<Context> {
        match effect {
            Effect::CancelAllTimeouts(r) => {
                self.timers.clear();
                r.resume_with(())
            }
            Effect::CancelTimeout(timeout, r) => {
                self.timers.cancel(&timeout);
                r.resume_with(())
            }
            Effect::ScheduleTimeout(timeout, r) => {
                self.timers.schedule(timeout, self.now, &self.config.timeouts);
                r.resume_with(())
            }
            Effect::StartRound(_, round, _, _, r) => {
                self.round = number(round);
                r.resume_with(())
            }
            Effect::PublishConsensusMsg(SignedConsensusMsg::Vote(vote), r) => {
                self.publish_vote(signed_vote_out(&vote));
                r.resume_with(())
            }
            Effect::PublishConsensusMsg(SignedConsensusMsg::Proposal(proposal), r) => {
                self.publish_proposal(signed_proposal_out(&proposal));
                r.resume_with(())
            }
            Effect::PublishLivenessMsg(message, r) => {
                match message {
                    LivenessMsg::Vote(vote) => self.publish_vote(signed_vote_out(&vote)),
                    LivenessMsg::PolkaCertificate(polka) => {
                        self.publish(&Message::Polka(polka_votes(&polka)))
                    }
                    LivenessMsg::SkipRoundCertificate(round) => self.publish(&round_message(&round)),
                }
                r.resume_with(())
            }
            Effect::RepublishVote(vote, r) => {
                self.publish_vote(signed_vote_out(&vote));
                r.resume_with(())
            }
            Effect::RepublishRoundCertificate(round, r) => {
                self.publish(&round_message(&round));
                r.resume_with(())
            }
            Effect::GetValue(height, round, _, r) => {
                self.want_block(height.0, number(round));
                r.resume_with(())
            }
            // The block travels with the proposal, which the core publishes next.
            Effect::RestreamProposal(.., r) => r.resume_with(()),
            Effect::Decide(certificate, _, r) => {
                self.decide(&certificate);
                r.resume_with(())
            }
            // Evidence is what the witness found: it watches longer than the core does.
            Effect::Finalize(.., r) => r.resume_with(()),
            Effect::SignVote(vote, r) => r.resume_with(self.sign_vote(vote)),
            Effect::SignProposal(proposal, r) => r.resume_with(self.sign_proposal(proposal)),
            Effect::VerifySignature(message, key, r) => r.resume_with(self.verify_one(message, &key)),
            Effect::VerifyCommitCertificate(certificate, set, _, r) => {
                let signatures = certificate.commit_signatures.iter().map(|s| (s.address.0, s.signature));
                let at = (certificate.height.0, number(certificate.round), certificate.value_id.0);
                r.resume_with(self.verify_commit(at, signatures, &set))
            }
            Effect::VerifyExtendedCommitCertificate(certificate, set, _, _, r) => {
                let signatures = certificate.commit_signatures.iter().map(|s| (s.address.0, s.signature));
                let at = (certificate.height.0, number(certificate.round), certificate.value_id.0);
                r.resume_with(self.verify_commit(at, signatures, &set))
            }
            Effect::VerifyPolkaCertificate(polka, set, _, r) => {
                r.resume_with(self.verify_votes(&polka_votes(&polka), &set, is_more_than_two_thirds))
            }
            Effect::VerifyRoundCertificate(round, set, _, r) => {
                let votes = round_votes(&round);
                r.resume_with(match round.cert_type {
                    RoundCertificateType::Precommit
                        if votes.iter().all(|v| v.vote.kind == VoteKind::Precommit) =>
                    {
                        self.verify_votes(&votes, &set, is_more_than_two_thirds)
                    }
                    RoundCertificateType::Precommit => Err(CertificateError::VerificationError(None)),
                    RoundCertificateType::Skip => self.verify_votes(&votes, &set, is_more_than_one_third),
                })
            }
            Effect::WalAppend(_, input, r) => {
                self.append(input);
                r.resume_with(())
            }
            // Vote extensions are disabled at every height.
            Effect::ExtendVote(.., r) => r.resume_with(None),
            Effect::VerifyVoteExtension(.., r) => {
                r.resume_with(Err(VoteExtensionError::InvalidVoteExtension))
            }
            Effect::CertVerifiedSyncValue(value, proposer, r) => {
                let (round, block) = (number(value.certificate.round), value.certificate.value_id.0);
                self.judge(block, Place { round, proposer: proposer.0, decided: true });
                r.resume_with(())
            }
            Effect::CertRejectedSyncValue(_, height, error, r) => {
                // It was verified before the core saw it.
                self.halt(Fatal::Core(format!("certificate of height {height}: {error}")));
                r.resume_with(())
            }
        }
    }

    fn publish_vote(&mut self, vote: SignedVote) {
        if vote.signature != Signature::ZERO {
            self.publish(&Message::Vote(vote));
        }
    }

    pub(crate) fn publish_proposal(&mut self, proposal: SignedProposal) {
        let body = self.blocks.get(&proposal.proposal.block);
        if let Some(body) = body.filter(|_| proposal.signature != Signature::ZERO) {
            let block = body.bytes.to_vec();
            self.publish(&Message::Proposal { proposal, block });
        }
    }

    fn publish(&mut self, message: &Message) {
        match message.to_bytes() {
            Ok(bytes) => self.outbox.after_log(Output::Broadcast { bytes: bytes.into() }),
            Err(error) => self.check(Err(error)),
        }
    }

    /// Proposes what was built for this round before, or has the host build.
    fn want_block(&mut self, height: Height, round: u32) {
        match self.blocks.built.get(&round).copied() {
            Some(block) => self.propose(round, block),
            None => self.outbox.now(Output::Build { height, round }),
        }
    }

    fn decide(&mut self, decided: &CommitCertificate<Context>) {
        self.decided = true;
        let at = (decided.height.0, number(decided.round), decided.value_id.0);
        let signatures = decided.commit_signatures.iter().map(|s| (s.address.0, s.signature));
        let certificate = Certificate::new(at, signatures, &self.validators);
        match (certificate, self.blocks.get(&decided.value_id.0)) {
            (Ok(certificate), Some(body)) => {
                let bytes = body.bytes.clone();
                self.outbox.after_log(Output::Decided { certificate, bytes });
            }
            (Ok(_), None) => self.halt(Fatal::Core("decided a block that never came".into())),
            (Err(error), _) => self.halt(Fatal::Core(error.to_string())),
        }
    }

    fn sign_vote(&mut self, vote: CoreVote) -> SignedMessage<Context, CoreVote> {
        let ours = vote_out(&vote);
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
        SignedMessage::new(vote, signature)
    }

    fn sign_proposal(&mut self, proposal: CoreProposal) -> SignedMessage<Context, CoreProposal> {
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

    fn verify_one(&self, message: SignedMessage<Context, ConsensusMsg<Context>>, key: &AdmittedKey) -> bool {
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
    fn verify_commit(
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
    fn verify_votes(&self, votes: &[SignedVote], set: &CoreSet, enough: fn(u64, u64) -> bool) -> Verdict {
        match self.verifier.votes(votes, set.ours()) {
            Some(power) if enough(power, set.ours().total_power()) => Ok(()),
            _ => Err(CertificateError::VerificationError(None)),
        }
    }

    /// The core's own log entry as ours. While the log is read back only own messages it lacks are written.
    fn append(&mut self, input: CoreInput) {
        let entry = match input {
            CoreInput::Vote(vote) => Entry::Vote(signed_vote_out(&vote)),
            CoreInput::Proposal(proposal) => Entry::Proposal(signed_proposal_out(&proposal)),
            CoreInput::PolkaCertificate(polka) => Entry::Polka(polka_votes(&polka)),
            CoreInput::TimeoutElapsed(timeout) => {
                let (Some(kind), Some(round)) = (timers::code(timeout.kind), timeout.round.as_u32()) else {
                    return;
                };
                Entry::Timeout(TimeoutEntry { kind, round })
            }
            CoreInput::ProposedValue(value, _) => match self.block_entry(&value) {
                Some(entry) => entry,
                None => return,
            },
            // The core never asks to log these.
            CoreInput::StartHeight(..)
            | CoreInput::RoundCertificate(_)
            | CoreInput::Propose(_)
            | CoreInput::SyncValueResponse(_) => return,
        };
        if let Some(logged) = &self.replaying {
            let own = match &entry {
                Entry::Vote(vote) => vote.vote.validator == self.config.account,
                Entry::Proposal(proposal) => proposal.proposal.proposer == self.config.account,
                _ => false,
            };
            if !own || logged.contains(&entry) {
                return;
            }
        }
        if !self.decided {
            let written = self.outbox.log(&entry);
            self.check(written);
        }
    }

    fn block_entry(&mut self, value: &ProposedValue<Context>) -> Option<Entry> {
        let block = value.value.0;
        let body = self.blocks.get_mut(&block)?;
        let first = self.replaying.is_none() && !core::mem::replace(&mut body.logged, true);
        let bytes = first.then(|| ByteBuf::from(body.bytes.to_vec()));
        let (round, proposer) = (number(value.round), value.proposer.0);
        Some(Entry::Block(BlockEntry { round, proposer, block, valid: value.validity.is_valid(), bytes }))
    }
}

fn polka_votes(polka: &PolkaCertificate<Context>) -> Vec<SignedVote> {
    polka.votes(&Context).map(|vote| signed_vote_out(&vote)).collect()
}

fn round_votes(round: &RoundCertificate<Context>) -> Vec<SignedVote> {
    round.votes(&Context).map(|vote| signed_vote_out(&vote)).collect()
}

fn round_message(round: &RoundCertificate<Context>) -> Message {
    match round.cert_type {
        RoundCertificateType::Precommit => Message::RoundOver(round_votes(round)),
        RoundCertificateType::Skip => Message::RoundSkip(round_votes(round)),
    }
}
