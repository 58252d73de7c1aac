//! The pool against a naive model, its bounds, and floods (rules MP-1 to MP-6).

use ehr_core::mempool::{Inserted, Mempool, PoolLimits, PoolRefusal, Priority};
use ehr_core::primitives::{AccountId, ChainId, Height, Signature, TxId};
use ehr_core::tx::{CoSign, KeyId, Payload, SignatureEntry, TX_VERSION, Tx, TxBody};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const LIMITS: PoolLimits = PoolLimits { count: 12, bytes: 4_000, per_sender: 5 };

fn payer(n: u32) -> AccountId {
    let mut id = [7; 32];
    id[..4].copy_from_slice(&n.to_be_bytes());
    AccountId(id)
}

/// A transaction whose length grows by some hundred bytes with `size`.
fn tx(who: u32, nonce: u64, fee: u64, size: usize, until: u64) -> Tx {
    let body = TxBody {
        version: TX_VERSION,
        chain_id: ChainId::ZERO,
        shard: 0,
        fee_payer: payer(who),
        nonce,
        fee,
        valid_from: Height(1),
        valid_until: Height(until),
        payload: Payload::CoSign { cosign: CoSign { proposal: TxId::ZERO } },
    };
    let entry = SignatureEntry { account: payer(who), key: KeyId(0), signature: Signature([1; 64]) };
    Tx::assemble(body, vec![entry; size]).unwrap()
}

/// The rules in the plainest words: a list, searched from end to end.
#[derive(Default)]
struct Model {
    held: Vec<(Tx, i64)>,
    arrivals: i64,
    returns: i64,
}

impl Model {
    fn priority(&self, id: &TxId) -> Priority {
        let (tx, arrival) = self.held.iter().find(|(t, _)| t.id() == *id).unwrap();
        Priority::new(tx, *arrival)
    }
    fn load(&self, who: AccountId) -> usize {
        self.held.iter().filter(|(t, _)| t.body().fee_payer == who).count()
    }
    fn bytes(&self) -> usize {
        self.held.iter().map(|(t, _)| t.bytes().len()).sum()
    }
    fn place(&mut self, tx: &Tx, arrival: i64) -> Result<Inserted, PoolRefusal> {
        let (who, nonce, fee) = (tx.body().fee_payer, tx.body().nonce, tx.body().fee);
        if self.held.iter().any(|(t, _)| t.id() == tx.id()) {
            return Err(PoolRefusal::Known);
        }
        let same = |t: &Tx| t.body().fee_payer == who && t.body().nonce == nonce;
        let rival = self.held.iter().find(|(t, _)| same(t)).map(|(t, _)| t.clone());
        if let Some(old) = &rival {
            let needed = old.body().fee + (old.body().fee / 10).max(1);
            if fee < needed {
                return Err(PoolRefusal::Underpriced { nonce, needed, fee });
            }
        } else if self.load(who) >= LIMITS.per_sender {
            return Err(PoolRefusal::SenderFull { limit: LIMITS.per_sender });
        }
        let mine = Priority::new(tx, arrival);
        // Everybody else's and the payer's own other nonces, least urgent first.
        let mut rest: Vec<Priority> = self.held.iter().map(|(t, a)| Priority::new(t, *a)).collect();
        rest.retain(|p| Some(p.id()) != rival.as_ref().map(Tx::id));
        rest.sort();
        rest.reverse();
        let poorer = |p: &Priority| {
            p.rate() < mine.rate() || (p.rate() == mine.rate() && arrival < 0 && p.arrival() >= 0)
        };
        let mut victims: Vec<TxId> = rest.iter().filter(|p| poorer(p)).map(Priority::id).collect();
        let loads: BTreeSet<(usize, AccountId)> =
            self.held.iter().map(|(t, _)| (self.load(t.body().fee_payer), t.body().fee_payer)).collect();
        let heaviest = loads.last().filter(|(n, w)| *n > self.load(who) + 1 && *w != who);
        if let Some((_, heavy)) = heaviest {
            let mut theirs: Vec<&Tx> =
                self.held.iter().map(|(t, _)| t).filter(|t| t.body().fee_payer == *heavy).collect();
            theirs.sort_by_key(|t| core::cmp::Reverse(t.body().nonce));
            let cheap = theirs.iter().filter(|t| self.priority(&t.id()).rate() <= mine.rate());
            victims.extend(cheap.map(|t| t.id()));
        }
        let mut evicted: Vec<TxId> = Vec::new();
        let mut victims = victims.into_iter();
        loop {
            let gone = |t: &Tx| evicted.contains(&t.id()) || rival.as_ref().is_some_and(|r| r.id() == t.id());
            let left: Vec<&Tx> = self.held.iter().map(|(t, _)| t).filter(|t| !gone(t)).collect();
            let bytes: usize = left.iter().map(|t| t.bytes().len()).sum();
            if left.len() < LIMITS.count && bytes + tx.bytes().len() <= LIMITS.bytes {
                break;
            }
            match victims.next() {
                Some(v) if !evicted.contains(&v) => evicted.push(v),
                Some(_) => {}
                None => return Err(PoolRefusal::Full { count: self.held.len(), bytes: self.bytes() }),
            }
        }
        let replaced = rival.map(|r| r.id());
        self.held.retain(|(t, _)| !evicted.contains(&t.id()) && Some(t.id()) != replaced);
        self.held.push((tx.clone(), arrival));
        Ok(Inserted { replaced, evicted })
    }
    fn insert(&mut self, tx: &Tx) -> Result<Inserted, PoolRefusal> {
        let done = self.place(tx, self.arrivals);
        self.arrivals += i64::from(done.is_ok());
        done
    }
    fn restore(&mut self, txs: &[Tx]) -> Vec<TxId> {
        let mut lost = Vec::new();
        for tx in txs.iter().rev() {
            self.returns -= 1;
            match self.place(tx, self.returns) {
                Ok(done) => lost.extend(done.replaced.into_iter().chain(done.evicted)),
                Err(PoolRefusal::Known) => {}
                Err(_) => lost.push(tx.id()),
            }
        }
        lost
    }
    fn connected(&mut self, txs: &[Tx], height: u64) -> BTreeSet<TxId> {
        let slots: BTreeMap<(AccountId, u64), TxId> =
            txs.iter().map(|t| ((t.body().fee_payer, t.body().nonce), t.id())).collect();
        let mined: BTreeSet<TxId> = txs.iter().map(Tx::id).collect();
        let mut dropped = BTreeSet::new();
        self.held.retain(|(t, _)| {
            let stays = !slots.contains_key(&(t.body().fee_payer, t.body().nonce))
                && t.body().valid_until > Height(height);
            if !stays && !mined.contains(&t.id()) {
                dropped.insert(t.id());
            }
            stays
        });
        dropped
    }
    fn candidates(&self) -> Vec<TxId> {
        let mut left = self.held.clone();
        let mut order = Vec::new();
        while !left.is_empty() {
            let is_head = |t: &Tx| {
                left.iter().all(|(o, _)| {
                    o.body().fee_payer != t.body().fee_payer || o.body().nonce >= t.body().nonce
                })
            };
            let next = left.iter().filter(|(t, _)| is_head(t)).map(|(t, a)| Priority::new(t, *a)).min();
            let next = next.unwrap().id();
            order.push(next);
            left.retain(|(t, _)| t.id() != next);
        }
        order
    }
}

#[derive(Clone, Debug)]
enum Op {
    Insert(Tx),
    Remove(Tx),
    Connected(Vec<Tx>, u64),
    Restore(Vec<Tx>),
}

fn a_tx() -> impl Strategy<Value = Tx> {
    (0u32..5, 1u64..8, 0u64..30, 0usize..5, 5u64..12).prop_map(|(w, n, f, s, u)| tx(w, n, f * 10, s, u))
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        12 => a_tx().prop_map(Op::Insert),
        1 => a_tx().prop_map(Op::Remove),
        1 => (prop::collection::vec(a_tx(), 0..3), 0u64..12).prop_map(|(t, h)| Op::Connected(t, h)),
        2 => prop::collection::vec(a_tx(), 0..4).prop_map(Op::Restore),
    ];
    prop::collection::vec(op, 1..80)
}

fn ids<'a>(txs: impl Iterator<Item = &'a Tx>) -> Vec<TxId> {
    txs.map(Tx::id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn agrees_with_the_model_and_keeps_its_bounds(ops in ops()) {
        let (mut pool, mut model) = (Mempool::new(LIMITS), Model::default());
        for op in ops {
            let before = ids(pool.candidates());
            match op {
                Op::Insert(tx) => {
                    let (got, want) = (pool.insert(tx.clone()), model.insert(&tx));
                    prop_assert_eq!(&got, &want);
                    if got.is_err() {
                        prop_assert_eq!(ids(pool.candidates()), before, "a refusal left a trace");
                    }
                }
                Op::Remove(tx) => {
                    let held = model.held.iter().any(|(t, _)| t.id() == tx.id());
                    prop_assert_eq!(pool.remove(&tx.id()).is_some(), held);
                    model.held.retain(|(t, _)| t.id() != tx.id());
                }
                Op::Connected(txs, height) => {
                    let dropped: BTreeSet<TxId> =
                        pool.connected(txs.iter(), Height(height)).into_iter().collect();
                    prop_assert_eq!(dropped, model.connected(&txs, height));
                }
                Op::Restore(txs) => prop_assert_eq!(pool.restore(txs.clone()), model.restore(&txs)),
            }
            prop_assert_eq!(ids(pool.candidates()), model.candidates());
            prop_assert_eq!((pool.len(), pool.bytes()), (model.held.len(), model.bytes()));
            prop_assert!(pool.len() <= LIMITS.count && pool.bytes() <= LIMITS.bytes);
            for who in 0..5 {
                prop_assert!(model.load(payer(who)) <= LIMITS.per_sender);
            }
            for (t, _) in &model.held {
                prop_assert_eq!(pool.get(&t.id()), Some(t));
            }
        }
    }
}

#[test]
fn a_replacement_pays_a_tenth_more_and_at_least_one() {
    for (old, least) in [(0, 1), (5, 6), (10, 11), (100, 110), (109, 119)] {
        let mut pool = Mempool::new(PoolLimits::default());
        pool.insert(tx(1, 7, old, 1, 9)).unwrap();
        let short = PoolRefusal::Underpriced { nonce: 7, needed: least, fee: least - 1 };
        assert_eq!(pool.insert(tx(1, 7, least - 1, 1, 10)), Err(short));
        let done = pool.insert(tx(1, 7, least, 1, 10)).unwrap();
        assert_eq!(done.replaced, Some(tx(1, 7, old, 1, 9).id()));
        assert_eq!(pool.len(), 1);
    }
    // Another nonce of the same payer, or the same nonce of another, replaces nothing.
    let mut pool = Mempool::new(PoolLimits::default());
    pool.insert(tx(1, 7, 5, 1, 9)).unwrap();
    pool.insert(tx(1, 8, 5, 1, 9)).unwrap();
    pool.insert(tx(2, 7, 5, 1, 9)).unwrap();
    assert_eq!(pool.len(), 3);
}

#[test]
fn a_flood_by_one_payer_pushes_out_only_itself() {
    let limits = PoolLimits { count: 100, per_sender: 100, ..PoolLimits::default() };
    let mut pool = Mempool::new(limits);
    let honest: Vec<Tx> = (10..20).map(|who| tx(who, 1, 5, 1, 9)).collect();
    // Its last nonces pay more, as if they could shield the others.
    for nonce in (1..5_000).rev() {
        let _ = pool.insert(tx(1, nonce, if nonce > 4_990 { 6 } else { 5 }, 1, 9));
    }
    assert_eq!(pool.len(), 100, "the flood filled the pool");
    for tx in &honest {
        let done = pool.insert(tx.clone()).unwrap();
        assert_eq!(done.evicted.len(), 1);
    }
    assert!(honest.iter().all(|tx| pool.contains(&tx.id())));
    // At the same fee the flood gets nothing back.
    assert!(matches!(pool.insert(tx(1, 6_000, 5, 1, 9)), Err(PoolRefusal::Full { count: 100, .. })));
    assert!(honest.iter().all(|tx| pool.contains(&tx.id())));
}

#[test]
fn a_hundred_thousand_of_junk_stay_in_bounds_and_an_honest_one_gets_in() {
    let limits = PoolLimits { count: 500, bytes: 50_000, per_sender: 100 };
    let mut pool = Mempool::new(limits);
    for n in 0..100_000u64 {
        let who = u32::try_from(n % 40).unwrap();
        let _ = pool.insert(tx(who, n / 40 + 1, n % 3, usize::try_from(n % 4).unwrap(), 9));
        assert!(pool.len() <= limits.count && pool.bytes() <= limits.bytes);
    }
    assert!(pool.bytes() > limits.bytes - 600, "the junk filled the pool: {}", pool.bytes());
    let honest = tx(77, 1, 5, 1, 9);
    pool.insert(honest.clone()).unwrap();
    assert!(pool.contains(&honest.id()));
    for n in 0..20_000u64 {
        let _ = pool.insert(tx(u32::try_from(n % 40).unwrap(), 10_000 + n, n % 3, 1, 9));
    }
    assert!(pool.contains(&honest.id()), "junk that pays less does not push it out");
}

#[test]
fn what_comes_back_goes_first_and_in_its_order() {
    let mut pool = Mempool::new(PoolLimits::default());
    let newer: Vec<Tx> = (30..34).map(|who| tx(who, 1, 5, 1, 9)).collect();
    for tx in &newer {
        pool.insert(tx.clone()).unwrap();
    }
    let back: Vec<Tx> = (20..29).rev().map(|who| tx(who, 1, 5, 1, 9)).collect();
    assert_eq!(pool.restore(back.clone()), vec![]);
    let want: Vec<TxId> = back.iter().chain(&newer).map(Tx::id).collect();
    assert_eq!(ids(pool.candidates()), want);
    // A block below them is undone too: it goes before what came back first.
    let lower = vec![tx(40, 1, 5, 1, 9), tx(41, 1, 5, 1, 9)];
    pool.restore(lower.clone());
    assert_eq!(ids(pool.candidates())[..2], [lower[0].id(), lower[1].id()]);
    // A higher fee goes before all the same.
    let rich = tx(50, 1, 50, 1, 9);
    pool.insert(rich.clone()).unwrap();
    assert_eq!(pool.candidates().next().unwrap().id(), rich.id());
}

#[test]
fn a_full_pool_makes_room_for_what_comes_back_and_tells_of_it() {
    let mut pool = Mempool::new(PoolLimits { count: 2, ..PoolLimits::default() });
    let (first, second) = (tx(1, 1, 5, 1, 9), tx(2, 1, 5, 1, 9));
    pool.insert(first).unwrap();
    pool.insert(second.clone()).unwrap();
    let back = tx(3, 1, 5, 1, 9);
    assert_eq!(pool.restore(vec![back.clone()]), vec![second.id()], "the newest makes room");
    assert!(pool.contains(&back.id()));
}
