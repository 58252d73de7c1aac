//! What a user of one node does: submit, mine, import, wait (rules EN-1, EN-7, EN-8).

use crate::driver::{Chain, Node, now};
use ehr_core::engine::{ChainError, Input, LedgerEvent, Refused, WorkId};
use ehr_core::mempool::PoolRefusal;
use ehr_core::primitives::AccountId;
use ehr_core::state::TxError;
use ehr_core::state::testkit::Consortium;
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;
use ehr_core::validate::BlockError;

fn ready(kit: &mut Consortium) -> (Node, Chain) {
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    (Node::with(kit, &chain), chain)
}

fn submit(node: &mut Node, tx: &Tx) -> Result<(), Refused> {
    node.give(Input::Submit { bytes: tx.bytes().to_vec() })
}

#[test]
fn a_transaction_is_taken_mined_and_told() {
    let mut kit = Consortium::new(1);
    let (mut node, chain) = ready(&mut kit);
    let tx = kit.create_record(0, "blood count");
    submit(&mut node, &tx).unwrap();
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let (work, template) = node.work.unwrap();
    let bad = (0..).find(|n| !template.is_solved_by(*n)).unwrap();
    let good = (0..).find(|n| template.is_solved_by(*n)).unwrap();
    assert_eq!(node.give(Input::WorkFound { work, nonce: bad }), Err(Refused::Work));
    assert_eq!(node.give(Input::WorkFound { work: WorkId(99), nonce: good }), Err(Refused::Work));
    node.give(Input::WorkFound { work, nonce: good }).unwrap();
    let best = node.engine.best().clone();
    assert_eq!(best.id, template.id(good));
    let moved = LedgerEvent::TipMoved {
        from: chain.tip(),
        to: best.id,
        height: best.header.height,
        undone: 0,
        connected: 1,
    };
    assert_eq!(node.events, [LedgerEvent::TxAccepted(tx.id()), moved]);
    assert_eq!(node.give(Input::WorkFound { work, nonce: good }), Err(Refused::Work), "it was used");
    assert_eq!(submit(&mut node, &tx), Err(Refused::OnChain(tx.id())));
}

#[test]
fn new_work_replaces_old_and_a_new_tip_ends_it() {
    let mut kit = Consortium::new(1);
    let (mut node, chain) = ready(&mut kit);
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let (old, template) = node.work.unwrap();
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let (new, _) = node.work.unwrap();
    assert_ne!(old, new);
    let nonce = (0..).find(|n| template.is_solved_by(*n)).unwrap();
    assert_eq!(node.give(Input::WorkFound { work: old, nonce }), Err(Refused::Work));
    let next = chain.fork(&kit, 1, 10_000).grow(1);
    node.give(Input::Import { bytes: next.bytes(1) }).unwrap();
    assert!(node.work.is_none(), "StopWork came");
}

#[test]
fn refused_transactions_are_named_and_leave_no_trace() {
    let mut kit = Consortium::new(1);
    let (mut node, _) = ready(&mut kit);
    let good = kit.create_record(0, "good");
    submit(&mut node, &good).unwrap();
    let mut other = Consortium::new(1);
    other.genesis.name.push('!');
    other.chain_id = other.spec().chain_id();
    let foreign = other.create_record(0, "foreign");
    let mut forged = kit.create_record(0, "forged").signatures().to_vec();
    forged[0].signature.0[9] ^= 1;
    let body = kit.create_record(0, "forged").body().clone();
    let forged = Tx::assemble(body, forged).unwrap();
    let mut body = kit.create_record(0, "cheaper").body().clone();
    body.nonce = good.body().nonce;
    let rival = kit.sign(body, &good.signatures().iter().map(|s| s.account).collect::<Vec<_>>());
    let mut body = kit.create_record(0, "late").body().clone();
    body.valid_until = ehr_core::primitives::Height(1);
    let late = kit.sign(body, &[kit.hospital_a.id]);
    let (disk, waiting) = (node.disk.clone(), node.waiting());
    type Case<'a> = (&'a Tx, fn(&Refused) -> bool);
    let cases: [Case<'_>; 5] = [
        (&good, |r| matches!(r, Refused::Pool(PoolRefusal::Known))),
        (&foreign, |r| matches!(r, Refused::Tx(TxError::OtherChain))),
        (&forged, |r| matches!(r, Refused::Tx(TxError::BadSignature { .. }))),
        (&rival, |r| matches!(r, Refused::Pool(PoolRefusal::Underpriced { needed: 2, fee: 1, .. }))),
        (&late, |r| matches!(r, Refused::Tx(TxError::NoLongerValid { .. }))),
    ];
    for (index, (tx, expected)) in cases.into_iter().enumerate() {
        let refused = submit(&mut node, tx).unwrap_err();
        assert!(expected(&refused), "case {index}: {refused:?}");
        assert_eq!((&node.disk, node.waiting()), (&disk, waiting.clone()), "case {index}");
    }
    assert!(matches!(node.give(Input::Submit { bytes: vec![0x80] }), Err(Refused::Decode(_))));
}

#[test]
fn two_that_exclude_each_other_both_wait_until_one_is_mined() {
    let mut kit = Consortium::new(1);
    let (mut node, _) = ready(&mut kit);
    let (one, two) = (kit.create_record(0, "same"), kit.create_record(0, "same"));
    submit(&mut node, &one).unwrap();
    submit(&mut node, &two).unwrap();
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    assert_eq!(node.waiting().len(), 2, "the block under way may never be found");
    node.mine().unwrap();
    assert_eq!(node.waiting(), [two.id()]);
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    assert!(node.waiting().is_empty(), "now it cannot be valid any more");
    assert!(node.events.contains(&LedgerEvent::TxDropped(two.id())));
}

#[test]
fn transactions_that_leave_unmined_are_told() {
    let mut kit = Consortium::new(1);
    let (mut node, mut chain) = ready(&mut kit);
    let waits = kit.create_record(0, "replaced on the chain");
    let mut body = kit.create_record(0, "with the same nonce").body().clone();
    body.nonce = waits.body().nonce;
    let mined = kit.sign(body, &waits.signatures().iter().map(|s| s.account).collect::<Vec<_>>());
    let mut body = kit.create_record(0, "short-lived").body().clone();
    body.valid_until = ehr_core::primitives::Height(2);
    let short = kit.sign(body, &waits.signatures().iter().map(|s| s.account).collect::<Vec<_>>());
    submit(&mut node, &waits).unwrap();
    submit(&mut node, &short).unwrap();
    chain.add(&[&mined]);
    node.give(Input::Import { bytes: chain.bytes(1) }).unwrap();
    assert!(node.waiting().is_empty());
    assert!(node.events.contains(&LedgerEvent::TxDropped(waits.id())));
    assert!(node.events.contains(&LedgerEvent::TxDropped(short.id())));
}

#[test]
fn imports_are_checked_like_anybodys_blocks() {
    let mut kit = Consortium::new(1);
    let (mut node, chain) = ready(&mut kit);
    let next = chain.fork(&kit, 1, 10_000).grow(2);
    let orphan = node.give(Input::Import { bytes: next.bytes(2) });
    assert_eq!(orphan, Err(ChainError::Orphan(next.blocks[1].id()).into()));
    let mut other = Consortium::new(1);
    other.genesis.name.push('!');
    let foreign = Chain::new(other.spec()).grow(1).bytes(0);
    let refused = node.give(Input::Import { bytes: foreign });
    assert_eq!(refused, Err(ChainError::Body(BlockError::OtherChain).into()));
    let cut = next.bytes(1)[..300].to_vec();
    assert!(matches!(node.give(Input::Import { bytes: cut }), Err(Refused::Decode(_))));
    node.give(Input::Import { bytes: next.bytes(1) }).unwrap();
    let again = node.give(Input::Import { bytes: next.bytes(1) });
    assert_eq!(again, Err(ChainError::Known.into()));
}

#[test]
fn a_clock_that_goes_back_is_told_once_and_time_stands_still() {
    let mut kit = Consortium::new(1);
    let (mut node, _) = ready(&mut kit);
    let (late, early) = (node.now, now(&kit).minus_ms(3_600_000));
    node.now = early;
    for _ in 0..5 {
        node.timeout(0);
    }
    node.mine().unwrap();
    let told = LedgerEvent::ClockWentBack { latest: late, given: early };
    assert_eq!(node.events.iter().filter(|e| **e == told).count(), 1);
    assert_eq!(node.engine.best().header.time, late);
    node.now = late.plus(1);
    node.timeout(0);
    node.now = early;
    node.timeout(0);
    let told = node.events.iter().filter(|e| matches!(e, LedgerEvent::ClockWentBack { .. })).count();
    assert_eq!(told, 2, "a second jump is told again");
}

trait Earlier {
    fn minus_ms(self, ms: u64) -> Self;
}

impl Earlier for ehr_core::primitives::Timestamp {
    fn minus_ms(self, ms: u64) -> Self {
        Self(self.0 - ms)
    }
}

#[test]
fn timeouts_early_late_or_twice_change_nothing() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(3);
    let mut node = Node::new(&kit);
    node.up(1);
    node.hear(1, &crate::driver::hello(&kit, chain.tip(), chain.weight()));
    node.sent.clear();
    let due = node.engine.poll_timeout().unwrap();
    for _ in 0..10 {
        node.timeout(0);
        assert_eq!((&node.sent, node.engine.poll_timeout()), (&Vec::new(), Some(due)));
    }
    let wait = due.0 - node.now.0;
    node.timeout(wait);
    let after = (node.sent.len(), node.engine.poll_timeout());
    node.timeout(0);
    assert_eq!((node.sent.len(), node.engine.poll_timeout()), after, "the deadline was acted on once");
    node.give(Input::PeerDown(PeerId(1))).unwrap();
    node.timeout(1_000_000);
    assert!(node.dropped.is_empty());
}
