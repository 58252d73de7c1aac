//! Forks, and the attacks a light client under stake is there to withstand, each with a control: a client that lacks
//! the rule falls for it.

mod stake_chain;

use ehr_core::codec::Wire;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{CertificateError, Evidence, ValidatorSet};
use ehr_core::light::stake::{ForkProof, LightBlock, StakeClient, StakeError, Updated, Verdict};
use ehr_core::primitives::{AccountId, ChainId, Height, Timestamp};
use stake_chain::*;

const DAY: u64 = 24 * HOUR;

fn names(accounts: &[AccountId]) -> Vec<u16> {
    accounts.iter().map(number).collect()
}

/// Two chains of one set that part above a height, each decided by some.
fn fork(above: u64, to: u64, a: fn(u16) -> bool, b: fn(u16) -> bool) -> (Chain, Chain) {
    let common = Chain::new(above, |_| equal(1, 4));
    let (mut left, mut right) = (common.clone(), common);
    left.extend(to, |_| equal(1, 4), 1, a);
    right.extend(to, |_| equal(1, 4), 2, b);
    (left, right)
}

fn fork_of(result: Result<Updated, StakeError>) -> ForkProof {
    match result {
        Err(StakeError::Fork(proof)) => *proof,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_blocks_of_one_round_convict_who_signed_both() {
    let (left, right) = fork(5, 6, |n| n <= 3, |n| n >= 2);
    let mut client = left.client(3);
    client.update(left.now(), left.block(6)).unwrap();
    let proof = fork_of(client.update(left.now(), right.block(6)));
    assert!(client.is_halted());
    assert_eq!(client.update(left.now(), left.block(6)), Err(StakeError::Halted));

    assert_eq!(proof.base, left.header(3).id());
    let verdict = proof.verify(&left.anchor(3)).unwrap();
    assert_eq!((verdict.height, names(&verdict.offenders)), (Height(6), vec![2, 3]));
    assert_eq!(verdict.blocks, [left.header(6).id(), right.header(6).id()]);
    assert_eq!(verdict.signed.map(|s| names(&s)), [vec![1, 2, 3], vec![2, 3, 4]]);
    // The ledger takes each as it is.
    let set = equal(1, 4);
    let convicted: Vec<_> =
        verdict.evidence.iter().map(|e| e.verify(&CHAIN, &set).unwrap().account).collect();
    assert_eq!(convicted, verdict.offenders);
    for evidence in &verdict.evidence {
        assert_eq!(Evidence::from_bytes(&evidence.to_bytes().unwrap()).as_ref(), Ok(evidence));
    }
    let bytes = proof.to_bytes().unwrap();
    assert_eq!(ForkProof::from_bytes(&bytes), Ok(proof));
}

#[test]
fn two_blocks_of_two_rounds_accuse_without_convicting_by_votes() {
    let (left, right) = fork(5, 6, |_| true, |_| true);
    let mut later = right.block(6).clone();
    later.certificate = certify(&CHAIN, &later.header, &later.validators, 1, |n| n != 4);
    let mut client = left.client(5);
    client.update(left.now(), left.block(6)).unwrap();
    let Verdict { offenders, evidence, .. } =
        fork_of(client.update(left.now(), &later)).verify(&left.anchor(5)).unwrap();
    assert_eq!((names(&offenders), evidence.len()), (vec![1, 2, 3], 0));
}

#[test]
fn only_what_would_be_trusted_is_a_fork() {
    let (left, right) = fork(5, 9, |_| true, |_| true);
    let now = left.now();
    let mut client = left.client(0);
    client.update(now, left.block(6)).unwrap();
    client.update(now, left.block(9)).unwrap();
    // Nothing is halted by anything that is not decided.
    let mut half = right.block(6).clone();
    half.certificate = certify(&CHAIN, &half.header, &half.validators, 0, |n| n <= 2);
    let strangers =
        decide(child(left.header(5), &equal(9, 4), &equal(9, 4), 3), &equal(9, 4), &equal(9, 4), |_| true);
    for block in [&half, &strangers] {
        assert!(!matches!(client.update(now, block), Err(StakeError::Fork(_)) | Ok(_)));
        assert!(!client.is_halted());
    }
    assert!(matches!(client.update(now, right.block(8)), Err(StakeError::Older { .. })), "not held");
    // In both directions, at a height between.
    let proof = fork_of(client.clone().update(now, right.block(6)));
    assert!(proof.verify(&left.anchor(0)).is_ok());
    let last = fork_of(client.clone().update(now, right.block(9)));
    assert_eq!(last.base, left.header(6).id());
    // Without a certificate of the anchor there is nothing to prove.
    let mut late = left.client(6);
    assert!(matches!(late.update(now, right.block(6)), Err(StakeError::Contradicts { .. })));
    let long_ago = client.update(now.plus(30 * DAY), right.block(6));
    assert!(matches!(long_ago, Err(StakeError::Older { .. })), "{long_ago:?}");
}

/// What anybody can make up must neither ask for a checkpoint nor for other blocks: a client that trusts a fresh header
/// has no need of either.
#[test]
fn made_up_blocks_at_heights_held_ask_for_nothing() {
    let sets = |h: u64| if h <= 5 { equal(1, 4) } else { equal(3, 4) };
    let mut chain = Chain::new(9, sets);
    let mut client = chain.client(0);
    for height in [5, 9] {
        client.update(chain.now(), chain.block(height)).unwrap();
    }
    let strangers = equal(50, 4);
    let header = child(chain.header(8), &strangers, &strangers, 1);
    let made_up = decide(header, &strangers, &strangers, |_| true);
    let older = |height, trusted| Err(StakeError::Older { got: Height(height), trusted: Height(trusted) });
    assert_eq!(client.update(chain.now(), &made_up), older(9, 9), "not Bisect");
    // Fifteen days later it trusts a block of that day, and holds those from before.
    let mut late = chain.child(&sets(10), &sets(11), 0);
    late.time = late.time.plus(13 * DAY);
    chain.push(decide(late, &sets(10), &sets(11), |_| true));
    client.update(chain.now(), chain.block(10)).unwrap();
    let now = chain.now().plus(2 * DAY);
    assert_eq!(client.update(now, &made_up), older(9, 10), "not Expired");
    assert_eq!(client.update(now, chain.block(10)), Ok(Updated::Known));
}

#[test]
fn a_fork_proof_is_refused_unless_it_proves_one() {
    let (left, right) = fork(5, 7, |_| true, |_| true);
    let base = left.anchor(4);
    let good = ForkProof {
        base: base.id(),
        first: vec![left.block(7).clone()],
        second: vec![right.block(6).clone(), right.block(7).clone()],
    };
    assert_eq!(good.verify(&base).unwrap().offenders.len(), 4);
    let spoilt = |change: &dyn Fn(&mut ForkProof)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.verify(&base).unwrap_err()
    };
    assert_eq!(good.verify(&left.anchor(3)), Err(StakeError::NoFork), "another base");
    assert_eq!(spoilt(&|p| p.second.clear()), StakeError::NoFork);
    assert_eq!(spoilt(&|p| p.second = p.first.clone()), StakeError::NoFork, "the same block");
    assert_eq!(spoilt(&|p| drop(p.second.pop())), StakeError::NoFork, "other heights");
    let long = vec![right.block(6).clone(); 40];
    assert_eq!(spoilt(&|p| p.second.splice(0..1, long.clone()).for_each(drop)), StakeError::NoFork);
    assert!(matches!(spoilt(&|p| p.second.swap(0, 1)), StakeError::NoFork));
    let half = certify(&CHAIN, right.header(7), &equal(1, 4), 0, |n| n < 3);
    let undecided = spoilt(&|p| p.second[1].certificate = half.clone());
    assert!(matches!(undecided, StakeError::Certificate(CertificateError::NotEnough { .. })), "{undecided}");
    // Two made-up blocks of a made-up set convict nobody.
    let fake = Chain::new(7, |_| equal(50, 4));
    let mut other = fake.cut(5);
    other.extend(7, |_| equal(50, 4), 1, |_| true);
    let framed = ForkProof {
        base: base.id(),
        first: vec![fake.block(7).clone()],
        second: vec![other.block(7).clone()],
    };
    assert!(matches!(framed.verify(&base), Err(StakeError::Bisect { .. })));
}

/// Two peers, a client for each: where they part is proven with the steps each took.
#[test]
fn two_clients_led_by_two_peers_find_where_they_part() {
    let sets = |h: u64| equal(h as u16, 9);
    let common = Chain::new(20, sets);
    let (mut left, mut right) = (common.clone(), common);
    left.extend(50, sets, 1, |_| true);
    right.extend(50, sets, 2, |_| true);
    let follow = |chain: &Chain, from: u64| {
        let mut client = chain.client(from);
        let fetch = |h: Height| Some(chain.block(h.0).clone());
        client.verify_to(chain.now(), Height(50), fetch).unwrap();
        client
    };
    let (a, b) = (follow(&left, 10), follow(&right, 10));
    let proof = fork_of(a.compare(&b).map(|_| Updated::Known));
    let base = (10..=20).map(|h| left.anchor(h)).find(|anchor| anchor.id() == proof.base).unwrap();
    let verdict = proof.verify(&base).unwrap();
    assert!(verdict.height.0 > 20 && !verdict.offenders.is_empty());
    assert_eq!(verdict.evidence.len(), verdict.offenders.len());
    assert_eq!(a.compare(&a), Ok(Some(Height(50))));
    assert_eq!(follow(&left, 10).compare(&follow(&left, 12)), Ok(Some(Height(50))));
    let behind = left.client(10);
    assert_eq!(behind.compare(&a), Ok(Some(Height(10))), "nothing above the anchor was compared");
    assert_eq!(left.client(11).compare(&left.client(12)), Ok(None), "nothing at all was");
}

/// A peer that leads its client through more blocks than are kept cannot hide that it leads elsewhere.
#[test]
fn a_contradiction_is_seen_even_if_it_cannot_be_proven() {
    let (left, right) = fork(5, 50, |_| true, |_| true);
    let (mut a, mut b) = (left.client(3), right.client(3));
    a.update(left.now(), left.block(50)).unwrap();
    for height in 4..=50 {
        b.update(right.now(), right.block(height)).unwrap();
    }
    let (ours, theirs) = (left.header(50).id(), right.header(50).id());
    let parted = |held, got| Err(StakeError::Contradicts { height: Height(50), held, got });
    assert_eq!(a.compare(&b), parted(ours, theirs));
    assert_eq!(b.compare(&a), parted(theirs, ours));
    // As many as are kept are enough to prove it.
    let (mut c, mut d) = (left.client(3), right.client(3));
    for height in 4..=35 {
        c.update(left.now(), left.block(height)).unwrap();
        d.update(right.now(), right.block(height)).unwrap();
    }
    let proof = fork_of(c.compare(&d).map(|_| Updated::Known));
    assert_eq!((proof.base, proof.height()), (left.header(5).id(), Height(6)));
    assert!(proof.verify(&left.anchor(5)).is_ok());
}

/// What withdrew its stake long ago signs another history.
struct LongRange {
    /// What happened: 1 to 4 decided up to height 10, 22 days pass, 11 to 14 go on.
    real: Chain,
    /// What 1 to 4 say now: they never left, and block 10 was another one.
    made_up: Chain,
}

impl LongRange {
    fn new() -> Self {
        let sets = |h: u64| if h <= 10 { equal(1, 4) } else { equal(11, 4) };
        let mut real = Chain::new(10, sets);
        let mut made_up = real.cut(9);
        let push_late = |chain: &mut Chain, validators: ValidatorSet, next: ValidatorSet| {
            let mut header = chain.child(&validators, &next, 7);
            header.time = START.plus(22 * DAY);
            chain.push(decide(header, &validators, &next, |_| true));
        };
        push_late(&mut real, sets(11), sets(12));
        real.extend(20, sets, 0, |_| true);
        push_late(&mut made_up, equal(1, 4), equal(1, 4));
        made_up.extend(20, |_| equal(1, 4), 8, |_| true);
        assert!(22 * DAY > StakeParams::default().unbonding_ms);
        Self { real, made_up }
    }

    fn now(&self) -> Timestamp {
        self.real.now()
    }
}

fn client(chain: &Chain, height: u64, trusting_ms: u64) -> StakeClient {
    StakeClient::new(chain.anchor(height), &StakeParams { trusting_ms, ..StakeParams::default() })
}

#[test]
fn an_alternative_history_by_withdrawn_keys_is_refused() {
    let LongRange { real, made_up } = &LongRange::new();
    let now = LongRange::new().now();
    let trusting = StakeParams::default().trusting_ms;
    // A client that was away too long trusts neither.
    for chain in [real, made_up] {
        let mut old = client(real, 9, trusting);
        assert!(matches!(old.update(now, chain.block(10)), Err(StakeError::Expired { .. })));
        assert!(matches!(old.update(now, chain.block(20)), Err(StakeError::Expired { .. })));
    }
    // A client with a checkpoint newer than the fork refuses every block of it, however it comes.
    for height in 12..=20 {
        let mut fresh = client(real, 11, trusting);
        assert!(fresh.update(now, made_up.block(height)).is_err());
        let fetch = |h: Height| Some(made_up.block(h.0).clone());
        assert!(fresh.verify_to(now, Height(height), fetch).is_err());
        assert_eq!(fresh.trusted().id(), real.header(11).id());
        assert_eq!(fresh.update(now, real.block(height)), Ok(Updated::Trusted));
    }
    let at_the_anchor = client(real, 11, trusting).update(now, made_up.block(11));
    assert!(matches!(at_the_anchor, Err(StakeError::Contradicts { .. })));
    // Controls: without the trusting period the first client takes it, without the trust check the second.
    assert_eq!(client(real, 9, u64::MAX).update(now, made_up.block(10)), Ok(Updated::Trusted));
    let anybody = client(real, 11, trusting).trusting_anybody().update(now, made_up.block(20));
    assert_eq!(anybody, Ok(Updated::Trusted));
}

#[test]
fn votes_for_another_chain_or_height_are_refused() {
    let chain = Chain::new(9, |_| equal(1, 4));
    let now = chain.now();
    let refused = |block: &LightBlock| chain.client(5).update(now, block).unwrap_err();
    for height in [6, 9] {
        let good = chain.block(height);
        // The same validators sign the same header for a chain with other genesis.
        let elsewhere = certify(&ChainId([1; 32]), &good.header, &good.validators, 0, |_| true);
        let error = refused(&LightBlock { certificate: elsewhere, ..good.clone() });
        assert!(
            matches!(error, StakeError::Certificate(CertificateError::Signatures(who)) if who.len() == 4)
        );
        // Votes of another height and block, as they are and renamed.
        let mut replayed = chain.block(7).certificate.clone();
        let error = refused(&LightBlock { certificate: chain.block(8).certificate.clone(), ..good.clone() });
        assert!(matches!(error, StakeError::OtherBlock { .. }), "{error}");
        (replayed.height, replayed.block) = (good.header.height, good.header.id());
        let error = refused(&LightBlock { certificate: replayed, ..good.clone() });
        assert!(matches!(error, StakeError::Certificate(CertificateError::Signatures(_))), "{error}");
        // A vote of another round does not count for this one.
        let mut renamed = good.certificate.clone();
        renamed.round = 1;
        let error = refused(&LightBlock { certificate: renamed, ..good.clone() });
        assert!(matches!(error, StakeError::Certificate(CertificateError::Signatures(_))), "{error}");
        // A header of another chain that its validators did decide.
        let mut header = good.header.clone();
        header.chain_id = ChainId([1; 32]);
        let certificate = certify(&header.chain_id, &header, &good.validators, 0, |_| true);
        let error = refused(&LightBlock { header, certificate, ..good.clone() });
        assert_eq!(error, StakeError::OtherChain { got: ChainId([1; 32]) });
    }
}

/// Nine validators of equal power are trusted; some of them are corrupt and make up a set with friends.
fn conspiracy(corrupt: u16, power: u64) -> (Chain, LightBlock) {
    let chain = Chain::new(5, |_| equal(1, 9));
    let members: Vec<_> = (1..=corrupt).map(|n| (n, power)).chain((100..105).map(|n| (n, 1))).collect();
    let fake = set(&members);
    let mut header = child(chain.header(5), &fake, &fake, 6);
    header.height = Height(50);
    (chain, decide(header, &fake, &fake, |_| true))
}

#[test]
fn a_third_of_the_trusted_power_is_not_enough() {
    for power in [1, 1_000_000] {
        for corrupt in 0..=3 {
            let (chain, lie) = conspiracy(corrupt, power);
            let now = chain.now();
            assert_eq!(chain.client(5).update(now, &lie), Err(StakeError::Bisect { need: Height(27) }));
            // Asked for what is between, they have nothing that the trusted header leads to.
            let mut next = lie.clone();
            next.header.height = Height(6);
            next.certificate = certify(&CHAIN, &next.header, &next.validators, 0, |_| true);
            let error = chain.client(5).update(now, &next).unwrap_err();
            assert!(matches!(error, StakeError::Validators { .. }), "{error}");
            // Control: without the check the lie is taken.
            assert_eq!(chain.client(5).trusting_anybody().update(now, &lie), Ok(Updated::Trusted));
        }
        // More than a third are trusted to hold somebody honest: the rule is exact.
        let (chain, lie) = conspiracy(4, power);
        assert_eq!(chain.client(5).update(chain.now(), &lie), Ok(Updated::Trusted));
    }
}

#[test]
fn trusted_names_with_other_keys_or_without_signatures_do_not_count() {
    let chain = Chain::new(5, |_| equal(1, 9));
    let now = chain.now();
    // The names of all nine, with keys of the attacker's.
    let stolen: Vec<_> = (1..=9)
        .map(|n| ehr_core::consensus::bft::Validator { account: account(n), ..validator(200 + n, 1) })
        .collect();
    let fake = ValidatorSet::new(stolen).unwrap();
    let mut header = child(chain.header(5), &fake, &fake, 6);
    header.height = Height(50);
    let votes = fake.iter().map(|v| {
        let unsigned = certify(&CHAIN, &header, &equal(200 + number(&v.account), 1), 0, |_| true);
        let own = equal(200 + number(&v.account), 1);
        (v.account, unsigned.signers(&own).unwrap()[0].1)
    });
    let certificate =
        ehr_core::consensus::bft::Certificate::new((header.height, 0, header.id()), votes, &fake).unwrap();
    let lie = LightBlock { header, certificate, validators: fake.clone(), next: None };
    assert_eq!(
        lie.certificate.verify(&CHAIN, &fake),
        Ok(9),
        "the votes are good by the stolen names' new keys"
    );
    assert_eq!(chain.client(5).update(now, &lie), Err(StakeError::Bisect { need: Height(27) }));
    assert_eq!(chain.client(5).trusting_anybody().update(now, &lie), Ok(Updated::Trusted));
    // All nine claimed as signers of a block they never saw.
    let real = equal(1, 9);
    let mut header = chain.header(5).clone();
    header.height = Height(50);
    header.time = header.time.plus(1);
    let mut certificate = chain.block(5).certificate.clone();
    (certificate.height, certificate.block) = (header.height, header.id());
    let claimed = LightBlock { header, certificate, validators: real, next: None };
    let error = chain.client(5).update(now, &claimed).unwrap_err();
    assert!(matches!(error, StakeError::Certificate(CertificateError::Signatures(_))), "{error}");
}
