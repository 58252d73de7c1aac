//! Peers that do not answer, and bounds on what they can make a node hold (rules N-3, N-8, N-14).

use crate::driver::{Chain, LOTS, Node, Peer, carried, hello, meet, met, seal, talk, tolerated};
use ehr_core::block::Header;
use ehr_core::codec::limits;
use ehr_core::consensus::Weight;
use ehr_core::engine::{Asked, Carried, Input, Message, Offence};
use ehr_core::primitives::{BlockId, Height};
use ehr_core::state::testkit::Consortium;
use ehr_core::transport::PeerId;

#[test]
fn headers_that_do_not_come_cost_the_peer_after_four_times() {
    let kit = Consortium::new(1);
    let (mut node, _) = met(&kit);
    let ask = |n: &mut Node| {
        n.hear(1, &hello(&kit, BlockId([1; 32]), LOTS));
        n.timeout(10_000);
    };
    assert_eq!(tolerated(&mut node, ask), (3, Offence::Stalled(Asked::Headers)));
}

#[test]
fn whoever_keeps_blocks_back_goes_even_if_it_answers_everything_else() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(12);
    let mut node = Node::new(&kit);
    let mut staller = Peer::new(1, &chain);
    staller.gives_blocks = false;
    meet(&mut node, &kit, &mut staller);
    let keep_back = |n: &mut Node| {
        n.timeout(10_000);
        n.hear(1, &hello(&kit, chain.tip(), chain.weight()));
        talk(n, &mut [&mut staller]);
    };
    assert_eq!(tolerated(&mut node, keep_back), (3, Offence::Stalled(Asked::Blocks)));
}

#[test]
fn blocks_that_do_not_come_are_asked_of_another() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(40);
    let mut node = Node::new(&kit);
    let (mut staller, mut honest) = (Peer::new(1, &chain), Peer::new(2, &chain));
    staller.gives_blocks = false;
    meet(&mut node, &kit, &mut staller);
    assert_eq!(staller.asked.len(), 8, "no more than one peer's share");
    meet(&mut node, &kit, &mut honest);
    assert_eq!(node.engine.best().header.height.0, 0, "the first eight are still with the staller");
    assert!(honest.asked.len() <= 8);
    node.timeout(10_000);
    talk(&mut node, &mut [&mut staller, &mut honest]);
    assert_eq!(node.engine.best().id, chain.tip());
    assert!(!node.is_dropped(2));
}

#[test]
fn a_peer_that_goes_or_has_not_what_it_showed_frees_its_blocks() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(8);
    for leaves in [true, false] {
        let mut node = Node::new(&kit);
        let (mut first, mut second) = (Peer::new(1, &chain), Peer::new(2, &chain));
        first.gives_blocks = false;
        meet(&mut node, &kit, &mut first);
        meet(&mut node, &kit, &mut second);
        if leaves {
            node.give(Input::PeerDown(PeerId(1))).unwrap();
        } else {
            node.hear(1, &Message::NotFound { ids: first.asked.clone() });
        }
        talk(&mut node, &mut [&mut first, &mut second]);
        assert_eq!(node.engine.best().id, chain.tip());
    }
}

#[test]
fn blocks_of_chains_nobody_follows_take_no_room() {
    let kit = Consortium::new(1);
    let own = Chain::new(kit.spec()).grow(20);
    let mut node = Node::with(&kit, &own);
    for (peer, step_ms) in [(10, 9_000), (11, 8_000)] {
        let light = own.fork(&kit, 0, step_ms).grow(16);
        node.up(peer);
        node.hear(peer, &hello(&kit, light.tip(), Weight::ZERO));
        for block in &light.blocks {
            node.hear(peer, &Message::Announce { header: carried(block.header()) });
        }
        for block in &light.blocks {
            node.hear(peer, &Message::Block { bytes: Carried(block.bytes().to_vec()) });
        }
    }
    assert_eq!(node.engine.best().id, own.tip());
    let longer = own.fork(&kit, 20, 10_000).grow(20);
    let mut honest = Peer::new(1, &longer);
    meet(&mut node, &kit, &mut honest);
    assert_eq!(honest.asked.len(), 20);
    assert_eq!(node.engine.best().id, longer.tip());
    assert!(node.dropped.is_empty(), "what they showed costs them nothing, as it costs us nothing");
}

#[test]
fn no_more_than_64_peers() {
    let kit = Consortium::new(1);
    let mut node = Node::new(&kit);
    (0..64).for_each(|peer| node.up(peer));
    assert!(node.dropped.is_empty());
    node.up(3);
    assert!(node.dropped.is_empty(), "it is here already");
    node.up(64);
    assert_eq!(node.dropped, [(64, Offence::Crowded)]);
    node.give(Input::PeerDown(PeerId(0))).unwrap();
    node.up(65);
    assert_eq!(node.dropped.len(), 1);
}

#[test]
fn a_chain_of_headers_without_end_is_cut_and_few_blocks_are_asked_for() {
    let kit = Consortium::new(1);
    let mut node = Node::new(&kit);
    node.now = node.now.plus(1_000_000_000);
    node.up(1);
    node.hear(1, &hello(&kit, BlockId([1; 32]), LOTS));
    let (mut parent, mut rounds) = (kit.spec().block().header().clone(), 0);
    while core::mem::take(&mut node.sent).iter().any(|(_, m)| matches!(m, Message::GetHeaders { .. })) {
        let mut batch = Vec::new();
        for _ in 0..limits::MAX_HEADERS {
            let next = Header {
                prev: parent.id(),
                height: Height(parent.height.0 + 1),
                time: parent.time.plus(1),
                ..parent.clone()
            };
            parent = seal(next, true);
            batch.push(carried(&parent));
        }
        rounds += 1;
        assert!(rounds < 20, "it asks for ever");
        node.hear(1, &Message::Headers { headers: batch });
    }
    assert_eq!(rounds, 4, "8,000 headers");
    assert!(node.dropped.is_empty());
}

#[test]
fn a_chain_longer_than_may_be_shown_is_taken_in_parts() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(8_050);
    let mut node = Node::new(&kit);
    node.up(1);
    let greeting = hello(&kit, chain.tip(), chain.weight());
    node.hear(1, &greeting);
    let asks = |node: &Node| -> Vec<BlockId> {
        let locators = node.sent.iter().filter_map(|(_, m)| match m {
            Message::GetHeaders { locator } => locator.first().copied(),
            _ => None,
        });
        locators.collect()
    };
    for part in chain.blocks.chunks(limits::MAX_HEADERS).take(4) {
        assert_eq!(asks(&node).len(), 1);
        node.sent.clear();
        node.hear(1, &Message::Headers { headers: part.iter().map(|b| carried(b.header())).collect() });
    }
    // However often it says hello, and whatever it announces, no more is kept.
    for block in &chain.blocks[8_000..8_010] {
        node.hear(1, &greeting);
        node.hear(1, &Message::Announce { header: carried(block.header()) });
    }
    assert_eq!(asks(&node), []);
    node.sent.clear();
    // Half of it is stored: it is asked on from where it was cut.
    for n in 0..4_001 {
        node.give(Input::Import { bytes: chain.bytes(n) }).unwrap();
    }
    assert_eq!(asks(&node), [chain.blocks[7_999].id()]);
    talk(&mut node, &mut [&mut Peer::new(1, &chain)]);
    assert_eq!(node.engine.best().id, chain.tip());
    assert!(node.dropped.is_empty());
}
