//! Random scripts against the naive model.

use crate::model::{Holding, Model, Powers};
use crate::rules;
use crate::script::{Refusal, Step};
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{PowerRules, ValidatorSet};
use ehr_core::primitives::AccountId;
use ehr_core::sim::Bug;
use ehr_core::state::testkit::{StakeLedger, Staked};
use ehr_core::tx::Tx;
use proptest::prelude::*;

const STAKES: [u64; 4] = [1_000, 700, 2_000, 400];
const OTHERS: usize = 2;

#[derive(Clone, Debug)]
struct BlockPlan {
    steps: Vec<Step>,
    /// Nobody's account: what it would be paid is burned.
    proposer: Option<usize>,
    /// Bit `n`: institution `n` does not sign.
    absent: u8,
    step_ms: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..STAKES.len() + OTHERS;
    let amount = prop_oneof![0u64..20, 20u64..400, 400u64..1_500, Just(Staked::CREDITS)];
    prop_oneof![
        4 => (who.clone(), amount.clone()).prop_map(|(who, amount)| Step::Stake { who, amount }),
        4 => (who.clone(), amount).prop_map(|(who, amount)| Step::Unstake { who, amount }),
        2 => who.clone().prop_map(|who| Step::UnstakeAll { who }),
        3 => who.clone().prop_map(|who| Step::Unjail { who }),
        2 => (who.clone(), who, 0u64..8, 0u32..2, any::<bool>())
            .prop_map(|(by, who, ago, round, proposal)| Step::Report { by, who, ago, round, proposal }),
    ]
}

fn plan() -> impl Strategy<Value = BlockPlan> {
    let everybody = |round| {
        let report = |who| Step::Report { by: OTHERS, who, ago: 0, round, proposal: true };
        (0..STAKES.len() + OTHERS).map(report).collect::<Vec<_>>()
    };
    let steps = prop_oneof![12 => prop::collection::vec(step(), 0..4), 1 => (0u32..2).prop_map(everybody)];
    let absent = prop_oneof![3 => Just(0u8), 2 => any::<u8>(), 2 => Just(1u8)];
    let proposer = prop::option::weighted(0.9, 0..STAKES.len() + OTHERS);
    (steps, proposer, absent, 1_000u64..20_000).prop_map(|(steps, proposer, absent, step_ms)| BlockPlan {
        steps,
        proposer,
        absent,
        step_ms,
    })
}

fn params() -> impl Strategy<Value = StakeParams> {
    let change = prop_oneof![Just(1000u16), Just(250u16), Just(600u16)];
    let share = prop_oneof![Just(1000u16), Just(350u16)];
    (change, share, prop_oneof![Just(50u16), Just(400u16), Just(1000u16)]).prop_map(
        |(max_change, max_share, slash_equivocation)| StakeParams {
            power: PowerRules { max_share, max_change },
            slash_equivocation,
            evidence_blocks: 4,
            window_blocks: 6,
            max_missed: 2,
            reward: 3,
            ..rules()
        },
    )
}

fn transaction(kit: &mut Staked, model: &Model, step: Step) -> Tx {
    match step {
        Step::Stake { who, amount } => kit.stake_tx(who, amount),
        Step::Unstake { who, amount } => kit.unstake_tx(who, amount),
        Step::UnstakeAll { who } => {
            let all = model.stake[who].as_ref().map_or(1, |one| one.bonded);
            kit.unstake_tx(who, all)
        }
        Step::Unjail { who } => kit.unjail_tx(who),
        Step::Report { by, who, ago, round, proposal } => {
            let height = model.height.saturating_sub(ago);
            let evidence = if proposal {
                kit.two_proposals(who, height, round)
            } else {
                kit.two_votes(who, height, round)
            };
            kit.report_tx(by, evidence)
        }
    }
}

fn powers(kit: &Staked, set: &ValidatorSet) -> Powers {
    let power = |n: usize| (n, set.power_of(&kit.id(n)));
    (0..kit.people.len()).map(power).filter(|(_, power)| *power > 0).collect()
}

fn check(what: &str, agrees: bool, detail: impl FnOnce() -> String) -> Result<(), String> {
    if agrees { Ok(()) } else { Err(format!("{what}: {}", detail())) }
}

/// Runs a script on both. Says where they part.
fn run(rules: StakeParams, script: &[BlockPlan], bugs: Bug) -> Result<(), String> {
    let mut kit = Staked::new(&STAKES, OTHERS, rules);
    let mut ledger = StakeLedger::new(kit.spec().with_bugs(bugs));
    let mut model = Model::new(&STAKES, OTHERS, Staked::CREDITS, ledger.time.0, rules);
    let supply = model.credits();
    for plan in script {
        ledger.step_ms = plan.step_ms;
        model.height += 1;
        model.time += plan.step_ms;
        let mut txs = Vec::new();
        let mut expected = Vec::new();
        for step in &plan.steps {
            txs.push(transaction(&mut kit, &model, *step));
            expected.push(model.step(*step));
        }
        // Those who decided the block below and did not sign; none in block 1, which carries no certificate.
        let below = model.sets[&(model.height - 1)].clone();
        let away = |n: &usize| model.height > 1 && plan.absent & (1 << n) != 0;
        let absent: Vec<usize> = below.into_keys().filter(away).collect();
        let ids: Vec<_> = absent.iter().map(|n| kit.id(*n)).collect();
        let proposer = plan.proposer.map_or(AccountId::ZERO, |n| kit.id(n));
        let outcomes = ledger.try_block(&txs, proposer, &ids);
        let got: Vec<_> = outcomes.iter().map(|o| o.as_ref().map(drop).map_err(Refusal::from)).collect();
        check("refusals", got == expected, || format!("{outcomes:?}, expected {expected:?}"))?;
        model.end(plan.proposer, &absent);
        let sets = ledger.sets();
        for (set, height) in [(&sets.last, 0), (&sets.current, 1), (&sets.next, 2)] {
            let want = &model.sets[&(model.height + height)];
            check("set", powers(&kit, set) == *want, || format!("{set:?}, expected {want:?}"))?;
        }
        let mut credits = 0;
        for n in 0..kit.people.len() {
            let stake = ledger.stake(kit.id(n)).map(|stake| Holding {
                bonded: stake.bonded,
                since: stake.since.0,
                jailed_until: stake.jailed_until.map(|until| until.0),
                unbonding: stake.unbonding.iter().map(|u| (u.amount, u.time.0, u.height.0)).collect(),
            });
            check("stake", stake == model.stake[n], || format!("{stake:?}, expected {:?}", model.stake[n]))?;
            let balance = ledger.balance(kit.id(n));
            check("balance", balance == model.balance[n], || format!("{balance}"))?;
            credits +=
                balance + stake.map_or(0, |one| one.bonded + one.unbonding.iter().map(|u| u.0).sum::<u64>());
        }
        let left = supply + model.minted - model.burned;
        check("credits", credits == left, || format!("{credits}, expected {left}"))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scripts_agree_with_the_model(rules in params(), script in prop::collection::vec(plan(), 1..30)) {
        prop_assert_eq!(run(rules, &script, Bug::NONE), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// All that a validator signs, up to the last height it votes on, is punished whenever it is reported in time.
    #[test]
    fn every_offence_reported_within_its_age_costs(
        leaves in 1u64..8,
        offence in 1u64..9,
        delay in 0u64..=8,
        (unbonding_ms, step_ms) in (50_000u64..200_000, 1u64..40_000),
        amount in 1u64..=1_000,
    ) {
        let offence = offence.min(leaves + 1);
        let rules = StakeParams { min_stake: 1, unbonding_ms, ..rules() };
        let mut kit = Staked::new(&[amount, 1_000, 1_000], 1, rules);
        let mut ledger = StakeLedger::new(kit.spec());
        ledger.step_ms = step_ms;
        let evidence = kit.two_votes(0, offence, 0);
        let (leave, report) = (kit.unstake_tx(0, amount), kit.report_tx(3, evidence));
        let worth = |ledger: &StakeLedger| {
            let stake = ledger.stake(kit.id(0));
            let held = stake.map_or(0, |one| one.bonded + one.unbonding.iter().map(|u| u.amount).sum::<u64>());
            ledger.balance(kit.id(0)) + held
        };
        let mut paid = 0;
        for height in 1..=offence + delay {
            let mut txs = Vec::new();
            // Reported before it leaves, it has less to withdraw.
            if height == leaves && leaves < offence + delay {
                txs.push(leave.clone());
                paid = 1;
            }
            if height == offence + delay {
                txs.push(report.clone());
            }
            ledger.block(&txs);
        }
        prop_assert_eq!(worth(&ledger), Staked::CREDITS - paid - amount.div_ceil(20));
    }
}

/// The model notices what it is there to notice.
#[test]
fn planted_mistakes_are_seen() {
    let block =
        |steps: &[Step]| BlockPlan { steps: steps.to_vec(), proposer: Some(0), absent: 0, step_ms: 10_000 };
    let report = Step::Report { by: 1, who: 2, ago: 0, round: 0, proposal: false };
    let cheat = [block(&[report]), block(&[])];
    let leave = [block(&[Step::UnstakeAll { who: 1 }]), block(&[])];
    let rules = StakeParams { reward: 3, ..rules() };
    for script in [&cheat, &leave] {
        assert_eq!(run(rules, script, Bug::NONE), Ok(()));
    }
    let parted = |script: &[BlockPlan], bug| run(rules, script, bug).unwrap_err();
    assert!(parted(&cheat, Bug::SKIP_SLASH).starts_with("balance"), "the reporter gets nothing");
    assert!(parted(&leave, Bug::EARLY_UNBOND).starts_with("stake"), "there is none left");
}
