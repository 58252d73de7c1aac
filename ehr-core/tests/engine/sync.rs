//! Honest nodes: from nothing, from the middle, over reorganisations (rules N-5 to N-8).

use crate::driver::{Chain, Node, Peer, connect, deliver, meet, talk};
use core::num::NonZeroU64;
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use ehr_core::engine::{BlockStatus, Input, LedgerEvent, block_entry};
use ehr_core::merkle::sparse;
use ehr_core::primitives::{BlockId, TxId};
use ehr_core::sim::Bug;
use ehr_core::state::Params;
use ehr_core::state::testkit::Consortium;
use ehr_core::store::{LedgerRead, Table};
use ehr_core::tx::Tx;

#[test]
fn a_fresh_node_gets_a_whole_chain_and_one_in_the_middle_the_rest() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(70);
    let mut full = Node::with(&kit, &chain);
    let mut fresh = Node::new(&kit);
    let mut half = Node::with(&kit, &chain.fork(&kit, 35, 10_000));
    connect(&mut [&mut full, &mut fresh, &mut half]);
    for node in [&fresh, &half] {
        assert_eq!(node.engine.best(), full.engine.best());
        assert_eq!(node.engine.final_height(), full.engine.final_height());
        assert_eq!(sparse::root(&node.disk).unwrap(), sparse::root(&full.disk).unwrap());
    }
    assert!(full.dropped.is_empty() && fresh.dropped.is_empty() && half.dropped.is_empty());
    // What is mined from then on is announced, fetched and connected, and transactions travel.
    full.mine().unwrap();
    deliver(&mut [&mut full, &mut fresh, &mut half]);
    assert_eq!(fresh.engine.best(), full.engine.best());
    assert_eq!(half.engine.best(), full.engine.best());
}

#[test]
fn transactions_reach_everybody_once() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let (mut a, mut b, mut c) =
        (Node::with(&kit, &chain), Node::with(&kit, &chain), Node::with(&kit, &chain));
    connect(&mut [&mut a, &mut b, &mut c]);
    let tx = kit.create_record(0, "travels");
    a.give(Input::Submit { bytes: tx.bytes().to_vec() }).unwrap();
    deliver(&mut [&mut a, &mut b, &mut c]);
    for node in [&a, &b, &c] {
        assert_eq!(node.waiting(), [tx.id()]);
        assert_eq!(node.events.iter().filter(|e| **e == LedgerEvent::TxAccepted(tx.id())).count(), 1);
        assert!(node.dropped.is_empty());
    }
}

#[test]
fn a_deep_reorganisation_gives_the_same_state_and_the_undone_wait_again() {
    let mut kit = Consortium::new(2);
    let mut base = Chain::new(kit.spec());
    let setup = kit.setup();
    base.add(&setup.iter().collect::<Vec<_>>());
    let (both, only_old) = (kit.create_record(0, "on both"), kit.create_record(0, "on the old one"));
    let later = kit.create_record(1, "also on the old one");
    let mut old = base.fork(&kit, 1, 10_000).grow(10);
    old.add(&[&both]);
    old = old.grow(20);
    old.add(&[&only_old, &later]);
    old = old.grow(28);
    let mut new = base.fork(&kit, 1, 9_000).grow(30);
    new.add(&[&both]);
    new = new.grow(31);
    assert_eq!((old.blocks.len(), new.blocks.len()), (61, 63));
    let mut node = Node::with(&kit, &old);
    let waiting = kit.create_record(1, "waits meanwhile");
    node.give(Input::Submit { bytes: waiting.bytes().to_vec() }).unwrap();
    node.events.clear();
    let mut peer = Peer::new(5, &new);
    meet(&mut node, &kit, &mut peer);
    assert_eq!(node.engine.best().id, new.tip());
    let undone = node.events.iter().find_map(|e| match e {
        LedgerEvent::TipMoved { undone, .. } if *undone > 0 => Some(*undone),
        _ => None,
    });
    assert_eq!(undone, Some(60));
    assert_eq!(sparse::root(&node.disk).unwrap(), new.ledger.state_root());
    let fresh = Node::with(&kit, &new);
    let only_state = |n: &Node| {
        [Table::State, Table::TxIndex, Table::Heights, Table::History, Table::Undo, Table::Receipts]
            .map(|t| n.disk.range(t, &[], &[], usize::MAX).unwrap())
    };
    assert!(only_state(&node) == only_state(&fresh), "as if the old branch had never been");
    let again: Vec<TxId> = [&only_old, &later, &waiting].map(Tx::id).into();
    assert_eq!(node.waiting(), again, "what was undone goes first, in its order");
    assert!(node.events.iter().all(|e| !matches!(e, LedgerEvent::TxDropped(_))));
    node.mine().unwrap();
    assert!(node.waiting().is_empty(), "and is mined again");
}

#[test]
fn a_branch_whose_first_headers_fill_an_answer_and_are_known_is_taken() {
    let kit = Consortium::new(1);
    let own = Chain::new(kit.spec()).grow(2_020);
    let better = own.fork(&kit, 0, 9_000).grow(2_030);
    let mut node = Node::with(&kit, &own);
    for n in 0..2_010 {
        node.give(Input::Import { bytes: better.bytes(n) }).unwrap();
    }
    assert_eq!(node.engine.best().id, own.tip(), "stored, and lighter so far");
    let mut peer = Peer::new(1, &better);
    meet(&mut node, &kit, &mut peer);
    assert_eq!(node.engine.best().id, better.tip());
    assert_eq!(peer.asked.len(), 20);
    assert!(node.dropped.is_empty());
}

#[test]
fn a_branch_from_below_the_limit_is_not_taken() {
    let params = Params { max_reorg: 12, confirmations: 4, ..Consortium::new(1).genesis.params };
    let kit = Consortium::with_params(1, params);
    let base = Chain::new(kit.spec()).grow(2);
    let own = base.fork(&kit, 2, 10_000).grow(13);
    let (deep, shallow) = (base.fork(&kit, 2, 9_000).grow(20), own.fork(&kit, 3, 9_000).grow(13));
    let mut node = Node::with(&kit, &own);
    let mut peer = Peer::new(1, &deep);
    meet(&mut node, &kit, &mut peer);
    assert_eq!(node.engine.best().id, own.tip(), "13 blocks would be undone, 12 may be");
    assert!(!node.is_dropped(1), "its chain is valid, and it cannot know ours");
    let mut peer = Peer::new(2, &shallow);
    meet(&mut node, &kit, &mut peer);
    assert_eq!(node.engine.best().id, shallow.tip());
}

#[test]
fn a_tie_ends_the_same_whoever_came_first() {
    let kit = Consortium::new(1);
    let (one, two) = (Chain::new(kit.spec()).grow(3), {
        let mut chain = Chain::new(kit.spec());
        chain.ledger.step_ms = 9_000;
        chain.grow(3)
    });
    assert_eq!(one.weight(), two.weight());
    let (mut a, mut b) = (Node::with(&kit, &one), Node::with(&kit, &two));
    connect(&mut [&mut a, &mut b]);
    assert_eq!(a.engine.best().id, one.tip().min(two.tip()));
    assert_eq!(a.engine.best(), b.engine.best());
    let import = |first: &Chain, second: &Chain| {
        let mut node = Node::with(&kit, first);
        for block in &second.blocks {
            node.give(Input::Import { bytes: block.bytes().to_vec() }).unwrap();
        }
        node.engine.best().id
    };
    assert_eq!(import(&one, &two), import(&two, &one));
}

#[test]
fn weight_decides_and_not_the_number_of_blocks() {
    let ms = |n| NonZeroU64::new(n).unwrap();
    let difficulty = DifficultyRule::Asert {
        anchor: CompactTarget::EASIEST,
        spacing_ms: ms(10_000),
        half_life_ms: ms(20_000),
    };
    let consensus = ConsensusParams::work(difficulty);
    let params = Params { consensus, ..Consortium::new(1).genesis.params };
    let kit = Consortium::with_params(1, params);
    // Blocks that come fast are hard: mined here, as the ledger of the test kit knows one target only.
    let mine = |step: u64, blocks: usize| {
        let mut node = Node::at(&kit, kit.genesis.time);
        let mut bytes = Vec::new();
        for _ in 0..blocks {
            node.now = node.now.plus(step);
            node.mine().unwrap();
            let id = node.engine.best().id;
            bytes.push(node.disk.get(Table::Bodies, id.as_ref()).unwrap().unwrap());
        }
        (node.engine.best().clone(), bytes)
    };
    let ((fast, short), (slow, long)) = (mine(1, 9), mine(30_000, 11));
    assert!(fast.weight > slow.weight && fast.header.height < slow.header.height);
    for order in [[&short, &long], [&long, &short]] {
        let mut node = Node::new(&kit);
        for bytes in order.into_iter().flatten() {
            node.give(Input::Import { bytes: bytes.clone() }).unwrap();
        }
        assert_eq!(node.engine.best().id, fast.id);
    }
}

#[test]
fn a_header_from_the_future_costs_nobody_anything_and_is_taken_later() {
    let kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    chain.ledger.step_ms = 86_400_000 + 600_000;
    let chain = chain.grow(1);
    let mut node = Node::new(&kit);
    let mut peer = Peer::new(1, &chain);
    meet(&mut node, &kit, &mut peer);
    assert_eq!(node.engine.best().header.height.0, 0, "ten minutes ahead");
    for _ in 0..50 {
        node.hear(1, &crate::driver::hello(&kit, chain.tip(), chain.weight()));
        talk(&mut node, &mut [&mut peer]);
    }
    assert!(!node.is_dropped(1));
    node.now = node.now.plus(500_000);
    node.hear(1, &crate::driver::hello(&kit, chain.tip(), chain.weight()));
    talk(&mut node, &mut [&mut peer]);
    assert_eq!(node.engine.best().id, chain.tip());
}

/// What is known of a block: its status, and whether its body is kept.
fn known(node: &Node, id: BlockId) -> (Option<BlockStatus>, bool) {
    let entry = block_entry(&node.disk, &id).unwrap();
    (entry.map(|e| e.status), node.disk.get(Table::Bodies, id.as_ref()).unwrap().is_some())
}

#[test]
fn blocks_that_arrive_together_have_the_outcome_they_have_one_by_one() {
    // A branch of seven; our own chain has four blocks, so that the fourth or fifth is the first to be tried.
    for forged in [None, Some(1), Some(3), Some(4), Some(5), Some(7)] {
        let mut kit = Consortium::new(1);
        let setup = kit.setup();
        let own = Chain::new(kit.spec()).grow(4);
        // Made by somebody who does not look at signatures.
        let mut branch = Chain::new(kit.spec().with_bugs(Bug::SKIP_SIGNATURES));
        branch.ledger.step_ms = 9_000;
        branch.add(&setup.iter().collect::<Vec<_>>());
        for number in 2..=8 {
            kit.height = branch.ledger.tip().height;
            let tx = kit.create_record(0, &format!("record {number}"));
            let mut signatures = tx.signatures().to_vec();
            if forged == Some(number) {
                signatures[0].signature.0[40] ^= 1;
            }
            branch.add(&[&Tx::assemble(tx.body().clone(), signatures).unwrap()]);
        }
        let (mut one_by_one, mut together) = (Node::with(&kit, &own), Node::with(&kit, &own));
        for block in &branch.blocks {
            let taken = one_by_one.give(Input::Import { bytes: block.bytes().to_vec() });
            let good = forged.is_none_or(|bad| block.header().height.0 < bad.max(2));
            assert!(taken.is_ok() || !good, "{taken:?}");
        }
        let mut peer = Peer::new(1, &branch);
        meet(&mut together, &kit, &mut peer);
        talk(&mut together, &mut [&mut peer]);
        assert_eq!(together.engine.best(), one_by_one.engine.best(), "forged {forged:?}");
        assert_eq!(together.is_dropped(1), forged.is_some_and(|bad| bad > 1));
        for block in &branch.blocks {
            assert_eq!(known(&together, block.id()), known(&one_by_one, block.id()), "forged {forged:?}");
        }
        let moves =
            |node: &Node| node.events.iter().filter(|e| matches!(e, LedgerEvent::TipMoved { .. })).count();
        assert!(forged.is_some() || moves(&together) == 1 && moves(&one_by_one) > 2, "one change of the tip");
        assert_eq!(sparse::root(&together.disk).unwrap(), sparse::root(&one_by_one.disk).unwrap());
    }
}
