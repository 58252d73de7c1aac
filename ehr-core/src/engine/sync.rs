//! Talking to peers: who is there, what comes from them, and what they get. Headers and bodies are beside this file.

use super::fetch;
use super::io::Output;
use super::machine::Engine;
use super::message::{Carried, Message, PROTOCOL};
use super::peers::Candidate;
use super::penalty::{self, Asked, Offence};
use super::refused::Refused;
use crate::codec::Wire;
use crate::consensus::Tip;
use crate::primitives::ChainId;
use crate::store::{LedgerRead, ReadError};
use crate::transport::PeerId;
use crate::tx::Tx;

/// How often tips are compared when nothing is heard: a lost announcement must not leave a node behind.
const GREET_EVERY_MS: u64 = 10_000;

impl Engine {
    pub(super) fn peer_up(&mut self, peer: PeerId) {
        if !self.peers.add(peer) {
            self.out.push(Output::Disconnect { peer, why: Offence::Crowded });
            return;
        }
        self.greet(peer);
        if self.greet_at.is_none() {
            self.greet_at = Some(self.now.plus(GREET_EVERY_MS));
        }
    }

    pub(super) fn peer_down(&mut self, peer: PeerId) {
        self.peers.remove(&peer);
        self.fetch.release(&peer, None);
    }

    /// Forgets what was asked of peers and what they showed, and greets them again.
    pub(super) fn start_over_with_peers(&mut self) {
        self.fetch = fetch::Fetch::default();
        let everyone: Vec<PeerId> = self.peers.iter().map(|(id, _)| *id).collect();
        for (_, peer) in self.peers.iter_mut() {
            peer.headers_due = None;
            peer.candidate = Candidate::default();
        }
        for peer in everyone {
            self.greet(peer);
        }
    }

    /// Every offence comes through here.
    pub(super) fn punish(&mut self, peer: PeerId, why: Offence) {
        if self.peers.punish(&peer, &why) {
            self.peer_down(peer);
            self.out.push(Output::Disconnect { peer, why });
        }
    }

    pub(super) fn on_frame(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        bytes: &[u8],
    ) -> Result<(), Refused> {
        if self.peers.get(&from).is_none() {
            return Ok(()); // A frame that was under way when the peer was disconnected.
        }
        let message = match Message::from_bytes(bytes) {
            Ok(m) => m,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        let greeted = self.peers.get(&from).is_some_and(|p| p.greeted);
        match message {
            Message::Hello { protocol, chain_id, tip, weight, .. } => {
                self.on_hello(disk, from, protocol, chain_id, Tip { total: weight, id: tip })?;
            }
            _ if !greeted => self.punish(from, Offence::NoHello),
            Message::GetHeaders { locator } => self.on_get_headers(disk, from, &locator)?,
            Message::Headers { headers } => self.on_headers(disk, from, &headers)?,
            Message::GetBlocks { ids } => self.on_get_blocks(disk, from, &ids)?,
            Message::Block { bytes } => self.on_block(disk, from, bytes.0)?,
            Message::NotFound { ids } => self.on_not_found(from, &ids),
            Message::Announce { header } => self.on_announce(disk, from, &header)?,
            Message::Tx { bytes } => self.on_tx(disk, from, &bytes.0)?,
        }
        Ok(())
    }

    fn on_hello(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        protocol: u16,
        chain_id: ChainId,
        claimed: Tip,
    ) -> Result<(), ReadError> {
        if protocol != PROTOCOL || chain_id != self.spec.chain_id() {
            self.punish(from, Offence::Foreign);
            return Ok(());
        }
        if let Some(peer) = self.peers.get_mut(&from) {
            peer.greeted = true;
            peer.claimed = Some(claimed.total);
        }
        if claimed > self.best.rank() && !self.is_stake() {
            self.ask_headers(disk, from)?;
        }
        Ok(())
    }

    fn on_tx(&mut self, disk: &dyn LedgerRead, from: PeerId, bytes: &[u8]) -> Result<(), Refused> {
        let tx = match Tx::decode(bytes) {
            Ok(tx) => tx,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        match self.accept_tx(disk, tx, Some(from)) {
            Err(Refused::Tx(e)) if penalty::is_forged(&e) => self.punish(from, Offence::BadTx),
            Err(Refused::Store(e)) => return Err(e.into()),
            // Peers on other tips see other states: what is refused here may be right there.
            Ok(()) | Err(_) => {}
        }
        Ok(())
    }

    /// Deadlines that have passed.
    pub(super) fn expire(&mut self) {
        let now = self.now;
        let mut late: Vec<(PeerId, Asked)> =
            self.fetch.late(now).into_iter().map(|who| (who, Asked::Blocks)).collect();
        for (who, peer) in self.peers.iter_mut() {
            if peer.headers_due.is_some_and(|due| due <= now) {
                peer.headers_due = None;
                late.push((*who, Asked::Headers));
            }
        }
        for (who, what) in late {
            self.punish(who, Offence::Stalled(what));
        }
        if self.greet_at.is_some_and(|at| at <= now) {
            self.greet_at = Some(now.plus(GREET_EVERY_MS));
            let everyone: Vec<PeerId> = self.peers.iter().map(|(id, _)| *id).collect();
            for peer in everyone {
                self.greet(peer);
            }
        }
    }

    fn greet(&mut self, peer: PeerId) {
        let hello = Message::Hello {
            protocol: PROTOCOL,
            chain_id: self.spec.chain_id(),
            tip: self.best.id,
            height: self.best.header.height,
            weight: self.best.weight,
        };
        self.send(peer, &hello);
    }

    pub(super) fn announce(&mut self) {
        let header = Carried::from(&self.best.header);
        for peer in self.peers.greeted(None) {
            self.send(peer, &Message::Announce { header: header.clone() });
        }
    }

    pub(super) fn gossip_tx(&mut self, bytes: &[u8], from: Option<PeerId>) {
        for peer in self.peers.greeted(from) {
            self.send(peer, &Message::Tx { bytes: Carried(bytes.to_vec()) });
        }
    }

    pub(super) fn send(&mut self, to: PeerId, message: &Message) {
        // A message of ours always encodes: its lists are cut to their limits where they are made.
        if let Ok(bytes) = message.to_bytes() {
            self.out.push(Output::Send { to, bytes });
        }
    }
}
