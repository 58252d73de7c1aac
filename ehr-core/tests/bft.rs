//! Validator sets, votes, certificates and evidence: golden bytes, properties against naive models, and every way
//! to be refused.

mod golden;

use ehr_core::codec::{DecodeError, Wire, limits};
use ehr_core::consensus::bft::{
    Certificate, CertificateError, Evidence, EvidenceError, PowerRules, Proposal, SignedProposal, SignedVote,
    Validator, ValidatorSet, ValidatorSetError, Vote, VoteKind, is_more_than_one_third,
    is_more_than_two_thirds,
};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::primitives::{AccountId, BlockId, ChainId, Height, VerifyingKey};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

const CHAIN: ChainId = ChainId([0xc4; 32]);
const BLOCK: BlockId = BlockId([0xb1; 32]);
const OTHER: BlockId = BlockId([0xb2; 32]);

fn account(n: u8) -> AccountId {
    AccountId([n; 32])
}

fn signer(n: u8) -> SoftwareSigner {
    SoftwareSigner::from_seed(&[n; 32])
}

fn validator(n: u8, power: u64) -> Validator {
    Validator { account: account(n), key: signer(n).public_key(), power }
}

/// Validators 1, 2, … with these powers.
fn set(powers: &[u64]) -> ValidatorSet {
    ValidatorSet::new((1u8..).zip(powers).map(|(n, power)| validator(n, *power))).unwrap()
}

fn precommit(n: u8, block: Option<BlockId>) -> Vote {
    Vote { kind: VoteKind::Precommit, height: Height(7), round: 2, block, validator: account(n) }
}

fn certificate(set: &ValidatorSet, who: &[u8]) -> Certificate {
    let signed = who.iter().map(|n| {
        let vote = precommit(*n, Some(BLOCK)).sign(&CHAIN, &signer(*n)).unwrap();
        (account(*n), vote.signature)
    });
    Certificate::new((Height(7), 2, BLOCK), signed, set).unwrap()
}

fn proposal(block: BlockId, valid_round: Option<u32>) -> SignedProposal {
    Proposal { height: Height(7), round: 2, block, valid_round, proposer: account(1) }
        .sign(&CHAIN, &signer(1))
        .unwrap()
}

#[test]
fn golden_bytes() {
    let set = set(&[40, 30, 20, 10]);
    let vote = |block| precommit(1, block).sign(&CHAIN, &signer(1)).unwrap();
    let wire = |value: Result<Vec<u8>, _>| hex::encode(value.unwrap());
    let certificate = certificate(&set, &[1, 2, 3]);
    let evidence = [
        Evidence::votes(vote(Some(BLOCK)), vote(None)),
        Evidence::proposals(proposal(BLOCK, None), proposal(OTHER, Some(1))),
    ];
    assert_eq!(certificate.verify(&CHAIN, &set), Ok(90));
    let turns = |round| (0..20).map(|h| set.proposer(Height(h), round).account.0[0]).collect::<Vec<_>>();
    golden::check(
        "bft",
        &json!({
            "chain": CHAIN,
            "seeds": "validator n has the 32-byte seed and the account of n repeated",
            "validator_set": { "bytes": wire(set.to_bytes()), "hash": set.hash(), "total_power": set.total_power() },
            "proposers": { "round_0_heights_0_to_19": turns(0), "round_1_heights_0_to_19": turns(1) },
            "vote": {
                "message": hex::encode(precommit(1, Some(BLOCK)).message(&CHAIN)),
                "message_for_none": hex::encode(precommit(1, None).message(&CHAIN)),
                "bytes": wire(vote(Some(BLOCK)).to_bytes()),
                "bytes_for_none": wire(vote(None).to_bytes()),
            },
            "proposal": {
                "message": hex::encode(proposal(BLOCK, None).proposal.message(&CHAIN)),
                "message_again": hex::encode(proposal(BLOCK, Some(1)).proposal.message(&CHAIN)),
                "bytes": wire(proposal(BLOCK, None).to_bytes()),
                "bytes_again": wire(proposal(BLOCK, Some(1)).to_bytes()),
            },
            "certificate": { "bytes": wire(certificate.to_bytes()), "hash": certificate.hash() },
            "evidence": evidence.each_ref().map(|e| wire(e.to_bytes())),
        }),
    );
    for e in &evidence {
        assert_eq!(e.verify(&CHAIN, &set).unwrap().account, account(1));
        assert_eq!(Evidence::from_bytes(&e.to_bytes().unwrap()).as_ref(), Ok(e));
    }
}

#[test]
fn a_set_is_refused_for_every_rule_it_breaks() {
    use ValidatorSetError as E;
    let refused = |all: Vec<Validator>| ValidatorSet::new(all).unwrap_err();
    assert_eq!(refused(vec![]), E::Empty);
    assert_eq!(refused(vec![validator(1, 0)]), E::NoPower(account(1)));
    assert_eq!(refused(vec![validator(1, 1), validator(1, 2)]), E::DuplicateAccount(account(1)));
    let borrowed = Validator { account: account(2), ..validator(1, 1) };
    assert_eq!(refused(vec![validator(1, 1), borrowed]), E::DuplicateKey(account(2)));
    let half = limits::MAX_TOTAL_POWER / 2;
    let total = limits::MAX_TOTAL_POWER;
    assert_eq!(refused(vec![validator(1, half), validator(2, half)]), E::TotalPower { limit: total, total });
    assert!(ValidatorSet::new([validator(1, half), validator(2, half - 1)]).is_ok());
    let no_point = Validator { key: VerifyingKey([2; 32]), ..validator(1, 1) };
    assert!(matches!(refused(vec![no_point]), E::Key { .. }));
    let many = (0..=limits::MAX_VALIDATORS as u8).map(|n| validator(n, 1)).collect();
    assert!(matches!(refused(many), E::TooMany { got: 129, .. }));
}

#[test]
fn the_largest_set_and_certificate_keep_their_limits() {
    let all = 0..limits::MAX_VALIDATORS as u8;
    let set = ValidatorSet::new(all.clone().map(|n| validator(n, 1 << 54))).unwrap();
    assert!(set.to_bytes().unwrap().len() <= limits::MAX_VALIDATOR_SET);
    let certificate = certificate(&set, &all.collect::<Vec<_>>());
    assert!(certificate.to_bytes().unwrap().len() <= limits::MAX_CERTIFICATE);
    assert_eq!(certificate.verify(&CHAIN, &set), Ok(set.total_power()));
}

/// The figures phones are promised.
#[test]
fn a_certificate_is_small() {
    let size = |validators: u8| {
        let set = set(&vec![1; usize::from(validators)]);
        let quorum = validators * 2 / 3 + 1;
        certificate(&set, &(1..=quorum).collect::<Vec<_>>()).to_bytes().unwrap().len()
    };
    assert_eq!([4, 7, 21, 100].map(size), [233, 362, 1004, 4342]);
}

#[test]
fn a_set_that_travels_must_be_in_order() {
    let set = set(&[10, 20]);
    let bytes = set.to_bytes().unwrap();
    assert_eq!(ValidatorSet::from_bytes(&bytes).unwrap(), set);
    let swapped: Vec<u8> =
        [&bytes[..1], &bytes[1 + (bytes.len() - 1) / 2..], &bytes[1..1 + (bytes.len() - 1) / 2]].concat();
    assert!(
        matches!(ValidatorSet::from_bytes(&swapped), Err(DecodeError::Mismatch { reason, .. }) if reason.contains("ordered"))
    );
}

/// A vote is worth nothing anywhere but where it was cast.
#[test]
fn votes_of_another_chain_height_round_block_or_kind_are_refused() {
    let set = set(&[1, 1, 1, 1]);
    let (_, key) = set.get(&account(1)).unwrap();
    let cast = precommit(1, Some(BLOCK));
    let signed = cast.sign(&CHAIN, &signer(1)).unwrap();
    assert_eq!(signed.verify(&CHAIN, key), Ok(()));
    assert!(signed.verify(&ChainId([0xc5; 32]), key).is_err());
    let moved = [
        Vote { height: Height(8), ..cast },
        Vote { round: 3, ..cast },
        Vote { block: Some(OTHER), ..cast },
        Vote { block: None, ..cast },
        Vote { kind: VoteKind::Prevote, ..cast },
    ];
    for vote in moved {
        assert!(SignedVote { vote, ..signed }.verify(&CHAIN, key).is_err(), "{vote:?}");
    }
    let (_, other) = set.get(&account(2)).unwrap();
    assert!(signed.verify(&CHAIN, other).is_err());
    // A signature of another domain over the same bytes.
    let elsewhere = signer(1).sign(Domain::Proposal, &cast.message(&CHAIN)).unwrap();
    assert!(SignedVote { vote: cast, signature: elsewhere }.verify(&CHAIN, key).is_err());
}

#[test]
fn a_certificate_is_refused_for_every_rule_it_breaks() {
    use CertificateError as E;
    let four = set(&[1, 1, 1, 1]);
    let good = certificate(&four, &[1, 2, 3]);
    assert_eq!(good.verify(&CHAIN, &four), Ok(3));
    assert_eq!(
        certificate(&four, &[1, 2]).verify(&CHAIN, &four),
        Err(E::NotEnough { signed: 2, total: 4 }),
        "half is not two thirds"
    );
    assert!(matches!(good.verify(&ChainId([1; 32]), &four), Err(E::Signatures(who)) if who.len() == 3));
    let moved = |height, round, block| {
        let mut other = good.clone();
        (other.height, other.round, other.block) = (Height(height), round, block);
        other.verify(&CHAIN, &four)
    };
    for verdict in [moved(8, 2, BLOCK), moved(7, 1, BLOCK), moved(7, 2, OTHER)] {
        assert!(matches!(verdict, Err(E::Signatures(who)) if who.len() == 3));
    }
    assert_eq!(moved(7, u32::MAX, BLOCK), Err(E::Round(u32::MAX)));
    let nine = set(&[1; 9]);
    assert_eq!(good.verify(&CHAIN, &nine), Err(E::Bitmap { validators: 9 }), "another set's bitmap");
    let nil = precommit(3, None).sign(&CHAIN, &signer(3)).unwrap();
    let vote = |n: u8| (account(n), precommit(n, Some(BLOCK)).sign(&CHAIN, &signer(n)).unwrap().signature);
    let mixed =
        Certificate::new((Height(7), 2, BLOCK), [vote(1), vote(2), (account(3), nil.signature)], &four);
    assert!(
        matches!(mixed.unwrap().verify(&CHAIN, &four), Err(E::Signatures(who)) if who.keys().eq([&account(3)]))
    );
    let make = |who: [(AccountId, _); 2]| Certificate::new((Height(7), 2, BLOCK), who, &four);
    assert_eq!(make([vote(1), vote(1)]), Err(E::Foreign(account(1))));
    assert_eq!(make([vote(1), vote(9)]), Err(E::Foreign(account(9))));
}

#[test]
fn evidence_is_refused_unless_it_convicts() {
    use EvidenceError as E;
    let four = set(&[1, 1, 1, 1]);
    let vote = |n, block| precommit(n, block).sign(&CHAIN, &signer(n)).unwrap();
    let verify = |e: &Evidence| e.verify(&CHAIN, &four).map(|v| v.account);
    let (a, b) = (vote(1, Some(BLOCK)), vote(1, Some(OTHER)));
    assert_eq!(verify(&Evidence::votes(a, b)), Ok(account(1)));
    assert_eq!(Evidence::votes(a, b), Evidence::votes(b, a), "one offence, one encoding");
    assert_eq!(verify(&Evidence::Votes { first: a.max(b), second: a.min(b) }), Err(E::Order));
    assert_eq!(verify(&Evidence::votes(a, a)), Err(E::NoConflict));
    assert_eq!(verify(&Evidence::votes(a, vote(2, Some(OTHER)))), Err(E::Unrelated));
    let later = Vote { round: 3, ..b.vote }.sign(&CHAIN, &signer(1)).unwrap();
    assert_eq!(verify(&Evidence::votes(a, later)), Err(E::Unrelated), "a changed mind is no offence");
    let stranger = Evidence::votes(vote(9, Some(BLOCK)), vote(9, None));
    assert_eq!(verify(&stranger), Err(E::NotValidator(account(9))));
    let elsewhere = b.vote.sign(&ChainId([1; 32]), &signer(1)).unwrap();
    let framed = Evidence::votes(a, elsewhere);
    assert!(
        matches!(verify(&framed), Err(E::Signature { .. })),
        "a vote on another chain is no offence here"
    );
    let forged = SignedVote { vote: b.vote, signature: a.signature };
    assert!(matches!(verify(&Evidence::votes(a, forged)), Err(E::Signature { .. })));
    let twice = Evidence::proposals(proposal(BLOCK, None), proposal(OTHER, None));
    assert_eq!(verify(&twice), Ok(account(1)));
    let again = Evidence::proposals(proposal(BLOCK, None), proposal(BLOCK, Some(0)));
    assert_eq!(verify(&again), Ok(account(1)), "the same block as new and as proposed before");
}

#[test]
fn proposers_share_heights_exactly_and_rotate_within_one() {
    let set = set(&[10, 20, 30, 40]);
    let mut turns = BTreeMap::new();
    for height in 0..1000 {
        *turns.entry(set.proposer(Height(height), 0).account).or_insert(0) += 1;
        let rounds: Vec<_> = (0..4).map(|r| set.proposer(Height(height), r).account).collect();
        assert!((1..=4).all(|n| rounds.contains(&account(n))), "everybody has a turn within four rounds");
    }
    assert_eq!([1, 2, 3, 4].map(|n| turns[&account(n)]), [100, 200, 300, 400]);
    set.proposer(Height(u64::MAX), u32::MAX); // stays in the set
}

/// The largest cap the rule allows, by trying all.
fn naive_cap(stakes: &[u64], share: u16) -> Option<u64> {
    let sum = |c: u64| stakes.iter().map(|s| (*s).min(c)).sum::<u64>();
    let largest = *stakes.iter().max()?;
    (1..=largest).rev().find(|c| c * 1000 <= u64::from(share) * sum(*c))
}

proptest! {
    #[test]
    fn a_set_does_not_depend_on_the_order_given(powers in prop::collection::vec(1u64..100, 1..12), turn in 0usize..12) {
        let all: Vec<_> = (1u8..).zip(&powers).map(|(n, p)| validator(n, *p)).collect();
        let mut other = all.clone();
        other.rotate_left(turn % powers.len());
        let (a, b) = (ValidatorSet::new(all).unwrap(), ValidatorSet::new(other).unwrap());
        prop_assert_eq!(a.hash(), b.hash());
        prop_assert_eq!(a.total_power(), powers.iter().sum::<u64>());
        prop_assert!(a.iter().map(|v| v.power).is_sorted_by(|x, y| x >= y));
        prop_assert_eq!(ValidatorSet::from_bytes(&a.to_bytes().unwrap()).unwrap(), b);
    }

    /// Verification says yes exactly when the signers weigh more than two thirds.
    #[test]
    fn a_certificate_holds_exactly_with_two_thirds(powers in prop::collection::vec(1u64..50, 1..10), mask in any::<u16>()) {
        let set = set(&powers);
        let who: Vec<u8> = (1..=powers.len() as u8).filter(|n| mask >> n & 1 == 1).collect();
        let signed: u64 = who.iter().map(|n| powers[usize::from(*n) - 1]).sum();
        let verdict = certificate(&set, &who).verify(&CHAIN, &set);
        prop_assert_eq!(verdict.is_ok(), signed * 3 > set.total_power() * 2);
    }

    /// No damaged certificate proves the block, and none of them panics.
    #[test]
    fn no_damage_goes_unnoticed(at in 0usize..260, bit in 0u8..8) {
        let set = set(&[1, 1, 1, 1]);
        let mut bytes = certificate(&set, &[1, 2, 3]).to_bytes().unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok(damaged) = Certificate::from_bytes(&bytes) {
            prop_assert!(damaged.verify(&CHAIN, &set).is_err());
        }
    }

    #[test]
    fn the_cap_is_the_largest_there_is(stakes in prop::collection::vec(1u64..400, 1..9), share in 1u16..=1000) {
        let rules = PowerRules { max_share: share, max_change: 1000 };
        let powers = rules.powers(&stakes);
        match naive_cap(&stakes, share) {
            Some(cap) => prop_assert_eq!(powers, stakes.iter().map(|s| (*s).min(cap)).collect::<Vec<_>>()),
            None => prop_assert!(powers.iter().all(|p| *p >= 1 && *p <= *stakes.iter().min().unwrap())),
        }
    }

    #[test]
    fn a_change_is_measured_by_what_comes_or_goes(a in prop::collection::vec(0u64..100, 4), b in prop::collection::vec(0u64..100, 4)) {
        prop_assume!(a.iter().any(|p| *p > 0) && b.iter().any(|p| *p > 0));
        let set = |powers: &[u64]| {
            let all = (1u8..).zip(powers).filter(|(_, p)| **p > 0).map(|(n, p)| validator(n, *p));
            all.collect::<Vec<_>>()
        };
        let up: u64 = a.iter().zip(&b).map(|(x, y)| y.saturating_sub(*x)).sum();
        let down: u64 = a.iter().zip(&b).map(|(x, y)| x.saturating_sub(*y)).sum();
        let rules = PowerRules { max_share: 1000, max_change: 100 };
        let limit = a.iter().sum::<u64>() / 10;
        prop_assert_eq!(rules.check_change(&set(&a), &set(&a), &set(&b), 0).is_ok(), up.max(down) <= limit);
        // The way back is free.
        prop_assert_eq!(rules.check_change(&set(&a), &set(&b), &set(&a), 0), Ok(()));
        prop_assert_eq!(PowerRules::NONE.check_change(&set(&a), &set(&a), &set(&b), 0), Ok(()));
    }

    /// Up to a third may change: then more than a third of the set an epoch began with signs every block of it, whoever is
    /// missing, so that a light client needs no block between.
    #[test]
    fn a_third_that_changes_leaves_a_third_that_signs(
        a in prop::collection::vec(0u64..100, 6),
        (up, down) in (prop::collection::vec(0u64..40, 6), prop::collection::vec(0u64..40, 6)),
        signers in 0u8..64,
    ) {
        let b: Vec<u64> = a.iter().zip(&up).zip(&down).map(|((x, up), down)| (x + up).saturating_sub(*down)).collect();
        let all = |powers: &[u64]| {
            let some = (1u8..).zip(powers).filter(|(_, p)| **p > 0);
            some.map(|(n, p)| Validator { account: account(n), key: VerifyingKey([n; 32]), power: *p }).collect::<Vec<_>>()
        };
        let rules = PowerRules { max_share: 1000, max_change: 333 };
        prop_assume!(rules.check_change(&all(&a), &all(&a), &all(&b), 0).is_ok());
        let power = |of: &[u64]| (0..6).filter(|n| signers >> n & 1 == 1 && b[*n] > 0).map(|n| of[n]).sum::<u64>();
        if is_more_than_two_thirds(power(&b), b.iter().sum()) {
            prop_assert!(is_more_than_one_third(power(&a), a.iter().sum()));
        }
    }
}

/// The control of the last property: half may change, and exactly a third is left of the signers.
#[test]
fn a_half_that_changes_does_not_leave_that() {
    let all = |powers: &[(u8, u64)]| powers.iter().map(|(n, p)| validator(*n, *p)).collect::<Vec<_>>();
    let (a, b) = (all(&[(1, 2), (2, 2), (3, 2)]), all(&[(1, 2), (2, 1), (4, 3)]));
    let rules = |max_change| PowerRules { max_share: 1000, max_change };
    assert_eq!(rules(500).check_change(&a, &a, &b, 0), Ok(()));
    assert!(rules(333).check_change(&a, &a, &b, 0).is_err());
    // The first and the fourth sign: 5 of 6 now, 2 of 6 before.
    assert!(is_more_than_two_thirds(5, 6) && !is_more_than_one_third(2, 6));
}
