//! Kind 37.

use crate::{four, powers, rules};
use ehr_core::block::EventCode;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{Evidence, EvidenceError, Vote, VoteKind};
use ehr_core::primitives::{ChainId, Hash32, Height};
use ehr_core::sim::Bug;
use ehr_core::state::TxError;
use ehr_core::state::testkit::{StakeLedger, Staked};

#[test]
fn two_votes_or_two_proposals_cost_stake_and_the_seat() {
    let (mut kit, mut ledger) = four(rules());
    let (votes, proposals) = (kit.two_votes(0, 1, 0), kit.two_proposals(1, 1, 0));
    let receipts = ledger.block(&[kit.report_tx(4, votes), kit.report_tx(5, proposals)]);
    assert_eq!(receipts[0].events[0].code, EventCode::Slashed);
    assert_eq!(receipts[0].events[0].about, Hash32::from(kit.id(0)));
    for offender in [0, 1] {
        let stake = ledger.stake(kit.id(offender)).unwrap();
        assert_eq!(stake.bonded, 950, "5 %");
        assert_eq!(stake.jailed_until, Some(ledger.time.plus(30_000)));
    }
    // A tenth of 50 for the reporter, who paid a fee of 1; the rest is burned.
    assert_eq!(ledger.balance(kit.id(4)), Staked::CREDITS - 1 + 5);
    assert_eq!(powers(&kit, &ledger.sets().current), [1_000, 1_000, 1_000, 1_000, 0, 0], "decides 2");
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 0, 1_000, 1_000, 0, 0], "decides 3");
}

#[test]
fn an_offence_costs_once_and_another_one_again() {
    let (mut kit, mut ledger) = four(rules());
    let of =
        |kit: &Staked, kind, a, b| Evidence::votes(kit.vote(0, kind, 1, 0, a), kit.vote(0, kind, 1, 0, b));
    let first = of(&kit, VoteKind::Precommit, 1, 2);
    ledger.block(&[kit.report_tx(4, first.clone())]);
    for again in [first, of(&kit, VoteKind::Precommit, 1, 3), of(&kit, VoteKind::Precommit, 4, 5)] {
        let tx = kit.report_tx(5, again);
        assert_eq!(ledger.refusal(&tx), TxError::Exists { what: "offence of", id: kit.id(0).into() });
    }
    let (prevotes, other_round) = (of(&kit, VoteKind::Prevote, 1, 2), kit.two_votes(0, 1, 1));
    let (other_height, proposals) = (kit.two_votes(0, 2, 0), kit.two_proposals(0, 1, 0));
    for (evidence, left) in [(prevotes, 902), (other_round, 856), (other_height, 813), (proposals, 772)] {
        ledger.block(&[kit.report_tx(4, evidence)]);
        assert_eq!(ledger.stake(kit.id(0)).unwrap().bonded, left, "rounded in favour of the penalty");
    }
}

#[test]
fn what_convicts_nobody_is_refused() {
    let (mut kit, ledger) = four(rules());
    let vote = |who, height, round, block| kit.vote(who, VoteKind::Precommit, height, round, block);
    let (a, b) = (vote(0, 1, 0, 1), vote(0, 1, 0, 2));
    let (low, high) = (a.min(b), a.max(b));
    let mut forged = kit.two_votes(0, 1, 0);
    if let Evidence::Votes { second, .. } = &mut forged {
        second.signature = first_of(&kit.two_votes(1, 1, 0));
    }
    let cases = [
        (Evidence::votes(a, vote(0, 2, 0, 2)), EvidenceError::Unrelated),
        (Evidence::votes(a, vote(0, 1, 1, 2)), EvidenceError::Unrelated),
        (Evidence::votes(a, vote(1, 1, 0, 2)), EvidenceError::Unrelated),
        (Evidence::votes(a, kit.vote(0, VoteKind::Prevote, 1, 0, 2)), EvidenceError::Unrelated),
        (Evidence::votes(a, a), EvidenceError::NoConflict),
        (Evidence::Votes { first: high, second: low }, EvidenceError::Order),
        (Evidence::proposals(kit.proposal(0, 1, 0, 1), kit.proposal(0, 1, 0, 1)), EvidenceError::NoConflict),
        (Evidence::proposals(kit.proposal(0, 1, 0, 1), kit.proposal(0, 1, 1, 2)), EvidenceError::Unrelated),
    ];
    for (evidence, error) in cases {
        let tx = kit.report_tx(4, evidence);
        assert_eq!(ledger.refusal(&tx), TxError::Evidence(error));
    }
    let tx = kit.report_tx(4, forged);
    assert!(matches!(ledger.refusal(&tx), TxError::Evidence(EvidenceError::Signature { index: 0 | 1, .. })));
    let nobody = kit.two_votes(4, 1, 0);
    let tx = kit.report_tx(5, nobody);
    assert!(matches!(ledger.refusal(&tx), TxError::Unknown { what: "stake", .. }));
}

fn first_of(evidence: &Evidence) -> ehr_core::primitives::Signature {
    match evidence {
        Evidence::Votes { first, .. } => first.signature,
        Evidence::Proposals { first, .. } => first.signature,
    }
}

#[test]
fn votes_of_another_chain_or_key_convict_nobody() {
    let (mut kit, ledger) = four(rules());
    let here = kit.chain_id;
    kit.chain_id = ChainId([7; 32]);
    let elsewhere = kit.two_votes(0, 1, 0);
    kit.chain_id = here;
    let tx = kit.report_tx(4, elsewhere);
    assert!(matches!(ledger.refusal(&tx), TxError::Evidence(EvidenceError::Signature { index: 0, .. })));
    // Somebody else's signatures under the victim's name.
    let vote = |block| {
        let vote = Vote { validator: kit.id(0), ..kit.vote(1, VoteKind::Precommit, 1, 0, block).vote };
        vote.sign(&here, &kit.keys[1]).unwrap()
    };
    let framed = Evidence::votes(vote(1), vote(2));
    let tx = kit.report_tx(4, framed);
    assert!(matches!(ledger.refusal(&tx), TxError::Evidence(EvidenceError::Signature { index: 0, .. })));
}

#[test]
fn late_evidence_counts_up_to_its_age_and_not_after() {
    for delay in 0..=10 {
        let (mut kit, mut ledger) = four(rules());
        ledger.run_to(3 + delay);
        // The next block is at height 4 + delay; the offence is at height 4.
        let evidence = kit.two_votes(0, 4, 0);
        let tx = kit.report_tx(4, evidence);
        if delay <= 8 {
            ledger.block(&[tx]);
            assert_eq!(ledger.stake(kit.id(0)).unwrap().bonded, 950);
        } else {
            let error = ledger.refusal(&tx);
            let (from, until) = (Height(4 + delay - 8), Height(4 + delay));
            assert_eq!(error, TxError::EvidenceHeight { from, until, got: Height(4) });
            assert!(!error.is_transient());
        }
    }
}

#[test]
fn evidence_of_a_height_to_come_waits() {
    let (mut kit, mut ledger) = four(rules());
    let evidence = kit.two_votes(0, 2, 0);
    let tx = kit.report_tx(4, evidence);
    let error = ledger.refusal(&tx);
    assert_eq!(error, TxError::EvidenceHeight { from: Height(0), until: Height(1), got: Height(2) });
    assert!(error.is_transient());
    ledger.block(&[]);
    ledger.block(&[tx]);
}

#[test]
fn what_was_signed_before_the_stake_is_not_its_offence() {
    let (mut kit, mut ledger) = four(rules());
    ledger.run_to(2);
    ledger.block(&[kit.stake_tx(4, 500)]);
    let (before, after) = (kit.two_votes(4, 2, 0), kit.two_votes(4, 3, 0));
    let tx = kit.report_tx(5, before);
    let error = ledger.refusal(&tx);
    assert_eq!(error, TxError::EvidenceHeight { from: Height(3), until: Height(4), got: Height(2) });
    ledger.block(&[kit.report_tx(5, after)]);
    assert_eq!(ledger.stake(kit.id(4)).unwrap().bonded, 475);
}

/// Leaves in block 1, offends at height 2 (the last it votes on), and is reported in the last block that may: what
/// is left, or none if it was paid out.
fn caught_on_the_way_out(bugs: Bug) -> Option<u64> {
    let mut kit = Staked::new(&[1_000; 4], 2, StakeParams { unbonding_ms: 50_000, ..rules() });
    let mut ledger = StakeLedger::new(kit.spec().with_bugs(bugs));
    ledger.block(&[kit.unstake_tx(0, 1_000)]);
    ledger.run_to(9);
    let evidence = kit.two_votes(0, 2, 0);
    let tx = kit.report_tx(4, evidence);
    let outcome = ledger.try_block(&[tx], kit.id(5), &[]).remove(0);
    outcome.ok().map(|_| ledger.balance(kit.id(0)))
}

#[test]
fn unbonding_stake_is_slashed_to_its_last_block() {
    assert_eq!(caught_on_the_way_out(Bug::NONE), Some(Staked::CREDITS - 1 - 50));
    // Negative controls: the mistakes this is about are seen.
    assert_eq!(caught_on_the_way_out(Bug::SKIP_SLASH), Some(Staked::CREDITS - 1));
    assert_eq!(caught_on_the_way_out(Bug::EARLY_UNBOND), None);
}

#[test]
fn bonded_and_unbonding_are_slashed_alike_and_never_below_nothing() {
    let (mut kit, mut ledger) =
        four(StakeParams { slash_equivocation: 999, reporter_share: 1000, ..rules() });
    ledger.block(&[kit.unstake_tx(0, 400), kit.unstake_tx(0, 1)]);
    let evidence = kit.two_votes(0, 2, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    let stake = ledger.stake(kit.id(0)).unwrap();
    assert_eq!(stake.bonded, 0, "599 of 599");
    assert_eq!(stake.unbonding.iter().map(|one| one.amount).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(ledger.balance(kit.id(4)), Staked::CREDITS - 1 + 1_000);
    // Nothing is left, but the jail is: it cannot be left by staking anew.
    ledger.run_to(4);
    let again = kit.two_proposals(0, 2, 0);
    ledger.block(&[kit.report_tx(4, again)]);
    let until = ledger.time.plus(30_000);
    ledger.block(&[kit.stake_tx(0, 500)]);
    assert_eq!(ledger.stake(kit.id(0)).unwrap().jailed_until, Some(until));
}
