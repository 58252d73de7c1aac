//! Blocks imported together against the same blocks imported one by one (rule EN-17).

use crate::driver::{Chain, Node};
use crate::liars::spoiled;
use ehr_core::engine::{Input, LedgerEvent, Refused};
use ehr_core::primitives::BlockId;
use ehr_core::state::testkit::Consortium;
use ehr_core::store::{LedgerRead, MemoryStore, Pair, ReadError, Table};
use proptest::prelude::*;
use std::cell::Cell;
use std::sync::{Arc, LazyLock};

/// Made once: each case would make the same.
static ALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| blocks(&mut Consortium::new(1)));

/// A chain with transactions, a heavier branch of it, one that ends in blocks which break a rule, and bytes that are none.
fn blocks(kit: &mut Consortium) -> Vec<Vec<u8>> {
    let mut own = Chain::new(kit.spec());
    let setup = kit.setup();
    own.add(&setup.iter().collect::<Vec<_>>());
    for n in 0..4 {
        let tx = kit.create_record(0, &format!("record {n}"));
        own.add(&[&tx]);
    }
    let heavier = own.fork(kit, 2, 9_000).grow(5);
    let bad = spoiled(kit, &own.fork(kit, 4, 8_000).grow(3), 2);
    let mut all: Vec<Vec<u8>> = Vec::new();
    for chain in [&own, &heavier, &bad] {
        all.extend(chain.blocks.iter().map(|block| block.bytes().to_vec()));
    }
    all.push(vec![0x83, 1, 2]);
    all
}

fn connected(node: &Node) -> Vec<(BlockId, u64)> {
    let moved = |event: &LedgerEvent| match event {
        LedgerEvent::TipMoved { to, undone, .. } => Some((*to, *undone)),
        _ => None,
    };
    node.events.iter().filter_map(moved).collect()
}

fn one_by_one(node: &mut Node, blocks: &[Vec<u8>]) -> Result<(), Refused> {
    for (taken, bytes) in blocks.iter().enumerate() {
        let done = node.give(Input::Import { bytes: bytes.clone() });
        done.map_err(|why| Refused::Run { taken, why: Box::new(why) })?;
    }
    Ok(())
}

/// What follows: which block is asked about next, mostly the next one of the same chain.
fn picks() -> impl Strategy<Value = Vec<usize>> {
    let stretch = (0usize..24, 1usize..8).prop_map(|(from, len)| (from..from + len).collect::<Vec<_>>());
    prop::collection::vec(stretch, 1..5).prop_map(|stretches| stretches.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn blocks_together_end_where_blocks_one_by_one_do(runs in prop::collection::vec(picks(), 1..4)) {
        let kit = Consortium::new(1);
        let (mut together, mut alone) = (Node::new(&kit), Node::new(&kit));
        for run in runs {
            let given: Vec<Vec<u8>> = run.iter().filter_map(|at| ALL.get(*at).cloned()).collect();
            let want = one_by_one(&mut alone, &given);
            let got = together.give(Input::ImportRun { blocks: Arc::from(given) });
            prop_assert_eq!(got, want);
            prop_assert_eq!(together.engine.best(), alone.engine.best());
            prop_assert_eq!(together.engine.final_height(), alone.engine.final_height());
            prop_assert!(together.disk == alone.disk, "the stores differ");
        }
        prop_assert_eq!(connected(&together).last().map(|(to, _)| *to), connected(&alone).last().map(|(to, _)| *to));
    }
}

#[test]
fn a_run_is_one_batch_and_one_change_of_the_tip() {
    let own = ALL[..5].to_vec();
    let mut node = Node::new(&Consortium::new(1));
    let before = node.persisted;
    node.give(Input::ImportRun { blocks: Arc::from(own) }).unwrap();
    assert_eq!(node.persisted - before, 1);
    assert_eq!(connected(&node).len(), 1);
    assert_eq!(node.engine.best().header.height.0, 5);
}

/// Counts reads of bodies, headers, state and all else.
struct Counting<'a>(&'a MemoryStore, Cell<usize>);

impl LedgerRead for Counting<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.1.set(self.1.get() + 1);
        self.0.get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.1.set(self.1.get() + 1);
        self.0.range(table, from, to, limit)
    }
}

#[test]
fn a_bad_block_at_the_end_of_many_costs_a_second_look_at_its_run_and_no_more() {
    let kit = Consortium::new(1);
    let long = Chain::new(kit.spec()).grow(60);
    let mut given: Vec<Vec<u8>> = long.blocks.iter().map(|block| block.bytes().to_vec()).collect();
    let good = given.clone();
    given.extend(spoiled(&kit, &long, 1).blocks.last().map(|block| block.bytes().to_vec()));
    let reads = |blocks: Vec<Vec<u8>>| {
        let mut node = Node::new(&kit);
        let disk = Counting(&node.disk, Cell::new(0));
        let done = node.engine.handle(node.now, &disk, Input::ImportRun { blocks: Arc::from(blocks) });
        (disk.1.get(), done)
    };
    let (clean, done) = reads(good);
    assert_eq!(done, Ok(()));
    let (with_bad, done) = reads(given);
    assert!(matches!(done, Err(Refused::Run { taken: 60, .. })), "{done:?}");
    assert!(with_bad < clean * 3 / 2, "{with_bad} reads instead of {clean}");
}

#[test]
fn no_blocks_change_nothing_and_one_is_one() {
    let own = &ALL;
    let mut node = Node::new(&Consortium::new(1));
    node.give(Input::ImportRun { blocks: Arc::from([]) }).unwrap();
    assert_eq!(node.engine.best().header.height.0, 0);
    node.give(Input::ImportRun { blocks: Arc::from([own[0].clone()]) }).unwrap();
    assert_eq!(node.engine.best().header.height.0, 1);
    let again =
        node.give(Input::ImportRun { blocks: Arc::from([own[1].clone(), own[0].clone(), own[2].clone()]) });
    assert!(matches!(again, Err(Refused::Run { taken: 1, .. })), "{again:?}");
    assert_eq!(node.engine.best().header.height.0, 2, "what comes after the refused one is not looked at");
}
