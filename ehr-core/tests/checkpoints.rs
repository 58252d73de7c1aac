//! Checkpoints: what is signed, who must sign, what a header chain makes of it, and who is convicted.

mod stake_chain;

use core::num::NonZeroU32;
use ehr_core::block::ProofHeader;
use ehr_core::codec::Wire;
use ehr_core::consensus::{
    CompactTarget, Consensus, DifficultyRule, ProofOfWork, SealRules, StakeParams, Tip, Weight,
};
use ehr_core::crypto::signature::Signer;
use ehr_core::light::checkpoint::{
    Checkpoint, CheckpointError, CosignedCheckpoint, Cosigners, SignedCheckpoint, SplitView,
};
use ehr_core::light::stake::{AnchorError, StakeAnchor, StakeClient, Updated};
use ehr_core::light::{Accepted, HeaderChain, HeaderError, Limits, TrustAnchor};
use ehr_core::primitives::{BlockId, Hash32, Height, Timestamp, VerifyingKey};
use proptest::prelude::*;
use stake_chain::*;
use std::collections::BTreeMap;

/// Institutions 1 to 5; `need` of them must sign.
fn cosigners(need: u16) -> Cosigners {
    Cosigners::demand(need, (1..=5).map(|n| (account(n), signer(n).public_key()))).unwrap()
}

fn cosigned(checkpoint: Checkpoint, who: &[u16]) -> CosignedCheckpoint {
    let mut all = CosignedCheckpoint::new(checkpoint);
    for n in who {
        all.add(&checkpoint.sign(account(*n), &signer(*n)).unwrap()).unwrap();
    }
    all
}

fn of(chain: &Chain, height: u64) -> Checkpoint {
    Checkpoint::of(chain.header(height), weight(chain.header(height)))
}

#[test]
fn k_of_n_must_sign() {
    use CheckpointError as E;
    let chain = Chain::new(9, |_| equal(1, 4));
    let checkpoint = of(&chain, 9);
    let three = cosigners(3);
    assert_eq!(three.verify(&cosigned(checkpoint, &[1, 2, 3])), Ok(3));
    assert_eq!(three.verify(&cosigned(checkpoint, &[5, 4, 3, 2, 1])), Ok(5));
    assert_eq!(three.verify(&cosigned(checkpoint, &[1, 2])), Err(E::NotEnough { got: 2, need: 3 }));
    // Whoever is not known does not count, and cannot spoil it.
    assert_eq!(three.verify(&cosigned(checkpoint, &[1, 2, 8, 9])), Err(E::NotEnough { got: 2, need: 3 }));
    let mut noisy = cosigned(checkpoint, &[1, 2, 3]);
    noisy
        .add(&SignedCheckpoint {
            institution: account(9),
            ..checkpoint.sign(account(1), &signer(1)).unwrap()
        })
        .unwrap();
    assert_eq!(three.verify(&noisy), Ok(3));
    // A known one's wrong signature refuses it: another's, or of another checkpoint.
    let forged =
        SignedCheckpoint { institution: account(4), ..checkpoint.sign(account(1), &signer(1)).unwrap() };
    let other = of(&chain, 8).sign(account(4), &signer(4)).unwrap();
    for bad in [forged, SignedCheckpoint { checkpoint, ..other }] {
        let mut spoilt = cosigned(checkpoint, &[1, 2, 3]);
        spoilt.add(&bad).unwrap();
        let error = three.verify(&spoilt).unwrap_err();
        assert!(matches!(error, E::Signature { institution, .. } if institution == account(4)), "{error}");
    }
    assert!(matches!(cosigned(checkpoint, &[1]).add(&other), Err(E::OtherHeader { .. })));
    // Every field is signed.
    let changes: [fn(&mut Checkpoint); 7] = [
        |c| c.chain.0[0] ^= 1,
        |c| c.height.0 ^= 1,
        |c| c.block.0[0] ^= 1,
        |c| c.state_root.0[0] ^= 1,
        |c| c.history_root.0[0] ^= 1,
        |c| c.weight = Weight::ONE,
        |c| c.time.0 ^= 1,
    ];
    for change in changes {
        let mut changed = checkpoint;
        change(&mut changed);
        let signed = checkpoint.sign(account(1), &signer(1)).unwrap();
        let (_, key) = equal(1, 1).get(&account(1)).map(|(v, k)| (*v, k.clone())).unwrap();
        assert!(signed.verify(&key).is_ok());
        assert!(SignedCheckpoint { checkpoint: changed, ..signed }.verify(&key).is_err());
        assert!(changed.check_header(chain.header(9)).is_err() || changed.weight != checkpoint.weight);
    }
}

#[test]
fn a_demand_can_be_met_and_no_key_counts_twice() {
    use CheckpointError as E;
    let key = |n: u16| (account(n), signer(n).public_key());
    let demand = |need, keys: &[(_, VerifyingKey)]| Cosigners::demand(need, keys.iter().copied());
    assert_eq!(demand(0, &[key(1)]), Err(E::Demand { need: 0, keys: 1 }));
    assert_eq!(demand(2, &[key(1)]), Err(E::Demand { need: 2, keys: 1 }));
    assert_eq!(demand(1, &[key(1), (account(2), signer(1).public_key())]), Err(E::Order));
    assert_eq!(demand(1, &[key(1), (account(1), signer(2).public_key())]), Err(E::Order));
    assert!(matches!(demand(1, &[(account(1), VerifyingKey([2; 32]))]), Err(E::Key { .. })));
    let many: Vec<_> = (0..91).map(key).collect();
    assert_eq!(demand(1, &many), Err(E::TooMany { limit: 90 }));
    let most = demand(60, &many[..90]).unwrap();
    assert_eq!(Cosigners::from_bytes(&most.to_bytes().unwrap()), Ok(most));
}

#[test]
fn wire_forms_are_in_order_and_keep_their_limits() {
    let chain = Chain::new(9, |_| equal(1, 4));
    let checkpoint = of(&chain, 9);
    assert_eq!(checkpoint.message().len(), 176);
    let all: Vec<u16> = (0..90).collect();
    let largest = cosigned(
        Checkpoint {
            height: Height(u64::MAX),
            time: Timestamp(u64::MAX),
            weight: Weight::from_be_bytes([0xff; 32]),
            ..checkpoint
        },
        &all,
    );
    let bytes = largest.to_bytes().unwrap();
    assert_eq!(CosignedCheckpoint::from_bytes(&bytes), Ok(largest));
    let few = cosigned(checkpoint, &[2, 1]).to_bytes().unwrap();
    assert_eq!(CosignedCheckpoint::from_bytes(&few), Ok(cosigned(checkpoint, &[1, 2])));
    // The same two in the other order, and one twice.
    let one = 1 + 34 + 66;
    let (head, tail) = few.split_at(few.len() - 2 * one);
    let (first, second) = tail.split_at(one);
    for wrong in [[head, second, first].concat(), [head, first, first].concat()] {
        assert!(CosignedCheckpoint::from_bytes(&wrong).is_err());
    }
    assert!(CosignedCheckpoint::from_bytes(&[head, first, second].concat()).is_ok());
}

#[test]
fn a_client_may_start_from_a_cosigned_checkpoint() {
    let chain = Chain::new(12, |h| equal(h as u16, 9));
    let at = cosigned(of(&chain, 10), &[1, 2, 3]);
    let (header, next) = (chain.header(10).clone(), chain.block(10).next_validators().clone());
    let anchor = StakeAnchor::cosigned(&cosigners(3), &at, header.clone(), next.clone()).unwrap();
    assert_eq!(anchor, chain.anchor(10));
    let mut client = StakeClient::new(anchor, &StakeParams::default());
    assert_eq!(client.update(chain.now(), chain.block(12)), Ok(Updated::Trusted));

    let few = StakeAnchor::cosigned(&cosigners(4), &at, header.clone(), next.clone());
    assert_eq!(few, Err(AnchorError::Checkpoint(CheckpointError::NotEnough { got: 3, need: 4 })));
    let other = StakeAnchor::cosigned(&cosigners(3), &at, chain.header(9).clone(), next.clone());
    assert!(matches!(other, Err(AnchorError::Checkpoint(CheckpointError::OtherHeader { .. }))));
    // Institutions that sign another state root for a block are not believed about the block either.
    let untrue = Checkpoint { state_root: Hash32([1; 32]), ..of(&chain, 10) };
    let untrue = StakeAnchor::cosigned(&cosigners(3), &cosigned(untrue, &[1, 2, 3]), header.clone(), next);
    assert!(matches!(untrue, Err(AnchorError::Checkpoint(CheckpointError::OtherHeader { .. }))));
    let wrong_set = StakeAnchor::cosigned(&cosigners(3), &at, header, equal(1, 9));
    assert!(matches!(wrong_set, Err(AnchorError::Validators { .. })));
}

#[test]
fn two_views_of_one_institution_convict_it() {
    use CheckpointError as E;
    let left = Chain::new(10, |_| equal(1, 4));
    let mut right = left.cut(5);
    right.extend(10, |_| equal(1, 4), 1, |_| true);
    let known = cosigners(1);
    let sign = |c: Checkpoint, n: u16| c.sign(account(n), &signer(n)).unwrap();

    let same = SplitView::same_height(sign(of(&left, 8), 1), sign(of(&right, 8), 1));
    assert_eq!(same.verify(&known), Ok(account(1)));
    assert_eq!(same, SplitView::same_height(sign(of(&right, 8), 1), sign(of(&left, 8), 1)), "one encoding");
    // It vouched for block 7 of one chain, and for block 9 of the other, whose history holds another block 7.
    let history = |older, newer, chain: &Chain| SplitView::History {
        older,
        newer,
        leaf: leaf(chain.header(7)),
        path: chain.history_path(7, 9),
    };
    let later = history(sign(of(&right, 7), 2), sign(of(&left, 9), 2), &left);
    assert_eq!(later.verify(&known), Ok(account(2)));
    for evidence in [&same, &later] {
        assert_eq!(SplitView::from_bytes(&evidence.to_bytes().unwrap()).as_ref(), Ok(evidence));
    }

    let verdict = |a, b| SplitView::same_height(a, b).verify(&known);
    let a = sign(of(&left, 8), 1);
    assert_eq!(verdict(a, a), Err(E::NoConflict));
    assert_eq!(verdict(a, sign(of(&left, 9), 1)), Err(E::NoConflict), "two heights of one chain");
    assert_eq!(verdict(a, sign(of(&right, 8), 2)), Err(E::NoConflict), "two institutions");
    let elsewhere = Checkpoint { chain: ehr_core::primitives::ChainId([1; 32]), ..of(&left, 8) };
    assert_eq!(verdict(a, sign(elsewhere, 1)), Err(E::NoConflict), "two chains");
    let b = sign(of(&right, 8), 1);
    let swapped = SplitView::SameHeight { first: a.max(b), second: a.min(b) };
    assert_eq!(swapped.verify(&known), Err(E::Order));
    let forged = SignedCheckpoint { signature: a.signature, ..b };
    assert!(matches!(verdict(a, forged), Err(E::Signature { .. })));
    assert_eq!(
        verdict(sign(of(&left, 8), 9), sign(of(&right, 8), 9)),
        Err(E::UnknownInstitution(account(9)))
    );
    // One history: the newer one holds the very block.
    let honest = history(sign(of(&left, 7), 2), sign(of(&left, 9), 2), &left);
    assert_eq!(honest.verify(&known), Err(E::NoConflict));
    // A leaf of a history that the newer one is not about.
    let framed = history(sign(of(&left, 7), 2), sign(of(&left, 9), 2), &right);
    assert!(matches!(framed.verify(&known), Err(E::History(_))));
    let backwards = history(sign(of(&left, 9), 2), sign(of(&right, 7), 2), &left);
    assert_eq!(backwards.verify(&known), Err(E::NoConflict));

    let (x, y) = (cosigned(of(&left, 8), &[1, 2, 3]), cosigned(of(&right, 8), &[3, 4, 2]));
    let both: Vec<_> = SplitView::between(&x, &y).iter().map(|s| s.verify(&known).unwrap()).collect();
    assert_eq!(both, [account(2), account(3)]);
    assert_eq!(SplitView::between(&x, &x), []);
    assert_eq!(SplitView::between(&x, &cosigned(of(&left, 9), &[1, 2])), []);
}

// Under proof of work.

fn rules() -> ProofOfWork {
    let difficulty = DifficultyRule::Fixed { target: CompactTarget::EASIEST };
    ProofOfWork { difficulty, genesis_time: START }
}

fn genesis() -> ProofHeader {
    ProofHeader {
        version: 1,
        shard: 0,
        bits: CompactTarget::EASIEST.bits(),
        chain: ProofHeader::chain_prefix(&CHAIN),
        prev: BlockId::ZERO,
        height: Height::ZERO,
        digest: Hash32::ZERO,
        time: START,
        nonce: 0,
    }
}

fn mined(parent: &ProofHeader, salt: u8) -> ProofHeader {
    let mut header = ProofHeader {
        prev: parent.id(),
        height: parent.height.next().unwrap(),
        digest: Hash32([salt; 32]),
        time: parent.time.plus(1000),
        ..*parent
    };
    while !CompactTarget::EASIEST.is_met_by(&header.id()) {
        header.nonce += 1;
    }
    header
}

/// So many headers on top of one.
fn branch(from: &ProofHeader, len: usize, salt: u8) -> Vec<ProofHeader> {
    let mut all = vec![*from];
    for _ in 0..len {
        all.push(mined(all.last().unwrap(), salt));
    }
    all.split_off(1)
}

/// What institutions say of a block when they know its weight.
fn work_checkpoint(header: &ProofHeader) -> Checkpoint {
    let one = rules().weight(&genesis());
    let weight = (0..header.height.0).fold(Weight::ZERO, |sum, _| sum.checked_add(one).unwrap());
    Checkpoint {
        chain: CHAIN,
        height: header.height,
        block: header.id(),
        state_root: Hash32::ZERO,
        history_root: Hash32::ZERO,
        weight,
        time: header.time,
    }
}

const LATE: Timestamp = Timestamp(START.0 + HOUR);

fn work_chain(max_reorg: u32) -> HeaderChain {
    let limits =
        Limits { max_reorg: NonZeroU32::new(max_reorg).unwrap(), confirmations: NonZeroU32::new(3).unwrap() };
    HeaderChain::new(Consensus::Work(rules()), limits, &TrustAnchor::genesis(&genesis()))
}

fn feed(chain: &mut HeaderChain, headers: &[ProofHeader]) {
    for header in headers {
        chain.accept(header, LATE).unwrap();
    }
}

#[test]
fn no_work_undoes_what_institutions_cosigned() {
    let honest = branch(&genesis(), 8, 1);
    let heavier = branch(&honest[2], 20, 2);
    let at = cosigned(work_checkpoint(&honest[4]), &[1, 2, 3]);

    let mut chain = work_chain(100).demand(cosigners(3));
    feed(&mut chain, &honest);
    assert_eq!(chain.final_height(), Height::ZERO, "nothing is cosigned yet");
    assert_eq!(chain.checkpoint(), TrustAnchor::genesis(&genesis()));
    assert_eq!(chain.pin(&at), Ok(Accepted::Extended));
    assert_eq!((chain.tip().id, chain.final_height()), (honest[7].id(), Height(5)));
    assert_eq!(chain.pinned(), Some(&at));
    assert_eq!(chain.pin(&at), Ok(Accepted::Known));
    assert_eq!(chain.accept(&heavier[0], LATE), Err(HeaderError::Orphan { prev: honest[2].id() }));
    // Cosigned, but not deep enough.
    chain.pin(&cosigned(work_checkpoint(&honest[7]), &[1, 2, 3])).unwrap();
    assert_eq!(chain.final_height(), Height(8));
    feed(&mut chain, &branch(&honest[7], 4, 3));
    assert_eq!(chain.final_height(), Height(8), "deep enough, but not cosigned");

    // Control: without institutions, work decides.
    let mut alone = work_chain(100);
    feed(&mut alone, &honest);
    feed(&mut alone, &heavier);
    assert_eq!(alone.tip().id, heavier[19].id());
    assert_eq!(alone.pin(&at), Err(CheckpointError::NoCosigners));

    // It came too late: the client followed the heavier branch, and comes back.
    let mut fooled = work_chain(100).demand(cosigners(3));
    feed(&mut fooled, &honest);
    feed(&mut fooled, &heavier);
    assert_eq!(fooled.pin(&at), Ok(Accepted::Reorganised { fork: Height(3) }));
    assert_eq!(fooled.tip().id, honest[7].id());
    assert_eq!(fooled.held(), 4, "the cosigned one and what is on top of it");
    let next = mined(&honest[7], 1);
    assert_eq!(fooled.accept(&next, LATE), Ok(Accepted::Extended));
}

#[test]
fn a_checkpoint_is_taken_only_as_demanded_and_of_a_held_header() {
    use CheckpointError as E;
    let honest = branch(&genesis(), 8, 1);
    let mut chain = work_chain(100).demand(cosigners(3));
    feed(&mut chain, &honest);
    let at = |n: usize| work_checkpoint(&honest[n]);
    assert_eq!(chain.pin(&cosigned(at(4), &[1, 2])), Err(E::NotEnough { got: 2, need: 3 }));
    let unseen = mined(&honest[7], 9);
    let not_held = E::NotHeld { height: Height(9), block: unseen.id() };
    assert_eq!(chain.pin(&cosigned(work_checkpoint(&unseen), &[1, 2, 3])), Err(not_held));
    let untrue = [
        Checkpoint { weight: Weight::ONE, ..at(4) },
        Checkpoint { time: LATE, ..at(4) },
        Checkpoint { height: Height(4), ..at(4) },
    ];
    for checkpoint in untrue {
        let error = chain.pin(&cosigned(checkpoint, &[1, 2, 3])).unwrap_err();
        assert_eq!(error, E::Untrue { height: checkpoint.height });
    }
    chain.pin(&cosigned(at(4), &[1, 2, 3])).unwrap();
    // Another block of the height, as well cosigned: somebody shows two histories.
    let other = work_checkpoint(&mined(&honest[3], 7));
    match chain.pin(&cosigned(other, &[3, 4, 5])) {
        Err(E::Split { height: Height(5), evidence }) => {
            assert_eq!(evidence.len(), 1);
            assert_eq!(evidence[0].verify(&cosigners(1)), Ok(account(3)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(chain.pinned().map(|c| c.checkpoint), Some(at(4)), "the first one stays");
    assert!(matches!(chain.pin(&cosigned(at(2), &[1, 2, 3])), Err(E::NotHeld { .. })), "older");
}

#[test]
fn a_work_client_starts_from_a_cosigned_checkpoint() {
    let honest = branch(&genesis(), 8, 1);
    let at = cosigned(work_checkpoint(&honest[4]), &[1, 2, 3]);
    let anchor = TrustAnchor::cosigned(&cosigners(3), &at, &honest[4]).unwrap();
    let mut whole = work_chain(100);
    feed(&mut whole, &honest[..7]);
    assert_eq!(whole.final_height(), Height(5));
    assert_eq!(whole.checkpoint(), anchor, "what a client that has seen everything believes");
    let other = TrustAnchor::cosigned(&cosigners(3), &at, &honest[5]);
    assert!(matches!(other, Err(CheckpointError::OtherHeader { .. })));
    let few = TrustAnchor::cosigned(&cosigners(4), &at, &honest[4]);
    assert_eq!(few, Err(CheckpointError::NotEnough { got: 3, need: 4 }));
    // Far below what a bounded chain holds, the cosigned block is still where to start from.
    let mut short = work_chain(2).demand(cosigners(3));
    feed(&mut short, &honest[..5]);
    short.pin(&at).unwrap();
    feed(&mut short, &honest[5..]);
    feed(&mut short, &branch(&honest[7], 5, 1));
    assert_eq!((short.final_height(), short.checkpoint()), (Height(5), anchor));
}

/// Everything ever seen, and the block all must descend from.
struct Model {
    seen: BTreeMap<BlockId, (ProofHeader, Weight)>,
    base: BlockId,
}

impl Model {
    fn descends(&self, mut id: BlockId) -> bool {
        loop {
            match self.seen.get(&id) {
                _ if id == self.base => return true,
                Some((header, _)) => id = header.prev,
                None => return false,
            }
        }
    }

    fn best(&self) -> BlockId {
        let all = self.seen.iter().filter(|(id, _)| self.descends(**id));
        all.map(|(id, (_, total))| Tip { total: *total, id: *id }).max().unwrap().id
    }
}

proptest! {
    /// Headers and checkpoints in any order: the tip is always the heaviest descendant of the last one pinned.
    #[test]
    fn the_tip_is_the_best_one_under_the_newest_checkpoint(steps in prop::collection::vec((any::<u8>(), 0u8..6), 1..40)) {
        let mut chain = work_chain(1000).demand(cosigners(1));
        let mut headers = vec![genesis()];
        let start = (genesis(), Weight::ZERO);
        let mut model = Model { seen: BTreeMap::from([(genesis().id(), start)]), base: genesis().id() };
        for (salt, (pick, kind)) in (0u8..).zip(steps) {
            let picked = headers[headers.len() - 1 - usize::from(pick) % headers.len().min(6)];
            if kind > 0 {
                let header = mined(&picked, salt);
                let taken = chain.accept(&header, LATE).is_ok();
                prop_assert_eq!(taken, model.descends(picked.id()));
                headers.push(header);
                if taken {
                    let total = work_checkpoint(&header).weight;
                    model.seen.insert(header.id(), (header, total));
                }
            } else {
                let pinned = chain.pin(&cosigned(work_checkpoint(&picked), &[1]));
                let old = model.base == picked.id();
                prop_assert_eq!(pinned.is_ok(), model.descends(picked.id()), "{:?} {}", pinned, old);
                if pinned.is_ok() {
                    model.base = picked.id();
                }
            }
            prop_assert_eq!(chain.tip().id, model.best());
            prop_assert!(chain.final_height() <= model.seen[&model.base].0.height);
        }
    }
}
