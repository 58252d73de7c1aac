//! Genesis: what a chain starts from, and the chain that follows from it.

use super::{Block, Checked, Header, Seal};
use crate::codec::{EncodeError, Wire, limits};
use crate::consensus::bft::ValidatorSet;
use crate::consensus::{Consensus, ConsensusParams, ProofOfStake, ProofOfWork};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::merkle::{mmr, rfc6962, sparse};
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};
use crate::state::{GenesisState, Params, TxError, genesis_state, stake_ranges};
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};
use crate::tx::{AdmitInstitution, EnrolAccount, Stake};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Credits an account starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// Credits.
    pub credits: u64,
}

/// The specification of a chain. Its hash is the chain id, so two chains differ in it or are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Genesis {
    /// Name for people; part of the chain id.
    pub name: String,
    /// Time of block 0.
    pub time: Timestamp,
    /// Parameters.
    pub params: Params,
    /// Accounts that exist from the start. Proofs of possession are made over an all-zero chain id, because the
    /// chain id is not known before they are.
    pub accounts: Vec<EnrolAccount>,
    /// Institutions that are admitted from the start; at least one, or nobody can ever be admitted.
    pub institutions: Vec<AdmitInstitution>,
    /// Credits.
    pub balances: Vec<Balance>,
    /// The first validators' stake, out of those credits: at least one under proof of stake, none under proof of work.
    pub validators: Vec<Stake>,
}

impl Wire for Genesis {
    const NAME: &'static str = "genesis specification";
    const MAX_BYTES: usize = limits::MAX_GENESIS;
}

/// A genesis specification that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenesisError {
    /// A number outside its limits.
    #[error("{field}: {got}, must be {min} to {max}")]
    Range {
        /// Field.
        field: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
        /// Value given.
        got: u64,
    },
    /// An account, institution or balance that breaks a rule.
    #[error("{list}[{index}]: {error}")]
    Entry {
        /// Which list.
        list: &'static str,
        /// Position in it.
        index: usize,
        /// The rule broken.
        error: TxError,
    },
    /// It cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A tree over an empty store failed; not reachable.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A chain: its id, its parameters and its genesis block. Everything else follows from blocks.
#[derive(Clone)]
pub struct ChainSpec {
    chain_id: ChainId,
    genesis: Genesis,
    params_hash: Hash32,
    block: Block<Checked>,
    changes: ChangeSet,
    consensus: Consensus,
    #[cfg(any(test, feature = "testing"))]
    bugs: crate::sim::Bug,
}

impl ChainSpec {
    /// Checks a specification and makes the chain of it.
    ///
    /// # Errors
    /// A number out of range, or an entry that breaks the rule its transaction would break.
    pub fn new(genesis: Genesis) -> Result<Self, GenesisError> {
        let bytes = genesis.to_bytes()?;
        check_ranges(&genesis, bytes.len())?;
        let chain_id = ChainId(tagged(Domain::Genesis, &[&bytes]).0);
        let params_hash = genesis.params.hash();
        let GenesisState { entries, validators } = genesis_state(&genesis)?;
        let validators_hash = validators.as_ref().map_or(Hash32::ZERO, ValidatorSet::hash);
        let tree = sparse::update(&Nothing, &entries)?;
        let mut changes = tree.pages;
        for (key, value) in entries {
            if let Some(value) = value {
                changes.put(Table::State, key.as_ref(), value);
            }
        }
        let (consensus, seal) = match genesis.params.consensus {
            ConsensusParams::Work { difficulty } => {
                let rules = ProofOfWork { difficulty, genesis_time: genesis.time };
                let bits = difficulty.target_after(genesis.time, Height::ZERO, genesis.time);
                (Consensus::Work(rules), Seal::Work { bits, nonce: 0 })
            }
            ConsensusParams::Stake { .. } => (Consensus::Stake(ProofOfStake), Seal::Stake { round: 0 }),
        };
        let header = Header {
            version: Header::VERSION,
            shard: 0,
            chain_id,
            height: Height::ZERO,
            time: genesis.time,
            prev: BlockId::ZERO,
            tx_root: rfc6962::empty_root(),
            tx_count: 0,
            receipts_root: rfc6962::empty_root(),
            state_root: tree.root,
            history_root: mmr::root(&Nothing, 0)?,
            validators_hash,
            next_validators_hash: validators_hash,
            params_hash,
            last_commit_hash: Hash32::ZERO,
            anchor: Hash32::ZERO,
            proposer: AccountId::ZERO,
            seal,
        };
        let block = Block::genesis(header)?;
        Ok(Self {
            chain_id,
            params_hash,
            block,
            changes,
            consensus,
            genesis,
            #[cfg(any(test, feature = "testing"))]
            bugs: crate::sim::Bug::NONE,
        })
    }

    /// The same chain with mistakes planted, for the simulator.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn with_bugs(self, bugs: crate::sim::Bug) -> Self {
        Self { bugs, ..self }
    }

    /// Planted mistakes.
    #[cfg(any(test, feature = "testing"))]
    pub const fn bugs(&self) -> crate::sim::Bug {
        self.bugs
    }

    /// The chain id.
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }
    /// The shard; 0, as there is one.
    pub const fn shard(&self) -> u16 {
        0
    }
    /// The specification.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }
    /// Its parameters.
    pub const fn params(&self) -> &Params {
        &self.genesis.params
    }
    /// Their hash, as every header carries it.
    pub const fn params_hash(&self) -> Hash32 {
        self.params_hash
    }
    /// Block 0.
    pub const fn block(&self) -> &Block<Checked> {
        &self.block
    }
    /// State and pages after block 0: what initialises an empty store, beside what the engine writes of a block.
    pub const fn changes(&self) -> &ChangeSet {
        &self.changes
    }
    /// The seal rules.
    pub const fn consensus(&self) -> &Consensus {
        &self.consensus
    }
}

fn check_ranges(genesis: &Genesis, bytes: usize) -> Result<(), GenesisError> {
    let params = &genesis.params;
    let stake = params.consensus.stake();
    // A sum that does not fit is cut to the largest number, which no chain may have.
    let credits = genesis.balances.iter().fold(0u64, |sum, balance| sum.saturating_add(balance.credits));
    let (validators, supply, certificate) = if stake.is_some() {
        ((1, limits::MAX_VALIDATORS), limits::MAX_TOTAL_POWER, limits::MAX_CERTIFICATE)
    } else {
        ((0, 0), u64::MAX - 1, 0)
    };
    // Header, certificate, and the heads of arrays and of byte strings: any transaction fits a block.
    let least_block = certificate.saturating_add(limits::MAX_HEADER + limits::MAX_TX + 32);
    let max = |limit: usize| u64::try_from(limit).unwrap_or(u64::MAX);
    let len = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let ranges = [
        ("bytes", 1, max(Genesis::MAX_BYTES), len(bytes)),
        ("name", 1, 255, len(genesis.name.len())),
        ("spacing_ms", 1, u64::from(u32::MAX), params.spacing_ms),
        ("confirmations", 1, params.max_reorg, params.confirmations),
        ("max_block_bytes", max(least_block), max(limits::MAX_BLOCK), u64::from(params.max_block_bytes)),
        ("max_block_txs", 1, max(limits::MAX_BLOCK_TXS), u64::from(params.max_block_txs)),
        ("institutions", 1, max(limits::MAX_INSTITUTIONS), len(genesis.institutions.len())),
        ("validators", validators.0, max(validators.1), len(genesis.validators.len())),
        ("balances", 0, supply, credits),
    ];
    let mut all = ranges.into_iter().chain(stake.into_iter().flat_map(stake_ranges));
    match all.find(|(_, min, max, got)| got < min || got > max) {
        Some((field, min, max, got)) => Err(GenesisError::Range { field, min, max, got }),
        None => Ok(()),
    }
}

/// The store before genesis.
pub(crate) struct Nothing;

impl LedgerRead for Nothing {
    fn get(&self, _: Table, _: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(None)
    }
    fn range(&self, _: Table, _: &[u8], _: &[u8], _: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ReadError> {
        Ok(Vec::new())
    }
}
