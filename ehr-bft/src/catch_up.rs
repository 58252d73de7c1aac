//! Catching up (rules BF-25 and BF-26). The consensus core forgets tallies of earlier rounds, so a validator that missed
//! a decision can never assemble it from votes again: only a certificate frees it. One request is out at a time.

use crate::io::Output;
use crate::machine::Shell;
use crate::message::Message;
use crate::peers::Offence;
use ehr_core::consensus::bft::Certificate;
use ehr_core::primitives::{Height, Timestamp};
use ehr_core::transport::PeerId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most bytes of blocks that wait for their height.
const MAX_WAITING: usize = 32 * 1024 * 1024;

/// A decided block of a peer; its certificate is checked when its height comes, as its validators are not known before.
#[derive(Debug)]
pub(crate) struct Ahead {
    pub(crate) from: PeerId,
    pub(crate) certificate: Certificate,
    pub(crate) bytes: Arc<[u8]>,
}

/// The request under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) peer: PeerId,
    pub(crate) last: Height,
    pub(crate) due: Timestamp,
}

#[derive(Debug, Default)]
pub(crate) struct CatchUp {
    pub(crate) asked: Option<Asked>,
    /// Whom to pass over when somebody else can be asked.
    pub(crate) previous: Option<PeerId>,
    /// Since when a peer is known to be ahead of this height.
    pub(crate) behind_since: Option<Timestamp>,
    /// The height whose decided block the core was given.
    pub(crate) given: Option<Height>,
    ahead: BTreeMap<Height, Ahead>,
    waiting: usize,
}

impl CatchUp {
    /// Keeps a block for its height.
    pub(crate) fn keep(&mut self, height: Height, ahead: Ahead) {
        let waiting = self.waiting.saturating_add(ahead.bytes.len());
        if waiting <= MAX_WAITING && !self.ahead.contains_key(&height) {
            self.waiting = waiting;
            self.ahead.insert(height, ahead);
        }
    }

    /// The block of a height whose turn it is; those below are dropped.
    pub(crate) fn take(&mut self, height: Height) -> Option<Ahead> {
        self.ahead = self.ahead.split_off(&height);
        let ahead = self.ahead.remove(&height);
        self.waiting = self.ahead.values().fold(0, |sum, a| sum.saturating_add(a.bytes.len()));
        ahead
    }

    /// Whether the block of a height waits.
    pub(crate) fn has(&self, height: Height) -> bool {
        self.ahead.contains_key(&height)
    }

    /// The first height from `height` on whose decided block is neither waiting here nor with the core.
    pub(crate) fn first_missing(&self, height: Height) -> Height {
        let mut at = if self.given == Some(height) { height.plus(1) } else { height };
        while self.ahead.contains_key(&at) {
            at = at.plus(1);
        }
        at
    }

    /// Whether enough blocks wait for the time being.
    fn is_full(&self) -> bool {
        self.ahead.len() >= usize::from(Message::MAX_REQUEST) || self.waiting >= MAX_WAITING / 2
    }
}

impl Shell {
    /// Asks one peer for decided blocks if some peer is ahead for long enough, or far enough. The next ones are asked for
    /// while those that came are executed.
    pub(crate) fn ask_peers(&mut self) {
        if self.halted || self.decided {
            return;
        }
        let missing = self.catch_up.first_missing(self.height);
        self.catch_up.asked = self.catch_up.asked.filter(|asked| asked.last >= missing);
        if let Some(asked) = self.catch_up.asked.filter(|asked| asked.due <= self.now) {
            self.catch_up.asked = None;
            self.offend(asked.peer, Offence::Stalled);
        }
        if !self.is_someone_above(self.height) {
            self.catch_up.behind_since = None;
            return;
        }
        self.catch_up.behind_since.get_or_insert(self.now);
        if self.catch_up.asked.is_some() || self.ask_again_at().is_none_or(|at| at > self.now) {
            return;
        }
        let Some((peer, count)) = self.whom_to_ask(missing) else { return };
        let due = self.now.plus(self.config.catch_up_retry_ms);
        let last = missing.plus(u64::from(count)).minus(1);
        self.catch_up.previous = Some(peer);
        self.catch_up.asked = Some(Asked { peer, last, due });
        match (Message::Request { from: missing, count }).to_bytes() {
            Ok(bytes) => self.outbox.now(Output::Send { to: peer, bytes }),
            Err(error) => self.check(Err(error)),
        }
    }

    fn is_someone_above(&self, height: Height) -> bool {
        self.peers.0.values().any(|known| known.claim > height)
    }

    /// A peer that says it has `missing`, and how many blocks from there on. In turn, so that one peer that does not answer
    /// costs one wait.
    fn whom_to_ask(&self, missing: Height) -> Option<(PeerId, u16)> {
        if self.catch_up.is_full() {
            return None;
        }
        let candidates = || self.peers.0.iter().filter(|(_, known)| known.claim > missing);
        let after = self.catch_up.previous;
        let (peer, known) =
            candidates().find(|(peer, _)| Some(**peer) > after).or_else(|| candidates().next())?;
        let count = known.claim.0.saturating_sub(missing.0);
        Some((*peer, u16::try_from(count).unwrap_or(u16::MAX).min(Message::MAX_REQUEST)))
    }

    /// The first height that is not decided here. An idle chain may stay between two heights for long.
    pub(crate) fn standing(&self) -> Height {
        if self.decided { self.height.plus(1) } else { self.height }
    }

    /// Tells a peer that speaks of a lower height where we are, now and then.
    pub(crate) fn tell_height(&mut self, peer: PeerId) {
        let pause = self.config.catch_up_retry_ms;
        if !self.peers.may_tell(peer, self.now, pause) {
            return;
        }
        match (Message::Status { height: self.standing() }).to_bytes() {
            Ok(bytes) => self.outbox.now(Output::Send { to: peer, bytes }),
            Err(error) => self.check(Err(error)),
        }
    }

    /// When [`Shell::ask_peers`] has something to do.
    pub(crate) fn ask_again_at(&self) -> Option<Timestamp> {
        if self.decided {
            return None;
        }
        if let Some(asked) = self.catch_up.asked {
            return Some(asked.due);
        }
        let since = self.catch_up.behind_since?;
        self.whom_to_ask(self.catch_up.first_missing(self.height))?;
        let far = self.is_someone_above(self.height.plus(1));
        Some(if far { since } else { since.plus(self.config.catch_up_after_ms) })
    }
}
