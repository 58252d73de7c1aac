//! Peers: what they did wrong, how far they are, and what they were sent.

use ehr_core::codec::DecodeError;
use ehr_core::primitives::{Height, Timestamp};
use ehr_core::transport::PeerId;
use std::collections::BTreeMap;

/// Something a peer should not have done. Its message is dropped and the offence counted (rule BF-24).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Offence {
    /// Bytes that are no message, or a message that breaks the form of its kind.
    #[error("sent bytes that do not decode: {0}")]
    Malformed(DecodeError),
    /// A round no chain reaches, or a proposal that refers to a round above its own.
    #[error("sent a message for an impossible round")]
    BadRound,
    /// A signature that is not valid for this chain, height, round and block.
    #[error("sent a message with a wrong signature")]
    BadSignature,
    /// A vote or proposal of somebody who is no validator at that height.
    #[error("sent a message of somebody who is no validator")]
    NotValidator,
    /// A proposal of a validator whose turn it is not.
    #[error("sent a proposal of a validator whose turn it is not")]
    NotProposer,
    /// A set of votes or a certificate that does not prove what it should.
    #[error("sent a certificate that proves nothing")]
    BadCertificate,
    /// A block that is not the one named, or that the host refused.
    #[error("sent a block that is invalid or not the one named")]
    BadBlock,
    /// A message for a height or round beyond what is buffered, while we ask whether we are behind.
    #[error("sent a message for a far future height or round")]
    FarFuture,
    /// Said to be ahead of us and did not show it.
    #[error("did not send decided blocks in time")]
    Stalled,
    /// Asked for more than a second's share of decided blocks, or for more than one request may hold.
    #[error("asked for too many blocks")]
    TooMuch,
    /// A decided block nobody asked for.
    #[error("sent a decided block nobody asked for")]
    Unsolicited,
    /// More peers than are kept count of.
    #[error("too many peers")]
    Crowded,
}

/// Score at which a peer is disconnected.
pub(crate) const LIMIT: u32 = 100;

/// What an offence adds to the score.
pub(crate) const fn cost(offence: &Offence) -> u32 {
    match offence {
        // Nobody honest sends these, and nobody passes on what it has not checked.
        Offence::Malformed(_)
        | Offence::BadRound
        | Offence::BadSignature
        | Offence::NotProposer
        | Offence::BadCertificate
        | Offence::Crowded => LIMIT,
        // An honest host may refuse for a moment what another accepts.
        Offence::BadBlock => 20,
        Offence::NotValidator | Offence::TooMuch => 10,
        // What an honest peer's messages look like to one that is behind, or on a network that loses.
        Offence::Stalled | Offence::Unsolicited | Offence::FarFuture => 1,
    }
}

/// Most peers kept count of.
const MAX_PEERS: usize = 256;
/// Decided blocks a peer may ask for within a second.
const SERVED_PER_SECOND: u32 = 4096;
/// One of the offences that honest peers commit too is counted in this time, milliseconds: a peer that is ahead sends
/// many messages for the future.
const PARDON_MS: u64 = 1000;

/// One peer.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    score: u32,
    /// Highest height it spoke of; it has decided all below.
    pub(crate) claim: Height,
    pardoned_until: Timestamp,
    told_until: Timestamp,
    served: u32,
    served_since: Timestamp,
}

/// All peers.
#[derive(Debug, Default)]
pub(crate) struct Peers(pub(crate) BTreeMap<PeerId, Peer>);

impl Peers {
    /// Whether the peer is or can be kept count of.
    pub(crate) fn admits(&mut self, peer: PeerId) -> bool {
        if !self.0.contains_key(&peer) && self.0.len() >= MAX_PEERS {
            return false;
        }
        self.0.entry(peer).or_default();
        true
    }

    pub(crate) fn forget(&mut self, peer: PeerId) {
        self.0.remove(&peer);
    }

    /// Counts an offence; whether the peer is to be disconnected. It is then forgotten.
    pub(crate) fn punish(&mut self, peer: PeerId, offence: &Offence, now: Timestamp) -> bool {
        let Some(known) = self.0.get_mut(&peer) else { return false };
        let cost = cost(offence);
        if cost == 1 {
            if now < known.pardoned_until {
                return false;
            }
            known.pardoned_until = now.plus(PARDON_MS);
        }
        known.score = known.score.saturating_add(cost);
        let over = known.score >= LIMIT;
        if over {
            self.forget(peer);
        }
        over
    }

    /// The peer sent a decided block that was needed: what it claimed is true.
    pub(crate) fn credit(&mut self, peer: PeerId) {
        if let Some(known) = self.0.get_mut(&peer) {
            known.score = 0;
        }
    }

    pub(crate) fn claims(&mut self, peer: PeerId, height: Height) {
        if let Some(known) = self.0.get_mut(&peer) {
            known.claim = known.claim.max(height);
        }
    }

    /// Whether to tell a peer our height now; not again for `pause` milliseconds.
    pub(crate) fn may_tell(&mut self, peer: PeerId, now: Timestamp, pause: u64) -> bool {
        let Some(known) = self.0.get_mut(&peer).filter(|known| now >= known.told_until) else { return false };
        known.told_until = now.plus(pause);
        true
    }

    /// Whether a peer may be sent this many decided blocks now.
    pub(crate) fn may_serve(&mut self, peer: PeerId, count: u16, now: Timestamp) -> bool {
        let Some(known) = self.0.get_mut(&peer) else { return false };
        if now >= known.served_since.plus(1000) {
            (known.served, known.served_since) = (0, now);
        }
        known.served = known.served.saturating_add(u32::from(count));
        known.served <= SERVED_PER_SECOND
    }
}
