//! Kinds 34 to 36.

use crate::{four, powers, rules};
use ehr_core::block::EventCode;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::PowerRules;
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::primitives::{Hash32, Height};
use ehr_core::state::TxError;
use ehr_core::state::testkit::{Consortium, StakeLedger, Staked, TestLedger};
use ehr_core::tx::{Payload, Stake, Tx, Unjail, Unstake};

#[test]
fn a_chain_of_work_has_no_stake() {
    let (stakers, _) = four(rules());
    let mut kit = Consortium::new(0);
    let ledger = TestLedger::ready(&mut kit);
    let account = kit.hospital_a.id;
    let mut stake = stakers.stake(0, 1_000);
    stake.account = account;
    let evidence = stakers.two_votes(0, 1, 0);
    let report = ehr_core::tx::ReportEvidence { reporter: account, evidence };
    for payload in [
        Payload::Stake { stake },
        Payload::Unstake { unstake: Unstake { account, amount: 1 } },
        Payload::Unjail { unjail: Unjail { account } },
        Payload::ReportEvidence { report },
    ] {
        let tx = kit.tx(payload, &[]);
        assert_eq!(ledger.refusal(&tx), TxError::NoStake);
    }
}

#[test]
fn stake_counts_two_heights_later() {
    let (mut kit, mut ledger) = four(rules());
    let receipts = ledger.block(&[kit.stake_tx(4, 500)]);
    assert_eq!(receipts[0].events[0].code, EventCode::Staked);
    assert_eq!(receipts[0].events[0].about, Hash32::from(kit.id(4)));
    let (old, new) = ([1_000, 1_000, 1_000, 1_000, 0, 0], [1_000, 1_000, 1_000, 1_000, 500, 0]);
    // Block 1 holds it: 1 and 2 are decided by the old validators, 3 by the new.
    let sets = ledger.sets();
    assert_eq!(powers(&kit, &sets.last), old, "decided 1");
    assert_eq!(powers(&kit, &sets.current), old, "decides 2");
    assert_eq!(powers(&kit, &sets.next), new, "decides 3");
    ledger.block(&[]);
    assert_eq!(powers(&kit, &ledger.sets().current), new);
    assert_eq!(powers(&kit, &ledger.sets().last), old);
    ledger.block(&[kit.stake_tx(4, 1)]);
    assert_eq!(powers(&kit, &ledger.sets().last), new);
    assert_eq!(powers(&kit, &ledger.sets().next)[4], 501, "more of it, below the least stake by itself");
    assert_eq!(ledger.balance(kit.id(4)), Staked::CREDITS - 501 - 2, "stake and two fees");
    assert_eq!(ledger.stake(kit.id(4)).unwrap().since, Height(1));
}

#[test]
fn stake_is_refused() {
    let (mut kit, mut ledger) = four(rules());
    let other = SoftwareSigner::from_seed(&[9; 32]);
    let variant = |kit: &mut Staked, change: &dyn Fn(&Staked, &mut Stake)| -> Tx {
        let mut stake = kit.stake(4, 500);
        change(kit, &mut stake);
        kit.tx(4, Payload::Stake { stake })
    };
    type Case<'a> = (&'a dyn Fn(&Staked, &mut Stake), TxError);
    let cases: [Case<'_>; 6] = [
        (&|_, s| s.amount = 99, TxError::TooSmall { field: "amount", min: 100, got: 99 }),
        (&|_, s| s.amount = 0, TxError::TooSmall { field: "amount", min: 100, got: 0 }),
        (
            &|_, s| s.amount = Staked::CREDITS,
            TxError::BalanceTooLow { field: "amount", balance: Staked::CREDITS - 1, got: Staked::CREDITS },
        ),
        (
            &|_, s| s.amount = u64::MAX,
            TxError::TooLarge { field: "amount", limit: (1 << 62) - 1 - 4_000, got: u64::MAX },
        ),
        (
            &|kit, s| {
                s.key = kit.keys[0].public_key();
                s.possession = kit.people[4].possession(kit.chain_id, &kit.keys[0]);
            },
            TxError::KeyTaken { holder: kit.id(0) },
        ),
        (
            &|kit, s| {
                s.key = kit.people[4].device.public_key();
                s.possession = kit.people[4].possession(kit.chain_id, &kit.people[4].device);
            },
            TxError::DuplicateKey { field: "key", index: 0 },
        ),
    ];
    for (change, error) in cases {
        let tx = variant(&mut kit, change);
        assert_eq!(ledger.refusal(&tx), error);
    }
    let weak = variant(&mut kit, &|_, s| s.key.0 = [0; 32]);
    assert!(matches!(ledger.refusal(&weak), TxError::BadKey { field: "key", .. }));
    let unproven = variant(&mut kit, &|kit, s| s.possession = kit.stake(5, 1).possession);
    assert!(matches!(ledger.refusal(&unproven), TxError::BadPossession { index: 0, .. }));
    // What is staked keeps its key, and nobody stakes for another.
    let mut rekeyed = kit.stake(0, 1);
    rekeyed.key = other.public_key();
    rekeyed.possession = kit.people[0].possession(kit.chain_id, &other);
    let rekeyed = kit.tx(0, Payload::Stake { stake: rekeyed });
    assert_eq!(ledger.refusal(&rekeyed), TxError::OtherKey { account: kit.id(0) });
    let stake = kit.stake(5, 500);
    let foreign = kit.tx(4, Payload::Stake { stake });
    assert_eq!(ledger.refusal(&foreign), TxError::MissingSignature { account: kit.id(5) });
    let poor = kit.stake_tx(4, Staked::CREDITS);
    assert!(ledger.refusal(&poor).is_transient());
    ledger.block(&[]);
}

#[test]
fn only_admitted_institutions_stake() {
    let stakers = four(rules()).0;
    let mut kit = Consortium::new(1);
    kit.genesis.params.consensus = stakers.genesis.params.consensus;
    // Hospital A is the only validator.
    let stake = |kit: &Consortium, id, key: &SoftwareSigner| {
        let possession = kit.person(id).possession(kit.chain_id, key);
        Stake { account: id, key: key.public_key(), amount: 1_000, possession }
    };
    kit.chain_id = ehr_core::primitives::ChainId::ZERO;
    kit.genesis.validators = vec![stake(&kit, kit.hospital_a.id, &stakers.keys[0])];
    kit.chain_id = kit.spec().chain_id();
    let ledger = StakeLedger::new(kit.spec());
    for id in [kit.newcomer.id, kit.patients[0].id] {
        let stake = stake(&kit, id, &stakers.keys[1]);
        let tx = kit.tx(Payload::Stake { stake }, &[id]);
        assert_eq!(ledger.refusal(&tx), TxError::NotAdmitted { institution: id });
    }
    let stake = stake(&kit, kit.hospital_b.id, &stakers.keys[1]);
    let tx = kit.tx(Payload::Stake { stake }, &[kit.hospital_b.id]);
    let mut ledger = ledger;
    ledger.block(&[tx]);
    assert_eq!(ledger.sets().next.len(), 2);
}

#[test]
fn withdrawn_stake_stops_voting_waits_and_comes_back_by_itself() {
    let (mut kit, mut ledger) = four(rules());
    let receipts = ledger.block(&[kit.unstake_tx(0, 1_000)]);
    assert_eq!(receipts[0].events[0].code, EventCode::Unstaked);
    assert_eq!(powers(&kit, &ledger.sets().current)[0], 1_000, "still decides 2");
    assert_eq!(powers(&kit, &ledger.sets().next)[0], 0);
    // 60 s are over in block 7; block 1 + 8 + 1 is the last that may report what it signs at height 2.
    ledger.run_to(9);
    assert_eq!(ledger.balance(kit.id(0)), Staked::CREDITS - 1_001);
    assert!(ledger.stake(kit.id(0)).is_some());
    ledger.run_to(10);
    assert_eq!(ledger.balance(kit.id(0)), Staked::CREDITS - 1);
    assert!(ledger.stake(kit.id(0)).is_none(), "nothing is left of it");
    // With nothing at stake the key is free again.
    let key = SoftwareSigner::from_seed(&[9; 32]);
    let possession = kit.people[0].possession(kit.chain_id, &key);
    let stake = Stake { account: kit.id(0), key: key.public_key(), amount: 100, possession };
    ledger.block(&[kit.tx(0, Payload::Stake { stake })]);
    assert_eq!(ledger.stake(kit.id(0)).unwrap().since, Height(11));
}

#[test]
fn unbonding_waits_for_the_time_as_well() {
    let (mut kit, mut ledger) = four(StakeParams { evidence_blocks: 1, ..rules() });
    ledger.block(&[kit.unstake_tx(0, 400)]);
    ledger.run_to(6);
    assert_eq!(ledger.stake(kit.id(0)).unwrap().unbonding[0].amount, 400);
    ledger.run_to(7);
    let stake = ledger.stake(kit.id(0)).unwrap();
    assert!(stake.unbonding.is_empty() && stake.bonded == 600);
    assert_eq!(ledger.balance(kit.id(0)), Staked::CREDITS - 601);
}

#[test]
fn unstake_is_refused() {
    let (mut kit, mut ledger) = four(rules());
    let mut refusal = |ledger: &StakeLedger, who, amount| {
        let tx = kit.unstake_tx(who, amount);
        ledger.refusal(&tx)
    };
    assert_eq!(refusal(&ledger, 0, 0), TxError::TooSmall { field: "amount", min: 1, got: 0 });
    assert_eq!(refusal(&ledger, 0, 1_001), TxError::TooLarge { field: "amount", limit: 1_000, got: 1_001 });
    assert_eq!(refusal(&ledger, 0, 901), TxError::StakeLeft { min: 100, left: 99 });
    assert!(matches!(refusal(&ledger, 4, 1), TxError::Unknown { what: "stake", .. }));
    let txs: Vec<Tx> = (0..16).map(|_| kit.unstake_tx(0, 1)).collect();
    ledger.block(&txs);
    let tx = kit.unstake_tx(0, 1);
    assert_eq!(ledger.refusal(&tx), TxError::TooMany { field: "unbonding", limit: 16, got: 17 });
}

#[test]
fn the_last_validator_stays() {
    let mut kit = Staked::new(&[1_000, 1_000], 0, rules());
    let mut ledger = StakeLedger::new(kit.spec());
    ledger.block(&[kit.unstake_tx(1, 1_000)]);
    let tx = kit.unstake_tx(0, 1_000);
    let error = ledger.refusal(&tx);
    assert_eq!(error, TxError::LastValidator { account: kit.id(0) });
    assert_eq!(error.to_string(), format!("{} is the last validator", kit.id(0)));
    ledger.block(&[kit.unstake_tx(0, 900)]);
}

#[test]
fn who_is_jailed_comes_back_when_its_time_is_over() {
    let (mut kit, mut ledger) = four(rules());
    let evidence = kit.two_votes(0, 1, 0);
    let tx = kit.unjail_tx(0);
    assert_eq!(ledger.refusal(&tx), TxError::NotJailed { account: kit.id(0) });
    ledger.block(&[kit.report_tx(4, evidence)]);
    let until = ledger.time.plus(30_000);
    // Block 2 and 3 are too early, block 4 is not. More stake does not help.
    ledger.block(&[kit.stake_tx(0, 50)]);
    let tx = kit.unjail_tx(0);
    let error = ledger.refusal(&tx);
    assert_eq!(error, TxError::Jailed { account: kit.id(0), until });
    assert!(error.is_transient());
    ledger.block(&[]);
    assert_eq!(powers(&kit, &ledger.sets().next)[0], 0);
    let receipts = ledger.block(&[tx]);
    assert_eq!(receipts[0].events[0].code, EventCode::Unjailed);
    assert_eq!(powers(&kit, &ledger.sets().next)[0], 1_000, "950 left, 50 more");
    let stranger = kit.unjail_tx(5);
    assert!(matches!(ledger.refusal(&stranger), TxError::Unknown { what: "stake", .. }));
}

#[test]
fn too_little_stake_does_not_come_back() {
    let (mut kit, mut ledger) = four(StakeParams { slash_equivocation: 950, ..rules() });
    let evidence = kit.two_votes(0, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    ledger.run_to(4);
    let tx = kit.unjail_tx(0);
    assert_eq!(ledger.refusal(&tx), TxError::TooSmall { field: "bonded", min: 100, got: 50 });
    ledger.block(&[kit.stake_tx(0, 50), tx]);
    assert_eq!(powers(&kit, &ledger.sets().next)[0], 100);
}

#[test]
fn power_is_capped() {
    let power = PowerRules { max_share: 400, max_change: 1000 };
    let kit = Staked::new(&[1_000, 1_000, 9_000], 0, StakeParams { power, ..rules() });
    let ledger = StakeLedger::new(kit.spec());
    assert_eq!(powers(&kit, &ledger.sets().next), [1_000, 1_000, 1_333]);
}
