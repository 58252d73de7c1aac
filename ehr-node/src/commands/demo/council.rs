//! Under proof of stake: the institutions that do nothing but vote, and hospital B's seat beside them.

use super::error::{DemoError, expect};
use super::hospital::{Hospital, PATIENCE};
use super::place::{NAMES, Place};
use super::world::World;
use crate::driver::{Node, NodeConfig, StartError};
use crate::wallet::Voter;
use ehr_core::block::{ChainSpec, Genesis};
use ehr_core::client::{AccountKeys, Draft, admission};
use ehr_core::consensus::bft::PowerRules;
use ehr_core::consensus::{ConsensusParams, StakeParams};
use ehr_core::primitives::{AccountId, BlockId, ChainId, Height};
use ehr_core::state::validator_sets;
use ehr_core::transport::MemoryHub;
use ehr_core::tx::{Payload, Role};
use ehr_store_disk::DiskLayout;
use rand_core::CryptoRng;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the keys of a kept story are sealed under; no secret.
const PASSPHRASE: &[u8] = b"demonstration";
/// Credits that every validator of the story puts up.
const STAKE: u64 = 1_000_000;

/// Rules of stake of the story: the usual ones, but that a fourth validator may join three at once.
pub(super) fn consensus() -> ConsensusParams {
    let power = PowerRules { max_change: 500, ..StakeParams::default().power };
    ConsensusParams::Stake { stake: StakeParams { power, ..StakeParams::default() } }
}

/// An institution that votes and keeps no records.
pub(super) struct Seat {
    pub(super) dir: PathBuf,
    pub(super) keys: Arc<AccountKeys>,
    node: Option<Node>,
    voter: Option<Voter>,
}

/// The institutions C and D, and the key for B's votes.
pub(super) struct Council {
    pub(super) seats: Vec<Seat>,
    b: Option<Voter>,
}

impl Council {
    /// Makes the institutions and enters them into a genesis, with A's stake and theirs. Gives A's voter as well.
    pub(super) fn found(
        genesis: &mut Genesis,
        (a, b): (&Arc<AccountKeys>, &Arc<AccountKeys>),
        jurisdiction: u16,
        place: &Place,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Voter), DemoError> {
        let voter_a = Voter::generate(Arc::clone(a), rng);
        keep(&voter_a, place, NAMES[0], rng)?;
        genesis.validators.push(voter_a.stake(ChainId::ZERO, STAKE)?);
        let mut seats = Vec::new();
        for name in NAMES.iter().skip(2) {
            let keys = Arc::new(AccountKeys::generate(Role::Institution, rng)?);
            let emergency = keys.ring().current().encryption_key().public();
            genesis.accounts.push(keys.enrolment(ChainId::ZERO, None)?);
            genesis.institutions.push(admission(keys.id(), emergency, name, jurisdiction, rng).0);
            let balance = ehr_core::block::Balance { account: keys.id(), credits: 2 * STAKE };
            genesis.balances.push(balance);
            let voter = Voter::generate(Arc::clone(&keys), rng);
            keep(&voter, place, name, rng)?;
            genesis.validators.push(voter.stake(ChainId::ZERO, STAKE)?);
            seats.push(Seat { dir: place.root().join(name), keys, node: None, voter: Some(voter) });
        }
        let voter_b = Voter::generate(Arc::clone(b), rng);
        keep(&voter_b, place, NAMES[1], rng)?;
        Ok((Self { seats, b: Some(voter_b) }, voter_a))
    }

    /// Starts the nodes of C and D.
    pub(super) fn start(&mut self, spec: &ChainSpec, hub: &MemoryHub) -> Result<(), DemoError> {
        for seat in &mut self.seats {
            let Some(voter) = seat.voter.take() else { continue };
            seat.node = Some(start(&seat.dir, seat.keys.id(), spec, voter, hub)?);
        }
        Ok(())
    }

    /// B's voter, once.
    pub(super) fn voter_of_b(&mut self) -> Result<Voter, DemoError> {
        self.b.take().ok_or_else(|| DemoError::Broken("hospital B was started before".to_owned()))
    }

    /// Waits until C and D have a block.
    pub(super) async fn agree(&self, id: BlockId, height: Height) -> Result<(), DemoError> {
        for node in self.seats.iter().filter_map(|seat| seat.node.as_ref()) {
            node.wait_block(id, height, PATIENCE).await?;
        }
        Ok(())
    }

    /// Waits until nothing is written any more.
    pub(super) async fn stop(self) -> Vec<PathBuf> {
        let mut dirs = Vec::new();
        for seat in self.seats {
            if let Some(node) = seat.node {
                node.stop().await;
            }
            dirs.push(seat.dir);
        }
        dirs
    }
}

fn start(
    dir: &Path,
    account: AccountId,
    spec: &ChainSpec,
    voter: Voter,
    hub: &MemoryHub,
) -> Result<Node, DemoError> {
    let open = |error| DemoError::Open { path: dir.to_owned(), error };
    let (store, _) = DiskLayout::new(dir).open().map_err(open)?;
    crate::operator::write(dir, account)
        .map_err(|error| DemoError::Folder { path: dir.to_owned(), error })?;
    let mut config = NodeConfig::new(spec.clone(), store, Some(Box::new(hub.join())));
    config.validator = Some(voter.validator(spec));
    Node::start(config).map_err(|error| match error {
        StartError::Store(error) => open(error),
        error => error.into(),
    })
}

/// Keys of a story that is kept are kept with it, for `ehr stake`.
fn keep(voter: &Voter, place: &Place, name: &str, rng: &mut impl CryptoRng) -> Result<(), DemoError> {
    match place.kept() {
        Some(root) => Ok(voter.save(&root.join(name), PASSPHRASE, rng)?),
        None => Ok(()),
    }
}

/// Hospital B puts up stake and votes from the height after the next.
pub(super) async fn take_a_seat(
    world: &World,
    b: &mut Hospital,
    stake: ehr_core::tx::Stake,
) -> Result<(Height, usize), DemoError> {
    let draft = Draft::of(Payload::Stake { stake });
    let tx = b.submit(draft, &[]).await?;
    let placed = b.node.wait_tx(tx, PATIENCE).await.map_err(|error| b.placed(error))?;
    world.agree(b).await?;
    let sets = b.node.read(|snapshot| validator_sets(snapshot.ledger())).await??;
    let voters = sets.map_or(0, |sets| sets.next.len());
    expect(voters == NAMES.len(), || format!("{voters} validators, not {}", NAMES.len()))?;
    Ok((placed.height.plus(2), voters))
}

/// Stake for B, whose chain exists.
pub(super) fn stake_of_b(voter: &Voter, chain: ChainId) -> Result<ehr_core::tx::Stake, DemoError> {
    Ok(voter.stake(chain, STAKE)?)
}
