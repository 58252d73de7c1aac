//! What a phone is sent under stake: its size in a large state, every damage to it, and the golden vectors of this and
//! of forks and checkpoints.

mod golden;
mod light_entries;
mod stake_chain;

use ehr_core::block::Header;
use ehr_core::codec::Wire;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::ValidatorSet;
use ehr_core::crypto::signature::Signer;
use ehr_core::light::checkpoint::{Checkpoint, CosignedCheckpoint, Cosigners, SplitView};
use ehr_core::light::stake::{ForkProof, SetDelta, StakeClient, StakeError, StakeProof, Updated};
use ehr_core::light::{AncestorProof, LightError, LightProof, StateProof};
use ehr_core::merkle::sparse;
use ehr_core::primitives::{GrantId, Hash32, Height, Timestamp};
use ehr_core::state::{Entry, GrantEntry, Record, Version, VersionId};
use ehr_core::store::{LedgerStore, MemoryStore, Table};
use light_entries::*;
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use stake_chain::*;

/// A chain whose last block is of this state.
struct World {
    state: MemoryStore,
    chain: Chain,
}

impl World {
    fn new(entries: u64, height: u64, sets: impl Fn(u64) -> ValidatorSet) -> Self {
        let mut state = MemoryStore::new();
        let all = entries_and(entries);
        let tree = sparse::update(&state, &all).unwrap();
        let mut changes = tree.pages;
        for (key, value) in all {
            changes.put(Table::State, key.as_ref(), value.unwrap());
        }
        state.commit(&changes).unwrap();
        let mut chain = Chain::new(height - 1, &sets);
        let (validators, next) = (sets(height), sets(height + 1));
        let header = Header { state_root: tree.root, ..chain.child(&validators, &next, 0) };
        chain.push(decide(header, &validators, &next, |_| true));
        Self { state, chain }
    }

    fn fact<E: Entry>(&self, id: &E::Id) -> StateProof {
        use ehr_core::store::LedgerRead;
        let key = E::key(id);
        let value = self.state.get(Table::State, key.as_ref()).unwrap().map(ByteBuf::from);
        let path = sparse::prove(&self.state, &key).unwrap();
        StateProof { namespace: E::NAMESPACE, id: ByteBuf::from(id.as_ref()), value, path }
    }

    /// The record and its newest version, as of a height.
    fn record(&self, height: u64) -> LightProof {
        let mut proof = LightProof::of(self.chain.header(height).clone());
        proof.state.push(self.fact::<Record>(&RECORD));
        proof.state.push(self.fact::<Version>(&VersionId::new(RECORD, HEAD)));
        proof
    }

    /// For a client that trusts a height, or whose trust is not known.
    fn bundle(&self, height: u64, trusts: Option<u64>, proof: LightProof) -> StakeProof {
        let block = self.chain.block(height);
        let known = trusts.map(|h| self.chain.anchor(h));
        let sets = (&block.validators, block.next_validators());
        StakeProof::new(block.certificate.clone(), sets, known.as_ref().map(|a| a.next()), proof)
    }
}

fn size(bundle: &StakeProof) -> usize {
    let bytes = bundle.to_bytes().unwrap();
    assert_eq!(StakeProof::from_bytes(&bytes).as_ref(), Ok(bundle));
    bytes.len()
}

/// A third of the validators is new at height 10, another one at height 12. Powers as large as they get in years.
fn a_third_new_at_10_and_12(validators: u16, height: u64) -> ValidatorSet {
    let from = [1, 1 + validators / 3, 1 + 2 * (validators / 3)]
        [usize::from(height >= 10) + usize::from(height >= 12)];
    set(&(from..from + validators).map(|n| (n, 5_000_000_000 + u64::from(n))).collect::<Vec<_>>())
}

/// The figures phones are promised, with every validator's signature.
#[test]
fn a_phone_is_sent_4_kb_at_7_validators_and_6_kb_at_21() {
    for (validators, limit) in [(7u16, 4096), (21, 6144)] {
        let world = World::new(100_000, 11, |h| a_third_new_at_10_and_12(validators, h));
        let now = world.chain.now();
        let cases = [
            ("nothing changed", Some(10)),
            ("a third changed before and a third after", Some(8)),
            ("sets sent whole", None),
        ];
        let mut sizes = Vec::new();
        for (what, trusts) in cases {
            let bundle = world.bundle(11, trusts, world.record(11));
            sizes.push((what, size(&bundle)));
            let mut client = world.chain.client(trusts.unwrap_or(8));
            let proven = bundle.verify(now, &mut client).unwrap();
            assert_eq!(proven.entry::<Version>(&VersionId::new(RECORD, HEAD)), Ok(Some(version())));
            assert_eq!(client.trusted().id(), world.chain.header(11).id());
        }
        let mut grant = LightProof::of(world.chain.header(11).clone());
        grant.state.push(world.fact::<GrantEntry>(&GRANT));
        sizes.push(("a grant, nothing changed", size(&world.bundle(11, Some(10), grant))));
        println!("{validators} validators, bytes: {sizes:?}");
        for (what, bytes) in sizes {
            assert!(bytes <= limit, "{validators} validators, {what}: {bytes} bytes");
            assert!(bytes > 1700, "{what}: {bytes} bytes cannot hold header, certificate and path");
        }
    }
}

#[test]
fn every_byte_of_a_bundle_counts() {
    let sets = |h: u64| equal(h as u16 / 9, 4);
    let world = World::new(40, 9, sets);
    let now = world.chain.now();
    for trusts in [5, 8] {
        let bytes = world.bundle(9, Some(trusts), world.record(9)).to_bytes().unwrap();
        let client = world.chain.client(trusts);
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1 << (at % 8);
            if let Ok(bundle) = StakeProof::from_bytes(&bad) {
                let mut client = client.clone();
                assert!(bundle.verify(now, &mut client).is_err(), "byte {at} of {} changed", bytes.len());
                // Facts do not count for trust; whatever trust moved on to is the real header.
                let real = [world.chain.header(trusts).id(), world.chain.header(9).id()];
                assert!(real.contains(&client.trusted().id()));
            }
        }
    }
}

#[test]
fn facts_of_older_blocks_stand_on_what_is_trusted() {
    let mut world = World::new(40, 6, |_| equal(1, 4));
    world.chain.extend(20, |_| equal(1, 4), 3, |_| true);
    let older = |trusted: u64| {
        let mut proof = world.record(6);
        proof.ancestor = Some(AncestorProof {
            descendant: world.chain.header(trusted).clone(),
            total: weight(world.chain.header(6)),
            path: world.chain.history_path(6, trusted),
        });
        proof
    };
    let (now, mut client) = (world.chain.now(), world.chain.client(3));
    let bundle = world.bundle(20, Some(3), older(20));
    assert_eq!(bundle.verify(now, &mut client).unwrap().as_of().height, Height(6));
    assert_eq!(client.trusted().height(), Height(20));
    // Again, and on a header that was trusted before: no certificate is looked at.
    assert!(bundle.verify(now.plus(30 * 24 * HOUR), &mut client).is_ok());
    assert!(client.verify(&older(20)).is_ok());
    assert!(matches!(client.verify(&older(19)), Err(StakeError::Light(LightError::NotTrusted { .. }))));
    // A header of the other branch is no ancestor.
    let mut wrong = older(20);
    wrong.header.state_root = Hash32([1; 32]);
    assert!(matches!(client.verify(&wrong), Err(StakeError::Light(LightError::Ancestor { .. }))));
    // A bundle below what is trusted, and after a fork.
    let stale = world.bundle(15, Some(3), older(15));
    assert!(matches!(stale.verify(now, &mut client), Err(StakeError::Older { .. })));
    let mut other = world.chain.cut(19);
    other.extend(20, |_| equal(1, 4), 9, |_| true);
    assert!(matches!(client.update(now, other.block(20)), Err(StakeError::Fork(_))));
    assert_eq!(bundle.verify(now, &mut client).err(), Some(StakeError::Halted));
    assert_eq!(client.verify(&older(20)).err(), Some(StakeError::Halted));
}

#[test]
fn a_bundle_with_wrong_sets_or_too_far_ahead_is_refused() {
    let sets = |h: u64| equal(h as u16, 4);
    let world = World::new(40, 9, sets);
    let now = world.chain.now();
    let good = world.bundle(9, Some(8), world.record(9));
    let spoilt = |change: &dyn Fn(&mut StakeProof)| {
        let mut bad = good.clone();
        change(&mut bad);
        let mut client = world.chain.client(8);
        let error = bad.verify(now, &mut client).map(drop).unwrap_err();
        assert_eq!(client.trusted().height(), Height(8));
        error
    };
    assert!(matches!(spoilt(&|b| b.next = SetDelta::SAME), StakeError::Validators { .. }));
    let strangers = |b: &mut StakeProof| {
        b.validators = SetDelta::whole(&equal(50, 4));
        b.next = SetDelta::SAME;
    };
    assert!(matches!(spoilt(&strangers), StakeError::Validators { .. }));
    assert!(matches!(spoilt(&|b| b.next.gone = Some(vec![account(99)])), StakeError::NotMember(_)));
    let far = world.bundle(9, None, world.record(9));
    let error = far.verify(now, &mut world.chain.client(1)).map(drop).unwrap_err();
    assert_eq!(error, StakeError::Bisect { need: Height(5) });
    // A fact that does not hold: the header is final all the same.
    let mut lie = world.record(9);
    lie.state[0].value = None;
    let mut client = world.chain.client(8);
    assert!(matches!(world.bundle(9, Some(8), lie).verify(now, &mut client), Err(StakeError::Light(_))));
    assert_eq!(client.trusted().height(), Height(9));
}

fn wire(value: &impl Wire) -> String {
    hex::encode(value.to_bytes().unwrap())
}

/// A proof for a client that trusts a height, and what it shows.
fn proof_vector(what: &str, chain: &Chain, trusts: u64, bundle: &StakeProof) -> Value {
    let (mut client, now) = (chain.client(trusts), chain.now());
    let proven = bundle.verify(now, &mut client).unwrap();
    json!({
        "what": what,
        "from": wire(&chain.anchor(trusts)),
        "now": now.0,
        "proof": wire(bundle),
        "as_of": proven.id().to_string(),
        "height": proven.as_of().height.0,
        "keys": bundle.proof.state.iter().map(|fact| fact.key().to_string()).collect::<Vec<_>>(),
        "values": bundle.proof.state.iter().map(|f| f.value.as_ref().map(hex::encode)).collect::<Vec<_>>(),
        "anchor": wire(client.trusted()),
    })
}

#[test]
fn golden_bytes() {
    let trusting_ms = StakeParams::default().trusting_ms;
    let sets = |h: u64| if h <= 6 { equal(1, 4) } else { equal(2 + h as u16 / 12, 4) };
    let mut world = World::new(20, 9, sets);
    world.chain.extend(20, sets, 3, |_| true);
    let (chain, anchor) = (&world.chain, world.chain.anchor(3));
    let now = chain.now();

    // Steps from one anchor.
    let step = |what: &str, block: &ehr_core::light::stake::LightBlock, now: Timestamp| {
        let mut client = StakeClient::new(anchor.clone(), &StakeParams::default());
        let (verdict, need) = match client.update(now, block) {
            Ok(Updated::Trusted) => ("trusted", None),
            Ok(Updated::Known) => ("known", None),
            Err(StakeError::Bisect { need }) => ("bisect", Some(need.0)),
            Err(StakeError::Expired { .. }) => ("expired", None),
            Err(_) => ("refused", None),
        };
        let after = (verdict == "trusted").then(|| wire(client.trusted()));
        json!({ "what": what, "now": now.0, "block": wire(block), "verdict": verdict, "need": need, "anchor": after })
    };
    let mut undecided = chain.block(5).clone();
    undecided.certificate = certify(&CHAIN, &undecided.header, &undecided.validators, 0, |n| n < 3);
    let mut strangers = child(chain.header(3), &equal(50, 4), &equal(50, 4), 1);
    let made_up = decide(strangers.clone(), &equal(50, 4), &equal(50, 4), |_| true);
    strangers.height = Height(18);
    let far = decide(strangers, &equal(50, 4), &equal(50, 4), |_| true);
    let late = Timestamp(anchor.time().0 + trusting_ms);
    let steps = vec![
        step("the next height", chain.block(4), now),
        step("a later height, the same set", chain.block(5), now),
        step("a set that keeps three of four", chain.block(9), now),
        step("the last moment of the trusting period", chain.block(9), late.minus(1)),
        step("the trusting period is over", chain.block(9), late),
        step("too few of the trusted ones signed", &far, now),
        step("the next height, decided by others", &made_up, now),
        step("half of the power signed", &undecided, now),
        step("too far in the future", chain.block(9), chain.header(9).time.minus(10_001)),
    ];

    // Proofs for phones.
    let absent = {
        let mut proof = LightProof::of(chain.header(9).clone());
        proof.state.push(world.fact::<GrantEntry>(&GrantId([0x77; 32])));
        proof
    };
    let mut older = world.record(9);
    older.ancestor = Some(AncestorProof {
        descendant: chain.header(14).clone(),
        total: weight(chain.header(9)),
        path: chain.history_path(9, 14),
    });
    let mut proofs: Vec<Value> = [
        ("a record, sets as changes", world.bundle(9, Some(3), world.record(9))),
        ("a record, sets whole", world.bundle(9, None, world.record(9))),
        ("no such grant", world.bundle(9, Some(3), absent)),
        ("a record under a later header", world.bundle(14, Some(3), older)),
    ]
    .iter()
    .map(|(what, bundle)| proof_vector(what, chain, 3, bundle))
    .collect();
    // As long as they get: this one is what verifying on a phone is measured with.
    let large = World::new(1_000, 11, |h| a_third_new_at_10_and_12(21, h));
    let bundle = large.bundle(11, None, large.record(11));
    assert!(size(&bundle) > 5_000);
    proofs.push(proof_vector("21 validators, sets whole", &large.chain, 8, &bundle));
    let bytes = world.bundle(9, Some(3), world.record(9)).to_bytes().unwrap();
    let refused: Vec<_> = [0, 1, 60, 200, bytes.len() / 2, bytes.len() - 1]
        .iter()
        .map(|at| {
            let mut bad = bytes.clone();
            bad[*at] ^= 0x10;
            let accepted =
                StakeProof::from_bytes(&bad).is_ok_and(|b| b.verify(now, &mut chain.client(3)).is_ok());
            assert!(!accepted, "{at}");
            hex::encode(bad)
        })
        .collect();

    // Forks.
    let mut other = chain.cut(4);
    other.extend(5, sets, 9, |n| n != 1);
    let mut later = other.block(5).clone();
    later.certificate = certify(&CHAIN, &later.header, &later.validators, 2, |n| n != 2);
    let forks: Vec<Value> = [("one round", other.block(5).clone()), ("two rounds", later)]
        .into_iter()
        .map(|(what, second)| {
            let proof =
                ForkProof { base: anchor.id(), first: vec![chain.block(5).clone()], second: vec![second] };
            let verdict = proof.verify(&anchor).unwrap();
            let texts = |all: &[ehr_core::primitives::AccountId]| {
                all.iter().map(|a| a.to_string()).collect::<Vec<_>>()
            };
            json!({
                "what": what,
                "proof": wire(&proof),
                "height": verdict.height.0,
                "blocks": verdict.blocks.map(|b| b.to_string()),
                "offenders": texts(&verdict.offenders),
                "signed": verdict.signed.each_ref().map(|s| texts(s)),
                "evidence": verdict.evidence.iter().map(wire).collect::<Vec<_>>(),
            })
        })
        .collect();
    let no_fork = ForkProof { base: anchor.id(), first: vec![chain.block(5).clone()], second: vec![made_up] };
    assert!(no_fork.verify(&anchor).is_err());

    // Checkpoints.
    let of = |chain: &Chain, h: u64| Checkpoint::of(chain.header(h), weight(chain.header(h)));
    let keys = (1..=3).map(|n| (account(n), signer(n).public_key()));
    let cosigners = Cosigners::demand(2, keys).unwrap();
    let cosign = |checkpoint: Checkpoint, who: &[u16]| {
        let mut all = CosignedCheckpoint::new(checkpoint);
        for n in who {
            all.add(&checkpoint.sign(account(*n), &signer(*n)).unwrap()).unwrap();
        }
        all
    };
    let checkpoint = of(chain, 9);
    let good = cosign(checkpoint, &[1, 3]);
    assert_eq!(cosigners.verify(&good), Ok(2));
    let mut forged = cosign(checkpoint, &[1, 2]);
    let stolen = checkpoint.sign(account(3), &signer(1)).unwrap();
    forged.add(&stolen).unwrap();
    let bad = [cosign(checkpoint, &[1]), cosign(checkpoint, &[1, 9]), forged];
    assert!(bad.iter().all(|c| cosigners.verify(c).is_err()));
    let sign = |c: Checkpoint, n: u16| c.sign(account(n), &signer(n)).unwrap();
    let split = [
        SplitView::same_height(sign(of(chain, 5), 1), sign(of(&other, 5), 1)),
        SplitView::History {
            older: sign(of(&other, 5), 2),
            newer: sign(checkpoint, 2),
            leaf: leaf(chain.header(5)),
            path: chain.history_path(5, 9),
        },
    ];
    let honest = SplitView::same_height(sign(of(chain, 5), 1), sign(of(chain, 6), 1));
    assert!(honest.verify(&cosigners).is_err());

    golden::check(
        "light_stake",
        &json!({
            "rules": "docs/spec/light-stake.md, docs/spec/checkpoints.md",
            "trusting_ms": trusting_ms,
            "now": now.0,
            "anchor": {
                "bytes": wire(&anchor),
                "header": wire(anchor.header()),
                "id": anchor.id().to_string(),
                "height": anchor.height().0,
                "next": wire(anchor.next()),
            },
            "steps": steps,
            "proofs": proofs,
            "proofs_refused": refused,
            "forks": forks,
            "forks_refused": [wire(&no_fork)],
            "checkpoint": {
                "header": wire(chain.header(9)),
                "weight": hex::encode(checkpoint.weight.to_be_bytes()),
                "next": wire(chain.block(9).next_validators()),
                "anchor": wire(&chain.anchor(9)),
                "bytes": wire(&checkpoint),
                "message": hex::encode(checkpoint.message()),
                "signed": wire(&sign(checkpoint, 1)),
                "key": signer(1).public_key(),
                "signature": sign(checkpoint, 1).signature,
                "cosigners": wire(&cosigners),
                "need": cosigners.need(),
                "cosigned": wire(&good),
                "cosigned_by": good.signed().map(|s| s.institution.to_string()).collect::<Vec<_>>(),
                "refused": bad.each_ref().map(wire),
            },
            "split_views": split
                .iter()
                .map(|s| json!({ "bytes": wire(s), "institution": s.verify(&cosigners).unwrap().to_string() }))
                .collect::<Vec<_>>(),
            "split_views_refused": [wire(&honest)],
        }),
    );
}
