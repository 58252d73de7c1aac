//! The light client under stake: every rule and its breach, bisection, and a naive model of what must be taken.

mod stake_chain;

use ehr_core::block::{Header, Seal};
use ehr_core::codec::{Wire, limits};
use ehr_core::consensus::bft::{CertificateError, ValidatorSet};
use ehr_core::consensus::{SealError, StakeParams, TimeError};
use ehr_core::light::stake::{
    AnchorError, Bisection, LightBlock, Progress, SetDelta, StakeAnchor, StakeClient, StakeError, Updated,
};
use ehr_core::primitives::{BlockId, ChainId, Hash32, Height, Timestamp};
use proptest::prelude::*;
use stake_chain::*;

fn four() -> ValidatorSet {
    equal(1, 4)
}

fn update(client: &StakeClient, now: Timestamp, block: &LightBlock) -> Result<Updated, StakeError> {
    client.clone().update(now, block)
}

#[test]
fn a_client_follows_one_by_one_and_in_leaps_in_bounded_memory() {
    let chain = Chain::new(100, |_| four());
    let now = chain.now();
    let mut steps = chain.client(0);
    for block in &chain.blocks {
        assert_eq!(steps.update(now, block), Ok(Updated::Trusted));
        assert_eq!(steps.trusted().id(), block.header.id());
        assert!(steps.held() <= limits::MAX_LIGHT_STEPS);
    }
    assert_eq!(steps.held(), limits::MAX_LIGHT_STEPS);
    let mut leap = chain.client(0);
    assert_eq!(leap.update(now, chain.block(100)), Ok(Updated::Trusted));
    assert_eq!(leap.trusted(), steps.trusted());
    assert_eq!(leap.held(), 1);

    assert_eq!(steps.update(now, chain.block(100)), Ok(Updated::Known));
    assert_eq!(steps.update(now, chain.block(80)), Ok(Updated::Known));
    let older = StakeError::Older { got: Height(80), trusted: Height(100) };
    assert_eq!(leap.update(now, chain.block(80)), Err(older), "nothing to compare it with");
}

#[test]
fn a_set_handed_over_is_known_by_its_hash() {
    let sets = |h: u64| equal(1 + h as u16 / 3, 4);
    let chain = Chain::new(30, sets);
    let mut client = chain.client(0);
    for block in &chain.blocks {
        assert_eq!(client.update(chain.now(), block), Ok(Updated::Trusted));
    }
    // The right signatures of the wrong set.
    let other = equal(50, 4);
    let header = child(chain.header(10), &other, &other, 1);
    let error = update(&client_at(&chain, 10), chain.now(), &decide(header, &other, &other, |_| true));
    assert!(
        matches!(error, Err(StakeError::Validators { want, .. }) if want == sets(11).hash()),
        "{error:?}"
    );
}

fn client_at(chain: &Chain, height: u64) -> StakeClient {
    chain.client(height)
}

#[test]
fn a_block_is_refused_for_every_rule_it_breaks() {
    let chain = Chain::new(9, |_| four());
    let (client, now) = (chain.client(5), chain.now());
    let refused = |block: &LightBlock| update(&client, now, block).unwrap_err();
    for height in [6, 9] {
        let good = chain.block(height);
        assert_eq!(update(&client, now, good), Ok(Updated::Trusted));
        let changed = |change: &dyn Fn(&mut Header)| {
            let mut header = good.header.clone();
            change(&mut header);
            let certificate = certify(&CHAIN, &header, &good.validators, 0, |_| true);
            refused(&LightBlock { header, certificate, ..good.clone() })
        };
        let elsewhere = ChainId([1; 32]);
        assert_eq!(changed(&|h| h.chain_id = elsewhere), StakeError::OtherChain { got: elsewhere });
        assert_eq!(changed(&|h| h.shard = 3), SealError::OtherShard { got: 3, want: 0 }.into());
        assert_eq!(changed(&|h| h.version = 2), SealError::UnknownVersion { got: 2, want: 1 }.into());
        let work = Seal::Work { bits: ehr_core::consensus::CompactTarget::EASIEST, nonce: 1 };
        assert_eq!(changed(&|h| h.seal = work), SealError::NotStake.into());
        assert!(matches!(
            changed(&|h| h.seal = Seal::Stake { round: 70_000 }),
            StakeError::Seal(SealError::Round { .. })
        ));
        let (time, parent) = (chain.header(5).time, chain.header(5).time);
        assert_eq!(changed(&|h| h.time = time), TimeError::NotAfterParent { time, parent }.into());
        let latest = now.plus(10_000);
        let time = latest.plus(1);
        assert_eq!(changed(&|h| h.time = time), TimeError::TooFarAhead { time, latest }.into());
        for change in
            [(|h| h.validators_hash.0[0] ^= 1) as fn(&mut Header), |h| h.next_validators_hash.0[0] ^= 1]
        {
            assert!(matches!(changed(&change), StakeError::Validators { .. }));
        }
        // A header nobody signed, under a certificate of the one they signed.
        let mut header = good.header.clone();
        header.state_root = Hash32([9; 32]);
        let other = refused(&LightBlock { header, ..good.clone() });
        assert!(matches!(other, StakeError::OtherBlock { .. }), "{other}");
        // Two of four are no quorum.
        let half = certify(&CHAIN, &good.header, &good.validators, 0, |n| n <= 2);
        let error = refused(&LightBlock { certificate: half, ..good.clone() });
        assert_eq!(error, CertificateError::NotEnough { signed: 2, total: 4 }.into());
    }
    // The latest moment that is not the future.
    let mut soon = chain.header(9).clone();
    soon.time = now.plus(10_000);
    assert_eq!(update(&client, now, &decide(soon, &four(), &four(), |_| true)), Ok(Updated::Trusted));
    // The next header hangs from the trusted one.
    let mut orphan = chain.header(6).clone();
    orphan.prev = BlockId([3; 32]);
    let error = refused(&decide(orphan, &four(), &four(), |_| true));
    assert!(matches!(error, StakeError::Seal(SealError::NotChild { .. })), "{error}");
    // A next set that is not sent although it is another.
    let mut changes = chain.header(7).clone();
    changes.next_validators_hash = equal(2, 4).hash();
    let error = refused(&LightBlock { next: None, ..decide(changes, &four(), &equal(2, 4), |_| true) });
    assert!(matches!(error, StakeError::Validators { field: "next_validators_hash", .. }), "{error}");
}

#[test]
fn trust_ends_with_the_trusting_period() {
    let params = StakeParams::default();
    assert!(params.trusting_ms < params.unbonding_ms);
    let chain = Chain::new(4, |_| four());
    let client = chain.client(2);
    let end = chain.header(2).time.plus(params.trusting_ms);
    assert_eq!(update(&client, end.minus(1), chain.block(4)), Ok(Updated::Trusted));
    for block in [chain.block(3), chain.block(4)] {
        let error = update(&client, end, block).unwrap_err();
        assert!(matches!(error, StakeError::Expired { height: Height(2), .. }), "{error}");
        assert!(error.to_string().contains("checkpoint"));
    }
    // Each newer header is trusted for a period of its own.
    let mut client = chain.client(2);
    client.update(chain.now(), chain.block(3)).unwrap();
    assert_eq!(update(&client, end, chain.block(4)), Ok(Updated::Trusted));
}

#[test]
fn an_anchor_is_what_its_bytes_say() {
    let chain = Chain::new(4, |h| equal(h as u16, 4));
    let anchor = chain.anchor(3);
    assert_eq!(StakeAnchor::from_bytes(&anchor.to_bytes().unwrap()), Ok(anchor.clone()));
    let (header, next) = (chain.header(3).clone(), chain.block(3).next_validators().clone());
    assert_eq!(StakeAnchor::at(&header.id(), header.clone(), next.clone()), Ok(anchor));
    let other = StakeAnchor::at(&BlockId([1; 32]), header.clone(), next);
    assert!(matches!(other, Err(AnchorError::OtherBlock { .. })));
    let wrong = StakeAnchor::new(header.clone(), equal(9, 4));
    assert!(matches!(wrong, Err(AnchorError::Validators { .. })));
    // The bytes of a header and another set are no anchor.
    let block = LightBlock { header, ..chain.block(3).clone() };
    let bytes = block.to_bytes().unwrap();
    assert_eq!(LightBlock::from_bytes(&bytes), Ok(block));
    assert!(StakeAnchor::from_bytes(&bytes).is_err());
}

/// Asks for blocks until the target is trusted; the heights asked for.
fn bisect(chain: &Chain, from: u64, target: u64) -> Vec<u64> {
    let (mut client, mut bisection) = (chain.client(from), Bisection::new(Height(target)));
    let mut asked = Vec::new();
    while let Some(height) = bisection.poll_request(&client) {
        asked.push(height.0);
        let done = bisection.handle(&mut client, chain.now(), chain.block(height.0).clone()).unwrap();
        assert_eq!(done == Progress::Done, bisection.poll_request(&client).is_none());
    }
    assert_eq!(client.trusted().id(), chain.block(target).header.id());
    asked
}

#[test]
fn bisection_asks_for_what_it_needs() {
    let still = Chain::new(200, |_| four());
    assert_eq!(bisect(&still, 0, 200), [200], "one step if nobody changed");
    assert_eq!(bisect(&still, 3, 3), [0u64; 0]);
    // One of nine changes at every height: after six heights a third is left, exactly.
    let sliding = Chain::new(200, |h| equal(h as u16, 9));
    let asked = bisect(&sliding, 0, 200);
    assert!((34..100).contains(&asked.len()), "{} requests: {asked:?}", asked.len());
    // All change at every height: there is no way but one by one.
    let wild = Chain::new(40, |h| equal(4 * h as u16, 4));
    let mut asked = bisect(&wild, 0, 40);
    asked.sort_unstable();
    assert_eq!(asked, (1..=40).collect::<Vec<_>>());

    let mut client = sliding.client(0);
    let target = Height(200);
    assert_eq!(client.verify_to(sliding.now(), target, |h| Some(sliding.block(h.0).clone())), Ok(()));
    assert_eq!(client.trusted().height(), target);
    assert!(client.held() <= limits::MAX_LIGHT_STEPS);
    let missing = sliding
        .client(0)
        .verify_to(sliding.now(), target, |h| (h != Height(100)).then(|| sliding.block(h.0).clone()));
    assert_eq!(missing, Err(StakeError::Unavailable(Height(100))));
}

#[test]
fn bisection_takes_only_what_it_asked_for_and_recovers_from_lies() {
    let chain = Chain::new(64, |h| equal(h as u16, 9));
    let (mut client, now) = (chain.client(0), chain.now());
    let mut bisection = Bisection::new(Height(64));
    let unasked = bisection.handle(&mut client, now, chain.block(63).clone());
    assert_eq!(unasked, Err(StakeError::NotAsked { got: Height(63) }));
    // A target that somebody made up, with validators of their own: every honest block on the way is taken, and the
    // lie is refused by the block below it and asked for again.
    let (fake, more) = (equal(500, 9), equal(501, 9));
    let lie = decide(child(chain.header(63), &fake, &more, 9), &fake, &more, |_| true);
    assert_eq!(bisection.handle(&mut client, now, lie), Ok(Progress::Need(Height(32))));
    let refusal = loop {
        let height = bisection.poll_request(&client).unwrap();
        if let Err(error) = bisection.handle(&mut client, now, chain.block(height.0).clone()) {
            break error;
        }
    };
    assert!(matches!(refusal, StakeError::Validators { .. }), "{refusal}");
    assert_eq!(client.trusted().height(), Height(63));
    assert_eq!(bisection.poll_request(&client), Some(Height(64)));
    assert_eq!(bisection.handle(&mut client, now, chain.block(64).clone()), Ok(Progress::Done));
    // A wrong block in the middle is asked for again.
    let (mut client, mut bisection) = (chain.client(0), Bisection::new(Height(64)));
    bisection.handle(&mut client, now, chain.block(64).clone()).unwrap();
    assert_eq!(bisection.poll_request(&client), Some(Height(32)));
    let mut bad = chain.block(32).clone();
    bad.header.time = bad.header.time.plus(1);
    assert!(matches!(bisection.handle(&mut client, now, bad), Err(StakeError::OtherBlock { .. })));
    assert_eq!(bisection.poll_request(&client), Some(Height(32)));
    assert!(bisection.handle(&mut client, now, chain.block(32).clone()).is_ok());
}

/// A peer that has nothing but its own keys, at every height, is found out soon, however far the target is.
#[test]
fn a_liar_keeps_a_client_busy_for_64_questions_at_most() {
    let chain = Chain::new(3, |_| four());
    for target in [5, 1_000, 1 << 40, u64::MAX] {
        let (mut client, mut bisection) = (chain.client(3), Bisection::new(Height(target)));
        let mut asked = 0;
        let refusal = loop {
            let height = bisection.poll_request(&client).unwrap();
            asked += 1;
            let mut header = child(chain.header(3), &equal(50, 4), &equal(50, 4), 1);
            header.height = height;
            let lie = decide(header, &equal(50, 4), &equal(50, 4), |_| true);
            match bisection.handle(&mut client, chain.now(), lie) {
                Ok(progress) => assert!(matches!(progress, Progress::Need(need) if need < height)),
                Err(error) => break error,
            }
        };
        assert!(matches!(refusal, StakeError::Validators { .. }), "{refusal}");
        assert!(asked <= 65, "{asked} questions for {target}");
        assert_eq!(bisection.poll_request(&client), Some(Height(4)), "somebody else is asked for the same");
        assert_eq!(client.trusted().height(), Height(3));
    }
}

#[test]
fn bisection_goes_on_where_something_else_brought_the_client() {
    let chain = Chain::new(64, |h| equal(h as u16, 9));
    let (mut client, mut bisection) = (chain.client(0), Bisection::new(Height(64)));
    let now = chain.now();
    for height in [64, 32] {
        assert!(bisection.handle(&mut client, now, chain.block(height).clone()).is_ok());
    }
    assert_eq!(bisection.poll_request(&client), Some(Height(16)));
    for height in 1..=40 {
        client.update(now, chain.block(height)).unwrap();
    }
    while let Some(height) = bisection.poll_request(&client) {
        assert!(height > client.trusted().height());
        assert!(bisection.handle(&mut client, now, chain.block(height.0).clone()).is_ok(), "{height}");
    }
    assert_eq!(client.trusted().height(), Height(64));
}

#[test]
fn a_set_travels_as_its_changes() {
    let (old, new) = (set(&[(1, 10), (2, 20), (3, 30)]), set(&[(1, 11), (3, 30), (4, 40)]));
    let delta = SetDelta::between(&old, &new);
    assert_eq!(delta.gone, Some(vec![account(2)]));
    assert_eq!(delta.put.iter().map(|v| number(&v.account)).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(delta.apply(&old), Ok(new.clone()));
    assert_eq!(SetDelta::between(&new, &new), SetDelta::SAME);
    assert_eq!(SetDelta::whole(&new).apply(&old), Ok(new.clone()));
    assert_eq!(delta.apply(&equal(7, 1)), Err(StakeError::NotMember(account(2))));
    let all_gone = SetDelta { gone: Some(vec![account(7)]), put: vec![] };
    assert!(matches!(all_gone.apply(&equal(7, 1)), Err(StakeError::Set(_))));
}

#[derive(Debug, Clone)]
struct Case {
    /// Who is in the trusted set, and in that of the block, with powers.
    known: Vec<(u16, u64)>,
    block: Vec<(u16, u64)>,
    /// Who signs.
    signers: u16,
    /// Heights above the trusted one, and milliseconds since it.
    ahead: u64,
    age: u64,
    time: u64,
}

const TRUSTING: u64 = 1000;

/// What a client may take, said again in the plainest way: powers by name, no certificates.
fn model_takes(case: &Case) -> bool {
    let signs = |n: u16| case.signers >> n & 1 == 1;
    let sum = |of: &[(u16, u64)]| of.iter().map(|(_, p)| p).sum::<u64>();
    let signed: u64 = case.block.iter().filter(|(n, _)| signs(*n)).map(|(_, p)| p).sum();
    let quorum = signed * 3 > sum(&case.block) * 2;
    let in_time = case.age < TRUSTING && case.time > 0 && case.time <= case.age + 10_000;
    let in_block = |n: u16| case.block.iter().any(|(m, _)| *m == n);
    let shared: u64 = case.known.iter().filter(|(n, _)| signs(*n) && in_block(*n)).map(|(_, p)| p).sum();
    let trust = if case.ahead == 1 { case.known == case.block } else { shared * 3 > sum(&case.known) };
    quorum && in_time && trust
}

fn members() -> impl Strategy<Value = Vec<(u16, u64)>> {
    let powers = prop::collection::vec(prop_oneof![1 => Just(0u64), 3 => 1u64..6], 7);
    powers.prop_filter_map("nobody", |powers| {
        let some: Vec<_> = (0u16..).zip(powers).filter(|(_, p)| *p > 0).collect();
        (!some.is_empty()).then_some(some)
    })
}

fn case() -> impl Strategy<Value = Case> {
    let time = prop_oneof![4 => 1u64..2000, 1 => Just(0u64), 1 => 9_000u64..13_000];
    let age = prop_oneof![4 => 0u64..TRUSTING, 1 => TRUSTING..2 * TRUSTING];
    let signers =
        prop_oneof![2 => any::<u16>(), 3 => (0u16..7, 0u16..7).prop_map(|(a, b)| !(1 << a | 1 << b))];
    (members(), members(), any::<bool>(), signers, 1u64..4, age, time).prop_map(
        |(known, other, same, signers, ahead, age, time)| Case {
            block: if same { known.clone() } else { other },
            known,
            signers,
            ahead,
            age,
            time,
        },
    )
}

/// A client that trusts the set of a case, and the block of the case.
fn play(case: &Case) -> (StakeClient, LightBlock, Timestamp) {
    let (known, block) = (set(&case.known), set(&case.block));
    let genesis = Chain::new(1, |_| known.clone()).genesis;
    let anchor = StakeAnchor::new(genesis.clone(), known).unwrap();
    let params = StakeParams { trusting_ms: TRUSTING, ..StakeParams::default() };
    let mut header = child(&genesis, &block, &block, 0);
    header.height = Height(case.ahead);
    header.time = START.plus(case.time);
    let block = decide(header, &block, &block, |n| case.signers >> n & 1 == 1);
    (StakeClient::new(anchor, &params), block, START.plus(case.age))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn a_block_is_taken_exactly_if_the_model_says_so(case in case()) {
        let (mut client, block, now) = play(&case);
        let verdict = client.update(now, &block);
        prop_assert_eq!(verdict.is_ok(), model_takes(&case), "{:?}", verdict);
        // A refusal changes nothing.
        let moved = client.trusted().height() == block.header.height;
        prop_assert_eq!(moved, model_takes(&case));
    }
}

/// Negative control: the model tells a client that trusts anybody from one that does not.
#[test]
fn the_model_notices_a_client_without_the_trust_check() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let wrong = (0..500).filter(|_| {
        let case = case().new_tree(&mut runner).unwrap().current();
        let (client, block, now) = play(&case);
        client.trusting_anybody().update(now, &block).is_ok() != model_takes(&case)
    });
    assert!(wrong.count() > 5);
}
