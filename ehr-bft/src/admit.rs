//! What peers send, before the consensus core sees any of it: decoded, placed, authenticated, bounded (rules BF-22 to
//! BF-24). The core itself keeps messages of future heights unchecked, so it never gets any.

use crate::blocks::Place;
use crate::context::{Context, CoreHeight, Value, signed_proposal_in, signed_vote_in};
use crate::io::{Fatal, Output};
use crate::machine::{CoreInput, Shell};
use crate::message::Message;
use crate::peers::Offence;
use ehr_core::codec::limits;
use ehr_core::consensus::bft::{
    SignedProposal, SignedVote, ValidatorSet, VoteKind, is_more_than_one_third, is_more_than_two_thirds,
};
use ehr_core::primitives::Height;
use ehr_core::transport::PeerId;
use malachite_core_types::{PolkaCertificate, Round, RoundCertificate, RoundCertificateType};

/// Rounds above the current one (above 0 in the next height) whose messages are taken; the core has the same bound.
/// A validator further behind enters a round by a certificate.
const LOOKAHEAD: u32 = 10;

/// When a message is for.
enum When {
    Past,
    Current,
    Next,
}

impl Shell {
    pub(crate) fn frame(&mut self, from: PeerId, bytes: &[u8]) {
        if !self.peers.admits(from) {
            return self.outbox.now(Output::Disconnect { peer: from, why: Offence::Crowded });
        }
        let verdict = match Message::from_bytes(bytes) {
            Err(error) => Err(Offence::Malformed(error)),
            Ok(Message::Vote(vote)) => self.vote(from, vote),
            Ok(Message::Proposal { proposal, block }) => self.proposal(from, proposal, block),
            Ok(Message::Status { height }) => {
                self.peers.claims(from, height);
                Ok(())
            }
            Ok(Message::Request { from: first, count }) => self.serve(from, first, count),
            Ok(Message::Decided { certificate, block }) => self.decided_frame(from, certificate, block),
            Ok(message @ (Message::Polka(_) | Message::RoundOver(_) | Message::RoundSkip(_))) => {
                self.certified_round(from, message)
            }
        };
        if let Err(offence) = verdict {
            self.offend(from, offence);
        }
    }

    /// Where a message belongs and whose word counts there; nothing if the height is too old to matter.
    fn place(
        &mut self,
        from: PeerId,
        height: Height,
        round: u32,
    ) -> Result<Option<(When, ValidatorSet)>, Offence> {
        if round > limits::MAX_ROUND {
            return Err(Offence::BadRound);
        }
        if height == self.height && self.decided {
            // It may have missed the decision, and on an idle chain nothing else would tell it.
            self.tell_height(from);
        }
        if height < self.height {
            self.tell_height(from);
            return Ok(self.witness.validators(height).map(|set| (When::Past, set.clone())));
        }
        self.peers.claims(from, height);
        let next = self.height.plus(1);
        let (when, set, base) = match height {
            h if h == self.height => (When::Current, &self.validators, self.round),
            h if h == next => (When::Next, &self.next, 0),
            _ => return Err(Offence::FarFuture),
        };
        if round > base.saturating_add(LOOKAHEAD) {
            return Err(Offence::FarFuture);
        }
        Ok(Some((when, set.clone())))
    }

    fn vote(&mut self, from: PeerId, vote: SignedVote) -> Result<(), Offence> {
        let Some((when, set)) = self.place(from, vote.vote.height, vote.vote.round)? else { return Ok(()) };
        let (_, key) = set.get(&vote.vote.validator).ok_or(Offence::NotValidator)?;
        if !self.verifier.vote(&vote, key) {
            return Err(Offence::BadSignature);
        }
        self.witness_vote(&vote);
        match when {
            When::Past => {}
            When::Current => self.deliver(Message::Vote(vote)),
            When::Next => {
                let slot = (vote.vote.validator, vote.vote.kind.code(), vote.vote.round);
                self.early.entry(slot).or_insert(Message::Vote(vote));
            }
        }
        Ok(())
    }

    fn proposal(&mut self, from: PeerId, proposal: SignedProposal, block: Vec<u8>) -> Result<(), Offence> {
        let said = &proposal.proposal;
        let Some((when, set)) = self.place(from, said.height, said.round)? else { return Ok(()) };
        if said.valid_round.is_some_and(|valid| valid >= said.round) {
            return Err(Offence::BadRound);
        }
        let (_, key) = set.get(&said.proposer).ok_or(Offence::NotValidator)?;
        if set.proposer(said.height, said.round).account != said.proposer {
            return Err(Offence::NotProposer);
        }
        if !self.verifier.proposal(&proposal, key) {
            return Err(Offence::BadSignature);
        }
        if (self.config.block_id)(&block) != Some(said.block) {
            return Err(Offence::BadBlock);
        }
        let found = self.witness.proposal(&proposal);
        self.convict(found);
        match when {
            When::Past => {}
            When::Current => self.deliver(Message::Proposal { proposal, block }),
            When::Next => {
                let slot = (said.proposer, 0, said.round);
                self.early.entry(slot).or_insert(Message::Proposal { proposal, block });
            }
        }
        Ok(())
    }

    /// A polka or round certificate; of any round, as it is how a validator that is behind gets to it.
    fn certified_round(&mut self, from: PeerId, message: Message) -> Result<(), Offence> {
        let (Message::Polka(votes) | Message::RoundOver(votes) | Message::RoundSkip(votes)) = &message else {
            return Ok(());
        };
        let first = votes.first().ok_or(Offence::BadCertificate)?.vote;
        if first.round >= limits::MAX_ROUND {
            return Err(Offence::BadRound);
        }
        if votes.iter().any(|v| (v.vote.height, v.vote.round) != (first.height, first.round)) {
            return Err(Offence::BadCertificate);
        }
        self.peers.claims(from, first.height);
        if first.height > self.height.plus(1) {
            return Err(Offence::FarFuture);
        }
        if first.height != self.height || self.decided {
            return Ok(());
        }
        let power = self.verifier.votes(votes, &self.validators).ok_or(Offence::BadCertificate)?;
        let total = self.validators.total_power();
        let all = |kind| votes.iter().all(|v| v.vote.kind == kind);
        let proves = match &message {
            Message::Polka(_) => {
                let one_block = first.block.is_some() && votes.iter().all(|v| v.vote.block == first.block);
                one_block && all(VoteKind::Prevote) && is_more_than_two_thirds(power, total)
            }
            Message::RoundOver(_) => all(VoteKind::Precommit) && is_more_than_two_thirds(power, total),
            _ => is_more_than_one_third(power, total),
        };
        if !proves {
            return Err(Offence::BadCertificate);
        }
        for vote in votes {
            self.witness_vote(vote);
        }
        self.deliver(message);
        Ok(())
    }

    /// Compares a vote with what its validator said before; one of our own that was not made here stops us.
    pub(crate) fn witness_vote(&mut self, vote: &SignedVote) {
        let said = &vote.vote;
        let own = said.validator == self.config.account && said.height >= self.height;
        let given_up = self.guard.is_skipped() && said.height <= self.guard.height;
        if own && given_up {
            return;
        }
        if own && !self.witness.knows_vote(vote) {
            return self.halt(Fatal::KeyInUse { height: said.height, round: said.round });
        }
        let found = self.witness.vote(vote);
        self.convict(found);
    }

    /// Hands an authenticated message of the current height to the core.
    pub(crate) fn deliver(&mut self, message: Message) {
        if self.decided {
            return;
        }
        let height = CoreHeight(self.height);
        match message {
            Message::Vote(vote) => self.pending.push_back(CoreInput::Vote(signed_vote_in(&vote))),
            Message::Proposal { proposal, block } => {
                let said = proposal.proposal;
                if self.blocks.keep_proposed(said.block, said.round, block) {
                    self.pending.push_back(CoreInput::Proposal(signed_proposal_in(&proposal)));
                    let place = Place { round: said.round, proposer: said.proposer, decided: false };
                    self.judge(said.block, place);
                }
            }
            Message::Polka(votes) => {
                let Some(first) = votes.first().map(|v| v.vote) else { return };
                let Some(block) = first.block else { return };
                let votes = votes.iter().map(signed_vote_in).collect();
                let polka = PolkaCertificate::new(height, Round::new(first.round), Value(block), votes);
                self.pending.push_back(CoreInput::PolkaCertificate(polka));
            }
            Message::RoundOver(votes) => self.round_certificate(RoundCertificateType::Precommit, &votes),
            Message::RoundSkip(votes) => self.round_certificate(RoundCertificateType::Skip, &votes),
            Message::Request { .. } | Message::Status { .. } | Message::Decided { .. } => {}
        }
    }

    fn round_certificate(&mut self, kind: RoundCertificateType, votes: &[SignedVote]) {
        let Some(round) = votes.first().map(|v| Round::new(v.vote.round)) else { return };
        let votes = votes.iter().map(signed_vote_in).collect();
        let height = CoreHeight(self.height);
        let certificate = RoundCertificate::<Context>::new_from_votes(height, round, kind, votes);
        self.pending.push_back(CoreInput::RoundCertificate(certificate));
    }
}
