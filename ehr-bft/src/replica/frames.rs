//! Frames between replicas: one byte says for whom, the ledger's engine or the validator (rule BF-30).

use super::Replica;
use super::io::{InputError, Misconduct, Output};
use crate::message::Message;
use ehr_core::engine::{self, block_at, certificate_of};
use ehr_core::primitives::Height;
use ehr_core::store::{LedgerRead, ReadError, Table};
use ehr_core::transport::PeerId;
use std::sync::Arc;

const LEDGER: u8 = 0;
const VOTES: u8 = 1;
/// Bytes of decided blocks that one request is answered with while others wait to be sent.
const MAX_SERVED: usize = 8 * 1024 * 1024;
/// Bytes of frames of one height that are kept for newcomers.
const MAX_SAID: usize = 4 * 1024 * 1024;

fn framed(kind: u8, bytes: &[u8]) -> Arc<[u8]> {
    [&[kind], bytes].concat().into()
}

impl Replica {
    pub(super) fn frame(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        bytes: &[u8],
    ) -> Result<(), InputError> {
        if !self.peers.contains(&from) {
            return Ok(()); // It was under way when the peer was disconnected.
        }
        match bytes.split_first() {
            Some((&LEDGER, rest)) => {
                self.feed(disk, engine::Input::Frame { from, bytes: rest.to_vec() })?;
            }
            Some((&VOTES, rest)) => {
                self.inputs.push_back(crate::Input::Frame { from, bytes: rest.to_vec() });
            }
            _ => self.hang_up(from, Misconduct::Kind),
        }
        Ok(())
    }

    pub(super) fn send_ledger(&mut self, to: PeerId, bytes: &[u8]) {
        self.out.push(Output::Send { to, bytes: framed(LEDGER, bytes) });
    }

    pub(super) fn send_votes(&mut self, to: PeerId, bytes: &[u8]) {
        self.out.push(Output::Send { to, bytes: framed(VOTES, bytes) });
    }

    /// Says where this replica is, as on an idle chain nothing else would tell a newcomer that it is behind; and what it
    /// said of this height, which is not said again before a round is lost.
    pub(super) fn greet(&mut self, peer: PeerId) {
        let height = self.engine.best().header.height.plus(1);
        // A number always encodes.
        if let Ok(bytes) = (Message::Status { height }).to_bytes() {
            self.send_votes(peer, &bytes);
        }
        for bytes in self.said.clone() {
            self.out.push(Output::Send { to: peer, bytes });
        }
    }

    pub(super) fn broadcast(&mut self, bytes: &[u8]) {
        let bytes = framed(VOTES, bytes);
        let said = self.said.iter().fold(bytes.len(), |sum, frame| sum.saturating_add(frame.len()));
        if said <= MAX_SAID {
            self.said.push(Arc::clone(&bytes));
        }
        for to in self.peers.iter().copied() {
            self.out.push(Output::Send { to, bytes: Arc::clone(&bytes) });
        }
    }

    /// Both halves forget a peer that one of them gives up.
    pub(super) fn hang_up(&mut self, peer: PeerId, why: impl Into<Misconduct>) {
        if self.peers.remove(&peer) {
            self.inputs.push_back(crate::Input::PeerDown(peer));
            self.gone.push(peer);
            self.out.disconnect(peer, why);
        }
    }

    /// Sends a peer that is behind what the store has.
    pub(super) fn serve(&mut self, disk: &dyn LedgerRead, to: PeerId, from: Height, count: u16) {
        let before = self.out.waiting();
        for height in (0..u64::from(count)).map(|n| from.plus(n)) {
            let full = self.out.waiting().saturating_sub(before) > MAX_SERVED;
            // What cannot be read or sent now is asked for again.
            match self.stored(disk, height) {
                Ok(Some(bytes)) if !full => self.send_votes(to, &bytes),
                _ => return,
            }
        }
    }

    fn stored(&self, disk: &dyn LedgerRead, height: Height) -> Result<Option<Vec<u8>>, ReadError> {
        let view = self.view(disk);
        let Some(id) = block_at(&view, height)? else { return Ok(None) };
        let (block, certificate) = (view.get(Table::Bodies, id.as_ref())?, certificate_of(&view, &id)?);
        let decided = block.zip(certificate);
        // Bytes within their limits always encode.
        Ok(decided.and_then(|(block, certificate)| Message::Decided { certificate, block }.to_bytes().ok()))
    }
}
