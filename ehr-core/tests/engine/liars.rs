//! Peers that lie, forge and stall, and what it costs them (rules N-1, N-2, N-4, N-10, N-11).

use crate::driver::{Chain, LOTS, Node, Peer, carried, hello, meet, met, seal, talk, tolerated};
use ehr_core::block::{Block, Header};
use ehr_core::codec::limits;
use ehr_core::consensus::Weight;
use ehr_core::engine::{Carried, ChainError, Input, LedgerEvent, Message, Offence, PROTOCOL, Refused};
use ehr_core::primitives::{BlockId, ChainId, Hash32, Height};
use ehr_core::state::testkit::Consortium;
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;

/// Replies to a hello that makes the node ask for headers.
fn headers(node: &mut Node, kit: &Consortium, headers: &[Header]) {
    node.hear(1, &hello(kit, BlockId([1; 32]), LOTS));
    node.hear(1, &Message::Headers { headers: headers.iter().map(carried).collect() });
}

#[test]
fn some_things_are_never_an_accident() {
    let kit = Consortium::new(1);
    let ids = |n: usize| vec![BlockId::ZERO; n];
    let other = Message::Hello {
        protocol: PROTOCOL,
        chain_id: ChainId([9; 32]),
        tip: BlockId::ZERO,
        height: Height(1),
        weight: LOTS,
    };
    let newer = Message::Hello {
        protocol: PROTOCOL + 1,
        chain_id: kit.chain_id,
        tip: BlockId::ZERO,
        height: Height(1),
        weight: LOTS,
    };
    let too_many = |what, limit, got| Offence::TooMany { what, limit, got };
    let cases = [
        (other, Offence::Foreign),
        (newer, Offence::Foreign),
        (
            Message::GetHeaders { locator: ids(limits::MAX_LOCATOR + 1) },
            too_many("locator", limits::MAX_LOCATOR, limits::MAX_LOCATOR + 1),
        ),
        (
            Message::Headers { headers: vec![Carried(vec![]); limits::MAX_HEADERS + 1] },
            too_many("headers", limits::MAX_HEADERS, limits::MAX_HEADERS + 1),
        ),
        (
            Message::GetBlocks { ids: ids(limits::MAX_GET_BLOCKS + 1) },
            too_many("block ids", limits::MAX_GET_BLOCKS, limits::MAX_GET_BLOCKS + 1),
        ),
    ];
    for (message, why) in cases {
        let (mut node, _) = met(&kit);
        node.hear(1, &message);
        assert_eq!(node.dropped, [(1, why)]);
        node.hear(1, &message);
        assert_eq!(node.dropped.len(), 1, "frames still under way from a dropped peer are nothing");
    }
    for bytes in [vec![], vec![0xff], vec![0x82, 9, 0x80], vec![0; 5_000], vec![0; limits::MAX_FRAME + 1]] {
        let (mut node, _) = met(&kit);
        node.give(Input::Frame { from: PeerId(1), bytes }).unwrap();
        assert!(matches!(node.dropped[..], [(1, Offence::Malformed(_))]), "{:?}", node.dropped);
    }
    let junk = || Carried(vec![0x83, 1, 2]);
    for message in [
        Message::Block { bytes: junk() },
        Message::Tx { bytes: junk() },
        Message::Announce { header: junk() },
    ] {
        let (mut node, _) = met(&kit);
        node.hear(1, &message);
        assert!(matches!(node.dropped[..], [(1, Offence::Malformed(_))]), "{:?}", node.dropped);
    }
}

#[test]
fn some_things_happen_and_are_tolerated_for_a_while() {
    let mut kit = Consortium::new(1);
    let stray = Chain::new(kit.spec()).grow(1);
    let stray = Block::assemble(seal(stray.blocks[0].header().clone(), true), []).unwrap();
    let mut far = stray.header().clone();
    far.prev = BlockId([7; 32]);
    let far = seal(far, true);

    let (mut node, _) = met(&kit);
    assert_eq!(
        tolerated(&mut node, |n| headers(n, &kit, core::slice::from_ref(&far))),
        (9, Offence::Unlinked)
    );

    let lost = Block::assemble(far.clone(), []).unwrap();
    let (mut node, _) = met(&kit);
    let unsolicited = |n: &mut Node| n.hear(1, &Message::Block { bytes: Carried(lost.bytes().to_vec()) });
    assert_eq!(tolerated(&mut node, unsolicited), (9, Offence::Unsolicited));

    let (mut node, _) = met(&kit);
    let nobody_asked = |n: &mut Node| n.hear(1, &Message::Headers { headers: vec![] });
    assert_eq!(tolerated(&mut node, nobody_asked), (9, Offence::Unsolicited));

    let mut node = Node::new(&kit);
    node.up(1);
    let early = |n: &mut Node| n.hear(1, &Message::GetHeaders { locator: vec![] });
    assert_eq!(tolerated(&mut node, early), (99, Offence::NoHello));

    // Claims more weight than it has, and has nothing to show for it. Answering forgives a little.
    let (mut node, _) = met(&kit);
    let (times, why) = tolerated(&mut node, |n| headers(n, &kit, &[]));
    assert!((3..6).contains(&times), "{times}");
    assert_eq!(why, Offence::Overclaimed);

    let good = kit.create_record(0, "forged");
    let mut signatures = good.signatures().to_vec();
    signatures[0].signature.0[0] ^= 1;
    let forged = Tx::assemble(good.body().clone(), signatures).unwrap();
    let setup = kit.setup();
    let mut ready = Chain::new(kit.spec());
    ready.add(&setup.iter().collect::<Vec<_>>());
    let mut node = Node::with(&kit, &ready);
    node.up(1);
    node.hear(1, &hello(&kit, ready.tip(), ready.weight()));
    let bad_tx = |n: &mut Node| n.hear(1, &Message::Tx { bytes: Carried(forged.bytes().to_vec()) });
    assert_eq!(tolerated(&mut node, bad_tx), (4, Offence::BadTx));
    assert!(node.waiting().is_empty());
}

#[test]
fn a_known_block_or_transaction_costs_nothing() {
    let kit = Consortium::new(1);
    let (mut node, chain) = met(&kit);
    for _ in 0..300 {
        node.hear(1, &Message::Block { bytes: Carried(chain.bytes(3)) });
        node.hear(1, &Message::Announce { header: carried(chain.blocks[9].header()) });
    }
    assert!(node.dropped.is_empty() && node.sent.is_empty());
}

#[test]
fn a_header_without_work_is_the_end() {
    let kit = Consortium::new(1);
    let (mut node, chain) = met(&kit);
    let next = chain.fork(&kit, 10, 10_000).grow(1);
    let lazy = seal(next.blocks[10].header().clone(), false);
    headers(&mut node, &kit, core::slice::from_ref(&lazy));
    assert!(matches!(node.dropped[..], [(1, Offence::BadHeader(_))]), "{:?}", node.dropped);
    // Announced, it is the same.
    let (mut node, _) = met(&kit);
    node.hear(1, &Message::Announce { header: carried(&lazy) });
    assert!(matches!(node.dropped[..], [(1, Offence::BadHeader(_))]), "{:?}", node.dropped);
}

#[test]
fn a_body_that_is_not_the_headers_own_poisons_nothing() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec()).grow(3);
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let (id, header) = (chain.blocks[3].id(), chain.blocks[3].header().clone());
    let empty = Block::assemble(header.clone(), []).unwrap();
    let other: Vec<&[u8]> = setup.iter().rev().map(Tx::bytes).collect();
    let shuffled = Block::assemble(header, other).unwrap();
    for wrong in [empty, shuffled] {
        assert_eq!(wrong.id(), id);
        let mut node = Node::new(&kit);
        let mut liar = Peer::new(1, &chain);
        liar.instead.push((id, wrong.bytes().to_vec()));
        meet(&mut node, &kit, &mut liar);
        assert!(matches!(node.dropped[..], [(1, Offence::BadBlock(_))]), "{:?}", node.dropped);
        assert_eq!(node.engine.best().header.height.0, 3);
        let mut honest = Peer::new(2, &chain);
        meet(&mut node, &kit, &mut honest);
        assert_eq!(node.engine.best().id, chain.tip());
        assert_eq!(honest.asked, [id]);
    }
}

/// The chain with `bad` more blocks, whose first claims a wrong state.
pub(crate) fn spoiled(kit: &Consortium, chain: &Chain, bad: usize) -> Chain {
    let mut spoiled = chain.fork(kit, chain.blocks.len(), 10_000);
    for n in 0..bad {
        let parent = spoiled.blocks.last().unwrap().header().clone();
        let mut header = Header { prev: parent.id(), height: Height(parent.height.0 + 1), ..parent.clone() };
        header.time = parent.time.plus(10_000);
        header.state_root = Hash32([u8::try_from(n).unwrap(); 32]);
        let block = Block::assemble(seal(header, true), []).unwrap();
        spoiled.blocks.push(block.check(&kit.spec()).unwrap());
    }
    spoiled
}

/// A peer's claim for a chain that the ledger of the test kit did not execute.
fn meet_spoiled(node: &mut Node, kit: &Consortium, peer: &mut Peer<'_>) {
    let one = Chain::new(kit.spec()).grow(1).weight();
    let total = (0..peer.chain.blocks.len()).fold(Weight::ZERO, |sum, _| sum.checked_add(one).unwrap());
    node.up(peer.id);
    node.hear(peer.id, &hello(kit, peer.chain.blocks.last().unwrap().id(), total));
    talk(node, &mut [peer]);
}

#[test]
fn an_invalid_block_in_a_good_looking_chain_is_marked_and_what_is_below_it_kept() {
    let kit = Consortium::new(1);
    let own = Chain::new(kit.spec()).grow(3);
    let mut below = Chain::new(kit.spec());
    below.ledger.step_ms = 9_000;
    let below = below.grow(5);
    let bad = spoiled(&kit, &below, 2);
    let bad_id = bad.blocks[5].id();
    let mut node = Node::with(&kit, &own);
    let mut liar = Peer::new(1, &bad);
    meet_spoiled(&mut node, &kit, &mut liar);
    assert_eq!(node.engine.best().id, below.tip(), "the five good blocks outweigh our three");
    assert!(node.events.iter().any(|e| matches!(e, LedgerEvent::BlockRefused { id, .. } if *id == bad_id)));
    assert!(matches!(node.dropped[..], [(1, Offence::BadBlock(_))]), "{:?}", node.dropped);
    // Its headers are not followed any more, from anybody: whoever shows them cannot link.
    let mut again = Peer::new(2, &bad);
    meet_spoiled(&mut node, &kit, &mut again);
    assert_eq!(again.asked, []);
    assert_eq!(node.engine.best().id, below.tip());
    let import = node.give(Input::Import { bytes: bad.bytes(6) });
    assert_eq!(import, Err(ChainError::OnInvalid(bad_id).into()));
}

#[test]
fn an_invalid_block_is_not_followed_behind_headers_that_distract() {
    let kit = Consortium::new(1);
    let own = Chain::new(kit.spec()).grow(3);
    let bad = spoiled(&kit, &own, 1);
    let mut node = Node::with(&kit, &own);
    let import = node.give(Input::Import { bytes: bad.bytes(3) });
    assert!(matches!(import, Err(Refused::Block(ChainError::Body(_)))));
    let unknown = own.fork(&kit, 2, 9_000).grow(1).blocks[2].header().clone();
    let tip = own.blocks[2].header().clone();
    node.up(1);
    let distract = |n: &mut Node| {
        headers(n, &kit, &[unknown.clone(), tip.clone(), bad.blocks[3].header().clone()]);
        let asked = n
            .sent
            .iter()
            .any(|(_, m)| matches!(m, Message::GetBlocks { ids } if ids.contains(&bad.blocks[3].id())));
        assert!(!asked);
    };
    assert_eq!(tolerated(&mut node, distract), (9, Offence::Unlinked));
    assert_eq!(node.engine.best().id, own.tip());
}

#[test]
fn a_branch_stored_before_its_root_was_tried_is_refused_and_is_no_damage() {
    let kit = Consortium::new(1);
    let own = Chain::new(kit.spec()).grow(3);
    let mut base = Chain::new(kit.spec());
    base.ledger.step_ms = 9_000;
    let bad = spoiled(&kit, &base.grow(1), 4);
    let mut node = Node::with(&kit, &own);
    let mut import = |n: usize| node.give(Input::Import { bytes: bad.bytes(n) });
    import(0).unwrap();
    import(1).unwrap(); // Lighter than our own: stored, and not tried.
    // As heavy as our own: if it wins the tie, the branch is tried now, otherwise with the next block.
    let first = if import(2).is_err() { 3 } else { 4 };
    if first == 4 {
        assert!(matches!(import(3), Err(Refused::Block(ChainError::Body(_)))));
    }
    assert_eq!(import(first), Err(ChainError::OnInvalid(bad.blocks[1].id()).into()));
    assert_eq!(node.engine.best().id, own.tip());
    node.mine().unwrap();
}
