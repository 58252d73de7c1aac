//! Whatever comes in: what is refused changes nothing (issue part 5).

use crate::driver::{Chain, LOTS, Node, hello};
use ehr_core::codec::Wire;
use ehr_core::consensus::{SealError, Weight};
use ehr_core::engine::{BatchId, Carried, ChainError, Input, Message, Refused, WorkId, block_entry};
use ehr_core::primitives::{BlockId, TxId};
use ehr_core::state::testkit::Consortium;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, Pair, Table};
use ehr_core::transport::PeerId;
use ehr_core::validate::BlockError;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Bad {
    Junk(Vec<u8>),
    CutTx(prop::sample::Index),
    FlippedTx(prop::sample::Index, u8),
    ForeignTx,
    Replayed,
    CutBlock(prop::sample::Index),
    FlippedBlock(prop::sample::Index, u8),
    ForeignBlock,
    Work(u64, u64),
    Persisted(u64),
    PersistFailed(u64),
    Down(u64),
    Late(u64),
}

fn bad() -> impl Strategy<Value = Bad> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200).prop_map(Bad::Junk),
        any::<prop::sample::Index>().prop_map(Bad::CutTx),
        (any::<prop::sample::Index>(), 0u8..8).prop_map(|(i, b)| Bad::FlippedTx(i, b)),
        Just(Bad::ForeignTx),
        Just(Bad::Replayed),
        any::<prop::sample::Index>().prop_map(Bad::CutBlock),
        (any::<prop::sample::Index>(), 0u8..8).prop_map(|(i, b)| Bad::FlippedBlock(i, b)),
        Just(Bad::ForeignBlock),
        (any::<u64>(), any::<u64>()).prop_map(|(w, n)| Bad::Work(w, n)),
        any::<u64>().prop_map(Bad::Persisted),
        any::<u64>().prop_map(Bad::PersistFailed),
        (0u64..9).prop_map(Bad::Down),
        (0u64..40_000).prop_map(Bad::Late),
    ]
}

/// Everything a user could see, but for marks on refused blocks.
fn ledger(node: &Node) -> (BlockId, Vec<TxId>, Vec<Vec<Pair>>) {
    let tables = Table::ALL.iter().filter(|t| **t != Table::Headers);
    let pairs = tables.map(|t| node.disk.range(*t, &[], &[], usize::MAX).unwrap()).collect();
    (node.engine.best().id, node.waiting(), pairs)
}

fn flip(bytes: &[u8], at: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_refused_changes_nothing(script in prop::collection::vec((bad(), any::<bool>()), 1..60)) {
        let mut kit = Consortium::new(1);
        let mut chain = Chain::new(kit.spec());
        let setup = kit.setup();
        chain.add(&setup.iter().collect::<Vec<_>>());
        let mut node = Node::with(&kit, &chain);
        let waiting = kit.create_record(0, "waiting");
        node.give(Input::Submit { bytes: waiting.bytes().to_vec() }).unwrap();
        let tx = kit.create_record(0, "to be damaged");
        chain.add(&[&tx]);
        let mut other = Consortium::new(1);
        other.genesis.name.push('!');
        other.chain_id = other.spec().chain_id();
        let foreign_block = Chain::new(other.spec()).grow(1).bytes(0);
        let foreign_tx = other.create_record(0, "foreign").bytes().to_vec();
        for peer in 1..5 {
            node.up(peer);
            node.hear(peer, &hello(&kit, chain.tip(), chain.weight()));
        }
        let before = ledger(&node);
        for (n, (bad, by_frame)) in script.into_iter().enumerate() {
            let from = PeerId(1 + n as u64 % 4);
            let as_tx = |bytes: Vec<u8>| match by_frame {
                true => Input::Frame { from, bytes: Message::Tx { bytes: Carried(bytes) }.to_bytes().unwrap() },
                false => Input::Submit { bytes },
            };
            let as_block = |bytes: Vec<u8>| match by_frame {
                true => Input::Frame { from, bytes: Message::Block { bytes: Carried(bytes) }.to_bytes().unwrap() },
                false => Input::Import { bytes },
            };
            let next = chain.blocks[1].bytes();
            let input = match bad {
                Bad::Junk(bytes) if by_frame => Input::Frame { from, bytes },
                Bad::Junk(bytes) => Input::Submit { bytes },
                Bad::CutTx(at) => as_tx(tx.bytes()[..at.index(tx.bytes().len())].to_vec()),
                Bad::FlippedTx(at, bit) => as_tx(flip(tx.bytes(), at, bit)),
                Bad::ForeignTx => as_tx(foreign_tx.clone()),
                Bad::Replayed => as_tx(setup[0].bytes().to_vec()),
                Bad::CutBlock(at) => as_block(next[..at.index(next.len())].to_vec()),
                // The body: a flip in the header may well make another valid header at this difficulty.
                Bad::FlippedBlock(at, bit) => {
                    let head = chain.blocks[1].header().to_bytes().unwrap().len() + 8;
                    let mut bytes = next[..head].to_vec();
                    bytes.extend(flip(&next[head..], at, bit));
                    as_block(bytes)
                }
                Bad::ForeignBlock => as_block(foreign_block.clone()),
                Bad::Work(work, nonce) => Input::WorkFound { work: WorkId(work), nonce },
                Bad::Persisted(batch) => Input::Persisted { batch: BatchId(batch) },
                Bad::PersistFailed(batch) => Input::PersistFailed { batch: BatchId(batch) },
                Bad::Down(peer) => Input::PeerDown(PeerId(peer)),
                Bad::Late(ms) => {
                    node.timeout(ms);
                    prop_assert!(ledger(&node) == before);
                    continue;
                }
            };
            let unnoticed = matches!(
                input,
                Input::Frame { .. } | Input::Persisted { .. } | Input::PersistFailed { .. } | Input::PeerDown(_)
            );
            let result = node.give(input.clone());
            prop_assert!(result.is_err() || unnoticed, "accepted: {:?}", input);
            prop_assert!(ledger(&node) == before, "left a trace: {:?}", input);
        }
        // And the node still works.
        node.give(Input::Import { bytes: chain.bytes(1) }).unwrap();
        prop_assert_eq!(node.engine.best().id, chain.tip());
        prop_assert_eq!(node.waiting(), [waiting.id()]);
    }
}

#[test]
fn a_weight_past_256_bits_is_refused() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(2);
    let parent = &chain.blocks[0];
    let refused = |total: Weight| {
        let mut node = Node::new(&kit);
        node.give(Input::Import { bytes: chain.bytes(0) }).unwrap();
        let mut entry = block_entry(&node.disk, &parent.id()).unwrap().unwrap();
        entry.total = total;
        let mut change = ChangeSet::new();
        change.put(Table::Headers, parent.id().as_ref(), entry.to_bytes().unwrap());
        node.disk.commit(&change).unwrap();
        node.give(Input::Import { bytes: chain.bytes(1) }).err()
    };
    assert_eq!(refused(LOTS), Some(Refused::Block(ChainError::Header(SealError::Overweight))));
    // Half of that fits; only the history root shows then that it is made up.
    let fits = refused(Weight(LOTS.0 >> 1));
    assert!(matches!(fits, Some(Refused::Block(ChainError::Body(BlockError::Root { .. })))), "{fits:?}");
}
