//! Laws of the evaluator over random worlds (crypto-and-policy 4.2, "properties to prove").

use crate::world::*;
use crate::worlds::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;
use proptest::prelude::*;

fn decide(query: &AccessQuery, facts: &Facts<'_>, rules: &[Rule], time: Timestamp) -> Decision {
    evaluate(query, &Facts { rules, ..facts.clone() }, time)
}

/// Whether the answer rests on a grant.
fn by_grant(decision: &Decision) -> bool {
    matches!(decision.outcome, Outcome::Permit { by: Basis::Grant(_), .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn order_does_not_matter(
        query in any_query(), facts in any_facts(), time in hour(),
        (rules, shuffled) in rules().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
    ) {
        let (one, other) = (decide(&query, &facts, &rules, time), decide(&query, &facts, &shuffled, time));
        prop_assert_eq!(one.outcome, other.outcome);
        let sorted = |d: Decision| {
            let mut texts: Vec<String> = d.reasons.iter().map(ToString::to_string).collect();
            texts.sort();
            texts
        };
        prop_assert_eq!(sorted(one), sorted(other));
    }

    #[test]
    fn one_more_deny_never_permits_and_one_permit_less_never_permits(
        query in any_query(), facts in any_facts(), time in hour(), rules in rules(), extra in rule(), cut in any::<prop::sample::Index>(),
    ) {
        let before = decide(&query, &facts, &rules, time);
        let mut with = rules.clone();
        with.push(Rule { effect: Effect::Deny, ..extra });
        prop_assert!(before.is_permit() || !decide(&query, &facts, &with, time).is_permit());

        let permits: Vec<usize> = (0..rules.len()).filter(|i| rules[*i].effect == Effect::Permit).collect();
        if !permits.is_empty() {
            let mut without = rules;
            without.remove(permits[cut.index(permits.len())]);
            prop_assert!(before.is_permit() || !decide(&query, &facts, &without, time).is_permit());
        }
    }

    #[test]
    fn a_permit_by_grant_names_a_live_rule_that_covers_the_question(
        query in any_query(), facts in any_facts(), time in hour(), rules in rules(),
    ) {
        let decision = decide(&query, &facts, &rules, time);
        if let Outcome::Permit { by: Basis::Grant(id), .. } = decision.outcome {
            let live = rules.iter().any(|r| {
                r.id == id && r.effect == Effect::Permit && r.revoked.is_none()
                    && r.terms.not_before <= time && time < r.terms.not_after
                    && r.terms.max_uses.is_none_or(|m| r.uses < m)
                    && r.ancestors.iter().all(|a| a.revoked.is_none())
                    && r.terms.resource.covers(&query.resource)
                    && r.terms.actions.contains(query.action) && r.terms.purposes.contains(query.purpose)
            });
            prop_assert!(live);
        }
    }

    #[test]
    fn nothing_dead_permits(query in any_query(), facts in any_facts(), time in hour(), rules in rules(), how in 0u8..5) {
        let mut rules = rules;
        for rule in &mut rules {
            match how {
                0 => rule.terms.not_after = time,
                1 => rule.terms.not_before = time.plus(1),
                2 => rule.revoked = Some(Height(0)),
                3 => (rule.terms.max_uses, rule.uses) = (Some(0), 0),
                _ => rule.ancestors.insert(0, Standing { revoked: Some(Height(1)), ..Standing::default() }),
            }
        }
        prop_assert!(!by_grant(&decide(&query, &facts, &rules, time)));
    }

    #[test]
    fn denies_reach_neither_the_patient_nor_the_author(
        query in any_query(), facts in any_facts(), time in hour(), rules in rules(), denies in rules(),
    ) {
        let before = decide(&query, &facts, &rules, time);
        let mut all = rules;
        all.extend(denies.into_iter().map(|r| Rule { effect: Effect::Deny, ..r }));
        if before.is_permit() && !by_grant(&before) {
            prop_assert_eq!(decide(&query, &facts, &all, time), before);
        }
    }

    #[test]
    fn total_on_every_input(
        query in any_query(), facts in any_facts(), time in any::<u64>(), action in any::<u8>(), purpose in 0u32..65536,
        rules in prop::collection::vec(rule(), 0..200), edge in any::<[u64; 2]>(),
    ) {
        let mut rules = rules;
        if let Some(first) = rules.first_mut() {
            (first.terms.not_before, first.terms.not_after) = (Timestamp(edge[0]), Timestamp(edge[1]));
        }
        let query = AccessQuery {
            action: Actions::from_bits(action).unwrap(), purpose: Purposes::from_bits(purpose).unwrap(), ..query
        };
        let decision = decide(&query, &facts, &rules, Timestamp(time));
        prop_assert!(decision.reasons.is_empty() || decision.reasons.len() == rules.len());
        prop_assert!(!decision.to_string().is_empty());
    }
}

/// The random worlds above say something only if permits by grant, denies by rule and defaults all occur in them.
#[test]
fn the_random_worlds_are_not_trivial() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut grants, mut denied, mut own, mut nothing) = (0, 0, 0, 0);
    for _ in 0..5000 {
        let world = (any_query(), any_facts(), hour(), rules()).new_tree(&mut runner).unwrap().current();
        match decide(&world.0, &world.1, &world.3, world.2).outcome {
            Outcome::Permit { by: Basis::Grant(_), .. } => grants += 1,
            Outcome::Permit { .. } => own += 1,
            Outcome::Deny { reason: DenyReason::DeniedBy { .. } } => denied += 1,
            Outcome::Deny { reason: DenyReason::NoPermit } => nothing += 1,
            Outcome::Deny { .. } => {}
        }
    }
    assert!(grants > 300 && denied > 100 && own > 150 && nothing > 300, "{grants} {denied} {own} {nothing}");
}

/// Writes random worlds and their decisions to the file named by `EHR_POLICY_CASES`, for
/// `tools/oracles/cedar_policy.py`.
#[test]
#[ignore = "writes a file for another program"]
fn export_random_worlds() {
    use proptest::strategy::ValueTree;
    let path = std::env::var_os("EHR_POLICY_CASES").expect("EHR_POLICY_CASES names the file to write");
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cases: Vec<serde_json::Value> = (0..3000)
        .map(|_| {
            let world = (any_query(), any_facts(), hour(), rules()).new_tree(&mut runner).unwrap().current();
            let (query, facts, time, mut rules) = world;
            for (n, rule) in (0u8..).zip(&mut rules) {
                rule.id = grant_id(n);
            }
            crate::vectors::case_json("random", &query, &Facts { rules: &rules, ..facts }, time)
        })
        .collect();
    std::fs::write(path, serde_json::json!({ "cases": cases }).to_string()).unwrap();
}
