//! What the consensus core asks for. Every effect is answered at once; the core is never left waiting.

use crate::blocks::Place;
use crate::context::{Context, number, polka_votes, signed_proposal_out, signed_vote_out};
use crate::io::{Fatal, Output};
use crate::machine::{CoreInput, Shell};
use crate::message::Message;
use ehr_core::consensus::bft::{
    Certificate, SignedProposal, SignedVote, VoteKind, is_more_than_one_third, is_more_than_two_thirds,
};
use ehr_core::primitives::{Height, Signature};
use malachite_core_consensus::{
    Effect, LivenessMsg, Resumable, Resume, SignedConsensusMsg, VoteExtensionError,
};
use malachite_core_types::{CertificateError, CommitCertificate, RoundCertificate, RoundCertificateType};

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

    pub(crate) fn publish_vote(&mut self, vote: SignedVote) {
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

    /// Proposes what was built for this round before, or has the host build. Not where the decision is about to be fed.
    fn want_block(&mut self, height: Height, round: u32) {
        if self.pending.iter().any(|input| matches!(input, CoreInput::SyncValueResponse(_))) {
            return;
        }
        match self.blocks.built.get(&round).copied() {
            Some(block) => self.propose(round, block),
            None => self.outbox.now(Output::Build { height, round }),
        }
    }

    fn decide(&mut self, decided: &CommitCertificate<Context>) {
        self.decided = true;
        self.wait_for_late(number(decided.round));
        let at = (decided.height.0, number(decided.round), decided.value_id.0);
        self.precommit_decided(at);
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
