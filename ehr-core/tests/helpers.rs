//! Threads that verify signatures beside the one that executes change no verdict (rule S-8).
#![allow(clippy::disallowed_methods, reason = "a caller of the core has threads")]

use ehr_core::block::{Block, Checked};
use ehr_core::crypto::signature::{Helpers, Share, SignatureCache};
use ehr_core::sim::Bug;
use ehr_core::state::TxError;
use ehr_core::state::testkit::{Consortium, TestLedger, forged};
use ehr_core::tx::Tx;
use ehr_core::validate::{self, BlockError, Prefix, Template};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Two signatures each.
const RECORDS: usize = 450;

/// Records how many shares it was given, and does something with them.
struct Helper {
    given: AtomicUsize,
    what: fn(&Self, Share),
    kept: Mutex<Vec<Share>>,
}

fn all() -> [(&'static str, Arc<Helper>); 4] {
    let helper = |what| Arc::new(Helper { given: AtomicUsize::new(0), what, kept: Mutex::default() });
    [
        ("verifies at once", helper(|_, share| share.verify())),
        ("verifies on threads", helper(|_, share| drop(std::thread::spawn(move || share.verify())))),
        ("does nothing", helper(|_, share| drop(share))),
        ("comes too late", helper(|this, share| this.kept.lock().unwrap().push(share))),
    ]
}

impl Helpers for Helper {
    fn help(&self, share: Share) {
        self.given.fetch_add(1, Ordering::Relaxed);
        (self.what)(self, share);
    }
}

/// A ledger that checks everything, two blocks on it, and the same two with a forged signature in the second.
struct Blocks {
    honest: TestLedger,
    good: [Block<Checked>; 2],
    forged: Vec<(usize, [Block<Checked>; 2])>,
}

fn blocks() -> Blocks {
    let mut kit = Consortium::new(1);
    let setup = kit.setup();
    let mut honest = TestLedger::new(kit.spec());
    let mut forger = TestLedger::new(kit.spec().with_bugs(Bug::SKIP_SIGNATURES));
    let block = honest.make(&setup.iter().collect::<Vec<_>>()).unwrap();
    honest.commit(&block).unwrap();
    forger.commit(&block).unwrap();
    kit.height = forger.tip().height;
    let mut records = |block: usize| -> Vec<Tx> {
        (0..RECORDS).map(|n| kit.create_record(0, &format!("{block}.{n}"))).collect()
    };
    let (first, second) = (records(0), records(1));
    let make = |ledger: &TestLedger, txs: &[Tx]| ledger.make(&txs.iter().collect::<Vec<_>>()).unwrap();
    let one = make(&forger, &first);
    forger.commit(&one).unwrap();
    let with = |at: usize| {
        let mut txs = second.clone();
        txs[at] = forged(&txs[at]);
        make(&forger, &txs)
    };
    // In the first share of the block, in the second, and in what is left of it.
    let wrong = [3, 200, RECORDS - 1].map(|at| (at, [one.clone(), with(at)])).into();
    let two = make(&forger, &second);
    Blocks { honest, good: [one, two], forged: wrong }
}

fn together(ledger: &TestLedger, blocks: &[Block<Checked>], cache: &SignatureCache) -> Prefix {
    validate::execute_chain(&ledger.spec, &ledger.base(), &ledger.store, blocks, cache)
}

#[test]
fn blocks_do_the_same_and_forged_ones_are_refused_with_the_same_words() {
    let Blocks { honest, good, forged } = blocks();
    let alone = SignatureCache::new();
    let want = together(&honest, &good, &alone);
    assert_eq!((want.executed.len(), &want.refused), (2, &None));
    for (name, helper) in all() {
        let cache = SignatureCache::with_helpers(helper.clone());
        assert_eq!(together(&honest, &good, &cache), want, "{name}");
        let one = validate::execute_cached(&honest.spec, &honest.base(), &honest.store, &good[0], &cache);
        assert_eq!(one.as_ref().ok(), Some(&want.executed[0]), "{name}");
        assert!(helper.given.load(Ordering::Relaxed) >= 3, "{name} was not asked");
        for (at, blocks) in &forged {
            let got = together(&honest, blocks, &cache);
            assert_eq!(got, together(&honest, blocks, &alone), "{name}, forged at {at}");
            let Some(BlockError::InvalidTx { index, error, .. }) = got.refused else { panic!("{name}") };
            assert!(index == *at && matches!(*error, TxError::BadSignature { .. }), "{name}, forged at {at}");
        }
    }
}

#[test]
fn builders_leave_out_what_is_forged() {
    let Blocks { honest, good: [one, _], .. } = blocks();
    let header = one.header();
    let template =
        Template { time: header.time, proposer: header.proposer, seal: header.seal, last_commit: None };
    // In the first share, in the second, in what is left, and in all of them.
    for wrong in [vec![3], vec![200], vec![RECORDS - 1], vec![3, 200, RECORDS - 1]] {
        let mut txs = one.txs().to_vec();
        wrong.iter().for_each(|at| txs[*at] = forged(&txs[*at]));
        let build = |cache: &SignatureCache| {
            let (base, store) = (honest.base(), &honest.store);
            validate::build_cached(&honest.spec, &base, store, &template, &mut txs.iter(), cache).unwrap()
        };
        let want = build(&SignatureCache::new());
        assert!(wrong.iter().all(|at| want.rejected.iter().any(|rejected| rejected.id == txs[*at].id())));
        for (name, helper) in all() {
            let got = build(&SignatureCache::with_helpers(helper));
            assert_eq!((&got.txs, &got.rejected), (&want.txs, &want.rejected), "{name}, forged {wrong:?}");
            assert_eq!(got.block.bytes(), want.block.bytes(), "{name}, forged {wrong:?}");
        }
    }
}
