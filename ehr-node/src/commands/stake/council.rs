//! The validators of a chain, all in this process, each on its own ledger folder.

use super::error::StakeError;
use crate::driver::{Node, NodeConfig, Snapshot};
use crate::ui::Screen;
use crate::wallet::{Payer, Voter};
use ehr_core::block::{ChainSpec, Genesis};
use ehr_core::client::{Desk, Draft};
use ehr_core::codec::Wire as _;
use ehr_core::engine::GENESIS_KEY;
use ehr_core::primitives::{AccountId, ChainId, Height, TxId};
use ehr_core::state::{StakeEntry, StateRead as _};
use ehr_core::store::{LedgerRead as _, MemoryBlobs, Table};
use ehr_core::transport::MemoryHub;
use ehr_store_disk::{DiskLayout, RedbStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Frames that may wait between two of them.
const FRAMES: usize = 64;
/// How long a decision may take: several lost rounds.
const PATIENCE: Duration = Duration::from_secs(60);

/// One validator.
pub(super) struct Seat {
    name: String,
    pub(super) voter: Voter,
    node: Node,
}

/// All of them.
pub(super) struct Council {
    pub(super) chain: ChainId,
    spec: ChainSpec,
    seats: Vec<Seat>,
}

/// What one transaction did.
pub(super) struct Done {
    pub(super) account: AccountId,
    pub(super) tx: TxId,
    pub(super) height: Height,
    pub(super) before: u64,
    pub(super) after: u64,
}

impl Council {
    /// Opens every ledger, unlocks its keys and starts its validator.
    pub(super) fn start(dirs: &[PathBuf], passphrase: &[u8], screen: &Screen) -> Result<Self, StakeError> {
        let hub = MemoryHub::new(FRAMES);
        let (mut seats, mut chain): (Vec<Seat>, Option<ChainSpec>) = (Vec::new(), None);
        let bar = screen.bar(u64::try_from(dirs.len()).unwrap_or(u64::MAX), "validators started");
        for dir in dirs {
            let opened = DiskLayout::new(dir).open();
            let (store, _) = opened.map_err(|error| StakeError::Open { path: dir.clone(), error })?;
            let spec = spec_of(dir, &store)?;
            if spec.params().consensus.stake().is_none() {
                return Err(StakeError::Mined(dir.clone()));
            }
            let voter = Voter::load(dir, passphrase)?;
            if chain.as_ref().is_some_and(|chain| chain.chain_id() != spec.chain_id()) {
                return Err(StakeError::OtherChain(dir.clone()));
            }
            let validator = Some(voter.validator(&spec));
            let config =
                NodeConfig { validator, ..NodeConfig::new(spec.clone(), store, Some(Box::new(hub.join()))) };
            let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
            seats.push(Seat { name, voter, node: Node::start(config)? });
            chain = Some(spec);
            bar.inc(1);
        }
        bar.finish();
        let spec = chain.ok_or_else(|| StakeError::NoChain(PathBuf::new()))?;
        Ok(Self { chain: spec.chain_id(), spec, seats })
    }

    /// One of them by the name of its folder.
    pub(super) fn seat(&self, name: &str) -> Result<&Seat, StakeError> {
        let unknown = || StakeError::NoSuch {
            name: name.to_owned(),
            names: self.seats.iter().map(|seat| seat.name.clone()).collect(),
        };
        self.seats.iter().find(|seat| seat.name == name).ok_or_else(unknown)
    }

    /// Has a transaction of one of them decided, and waits until all have it.
    pub(super) async fn decide(&self, seat: &Seat, draft: Draft) -> Result<Done, StakeError> {
        let keys = Arc::clone(seat.voter.keys());
        let account = keys.id();
        let stake = move |snapshot: &Snapshot<'_>| {
            let entry = snapshot.state().get::<StakeEntry>(&account);
            entry.map(|entry| entry.map_or(0, |entry| entry.bonded))
        };
        let at_desk = move |snapshot: &Snapshot<'_>| {
            let best = &snapshot.best().header;
            let (state, bodies) = (snapshot.state(), &MemoryBlobs::new());
            let desk = Desk { spec: snapshot.spec(), state, bodies, height: best.height, time: best.time };
            desk.next_nonce(account, &[]).map(|nonce| (nonce, best.height))
        };
        let before = seat.node.read(stake).await??;
        let (nonce, now) = seat.node.read(at_desk).await??;
        let mut payer = Payer::resuming(keys, self.spec.clone(), nonce.saturating_sub(1));
        let tx = payer.sign(now, draft, &[])?;
        seat.node.submit(&tx).await?;
        let place = seat.node.wait_tx(tx.id(), PATIENCE).await?;
        for other in &self.seats {
            other.node.wait_block(place.block, place.height, PATIENCE).await?;
        }
        let after = seat.node.read(stake).await??;
        Ok(Done { account, tx: tx.id(), height: place.height, before, after })
    }

    /// Waits until every ledger is closed.
    pub(super) async fn stop(self) {
        for seat in self.seats {
            seat.node.stop().await;
        }
    }
}

fn spec_of(dir: &Path, store: &RedbStore) -> Result<ChainSpec, StakeError> {
    let none = || StakeError::NoChain(dir.to_owned());
    let bytes = store.get(Table::Meta, GENESIS_KEY)?.ok_or_else(none)?;
    let genesis = Genesis::from_bytes(&bytes).map_err(|_| none())?;
    ChainSpec::new(genesis).map_err(|_| none())
}
