//! Chains of decided headers, laid out by hand: whoever signs what, on whichever branch.
#![allow(dead_code, reason = "each test uses its part")]

use ehr_core::block::{Header, Seal};
use ehr_core::consensus::bft::{Certificate, Validator, ValidatorSet, Vote, VoteKind};
use ehr_core::consensus::{StakeParams, Weight};
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::light::stake::{LightBlock, StakeAnchor, StakeClient};
use ehr_core::merkle::mmr::{self, HistoryLeaf};
use ehr_core::merkle::rfc6962;
use ehr_core::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};
use ehr_core::store::{LedgerStore, MemoryStore};
use ruint::aliases::U256;

pub(crate) const CHAIN: ChainId = ChainId([0xc4; 32]);
pub(crate) const START: Timestamp = Timestamp(1_700_000_000_000);
pub(crate) const SPACING: u64 = 1_000;
pub(crate) const HOUR: u64 = 3_600_000;

pub(crate) fn account(n: u16) -> AccountId {
    let mut id = [0xaa; 32];
    id[..2].copy_from_slice(&n.to_be_bytes());
    AccountId(id)
}

/// The number of an account.
pub(crate) fn number(account: &AccountId) -> u16 {
    u16::from_be_bytes([account.0[0], account.0[1]])
}

pub(crate) fn signer(n: u16) -> SoftwareSigner {
    let mut seed = [0x5e; 32];
    seed[..2].copy_from_slice(&n.to_be_bytes());
    SoftwareSigner::from_seed(&seed)
}

pub(crate) fn validator(n: u16, power: u64) -> Validator {
    Validator { account: account(n), key: signer(n).public_key(), power }
}

/// Validators of these numbers with these powers.
pub(crate) fn set(members: &[(u16, u64)]) -> ValidatorSet {
    ValidatorSet::new(members.iter().map(|(n, power)| validator(*n, *power))).unwrap()
}

/// So many validators of power 1, from a number on.
pub(crate) fn equal(from: u16, count: u16) -> ValidatorSet {
    set(&(from..from + count).map(|n| (n, 1)).collect::<Vec<_>>())
}

/// Certificate of a header by those of a set, signing for a chain.
pub(crate) fn certify(
    chain: &ChainId,
    header: &Header,
    set: &ValidatorSet,
    round: u32,
    who: impl Fn(u16) -> bool,
) -> Certificate {
    let block = header.id();
    let vote = |account| Vote {
        kind: VoteKind::Precommit,
        height: header.height,
        round,
        block: Some(block),
        validator: account,
    };
    let signing = set.iter().filter(|v| who(number(&v.account)));
    let signed = signing
        .map(|v| (v.account, vote(v.account).sign(chain, &signer(number(&v.account))).unwrap().signature));
    Certificate::new((header.height, round, block), signed, set).unwrap()
}

/// A block of a header, decided by those of its set.
pub(crate) fn decide(
    header: Header,
    validators: &ValidatorSet,
    next: &ValidatorSet,
    who: impl Fn(u16) -> bool,
) -> LightBlock {
    let certificate = certify(&CHAIN, &header, validators, 0, who);
    let next = (next != validators).then(|| next.clone());
    LightBlock { header, certificate, validators: validators.clone(), next }
}

/// The header after another.
pub(crate) fn child(parent: &Header, validators: &ValidatorSet, next: &ValidatorSet, salt: u8) -> Header {
    Header {
        height: parent.height.next().unwrap(),
        time: parent.time.plus(SPACING),
        prev: parent.id(),
        state_root: Hash32([salt; 32]),
        validators_hash: validators.hash(),
        next_validators_hash: next.hash(),
        ..parent.clone()
    }
}

/// Genesis, then a decided block for each height.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) genesis: Header,
    pub(crate) blocks: Vec<LightBlock>,
    history: MemoryStore,
}

impl Chain {
    /// `sets(h)` decides height `h`.
    pub(crate) fn new(height: u64, sets: impl Fn(u64) -> ValidatorSet) -> Self {
        let genesis = Header {
            version: 1,
            shard: 0,
            chain_id: CHAIN,
            height: Height::ZERO,
            time: START,
            prev: BlockId::ZERO,
            tx_root: rfc6962::empty_root(),
            tx_count: 0,
            receipts_root: rfc6962::empty_root(),
            state_root: Hash32::ZERO,
            history_root: mmr::root(&MemoryStore::new(), 0).unwrap(),
            validators_hash: Hash32::ZERO,
            next_validators_hash: sets(1).hash(),
            params_hash: Hash32([7; 32]),
            last_commit_hash: Hash32::ZERO,
            anchor: Hash32::ZERO,
            proposer: account(0),
            seal: Seal::Stake { round: 0 },
        };
        let mut chain = Self { genesis, blocks: Vec::new(), history: MemoryStore::new() };
        chain.extend(height, sets, 0, |_| true);
        chain
    }

    /// More blocks up to a height, on whatever is there.
    pub(crate) fn extend(
        &mut self,
        height: u64,
        sets: impl Fn(u64) -> ValidatorSet,
        salt: u8,
        who: impl Fn(u16) -> bool,
    ) {
        for h in self.tip().height.0 + 1..=height {
            let (validators, next) = (sets(h), sets(h + 1));
            let header = self.child(&validators, &next, salt);
            self.push(decide(header, &validators, &next, &who));
        }
    }

    /// The header after the tip, with its history.
    pub(crate) fn child(&self, validators: &ValidatorSet, next: &ValidatorSet, salt: u8) -> Header {
        let tip = self.tip();
        let (_, history_root) = mmr::append(&self.history, tip.height.0, &leaf(tip).hash().unwrap()).unwrap();
        Header { history_root, ..child(tip, validators, next, salt) }
    }

    pub(crate) fn push(&mut self, block: LightBlock) {
        let tip = self.tip();
        let (nodes, root) = mmr::append(&self.history, tip.height.0, &leaf(tip).hash().unwrap()).unwrap();
        assert_eq!(root, block.header.history_root);
        self.history.commit(&nodes).unwrap();
        self.blocks.push(block);
    }

    /// The chain up to a height.
    pub(crate) fn cut(&self, height: u64) -> Self {
        let mut cut = self.clone();
        cut.blocks.truncate(height as usize);
        for h in (height..self.tip().height.0).rev() {
            cut.history.commit(&mmr::remove_last(h).unwrap()).unwrap();
        }
        cut
    }

    pub(crate) fn tip(&self) -> &Header {
        self.blocks.last().map_or(&self.genesis, |block| &block.header)
    }

    pub(crate) fn block(&self, height: u64) -> &LightBlock {
        &self.blocks[height as usize - 1]
    }

    pub(crate) fn header(&self, height: u64) -> &Header {
        if height == 0 { &self.genesis } else { &self.block(height).header }
    }

    /// Trust in a height.
    pub(crate) fn anchor(&self, height: u64) -> StakeAnchor {
        let next = if height == 0 { &self.block(1).validators } else { self.block(height).next_validators() };
        StakeAnchor::new(self.header(height).clone(), next.clone()).unwrap()
    }

    /// A client that trusts a height.
    pub(crate) fn client(&self, height: u64) -> StakeClient {
        StakeClient::new(self.anchor(height), &StakeParams::default())
    }

    /// When the tip is fresh.
    pub(crate) fn now(&self) -> Timestamp {
        self.tip().time.plus(SPACING)
    }

    /// Path of a height to the history root of a later one.
    pub(crate) fn history_path(&self, older: u64, newer: u64) -> ehr_core::merkle::HashPath {
        mmr::prove(&self.history, newer, older).unwrap().unwrap()
    }
}

pub(crate) fn leaf(header: &Header) -> HistoryLeaf {
    HistoryLeaf {
        height: header.height,
        id: header.id(),
        time_ms: header.time,
        total_work: Hash32(weight(header).to_be_bytes()),
    }
}

/// Blocks from genesis.
pub(crate) fn weight(header: &Header) -> Weight {
    Weight(U256::from(header.height.0))
}
