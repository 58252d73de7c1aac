//! Laws of the evaluator over random worlds (crypto-and-policy 4.2, "properties to prove").

use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;
use proptest::prelude::*;

fn pick<T: Clone + std::fmt::Debug + 'static>(from: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(from.to_vec())
}

fn account() -> impl Strategy<Value = AccountId> {
    pick(&[PATIENT, DOCTOR_A, DOCTOR_B])
}

fn hospital() -> impl Strategy<Value = AccountId> {
    pick(&[HOSPITAL_A, HOSPITAL_B])
}

fn roles() -> impl Strategy<Value = StaffRoles> {
    pick(&[0u16, 1, 2, 3, 5, 7, 7]).prop_map(|bits| StaffRoles::from_bits(bits).unwrap())
}

fn purposes() -> impl Strategy<Value = Purposes> {
    pick(&[0u32, 1, 2, 3, 5, 6, 7, 7, 7]).prop_map(|bits| Purposes::from_bits(bits).unwrap())
}

fn obligations() -> impl Strategy<Value = Obligations> {
    (0u16..16).prop_map(|bits| Obligations::from_bits(bits).unwrap())
}

fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        account().prop_map(|id| Subject::Account { id }),
        (hospital(), roles()).prop_map(|(institution, roles)| Subject::StaffOf { institution, roles }),
        hospital().prop_map(|id| Subject::Institution { id }),
        roles().prop_map(|roles| Subject::AnyAdmitted { roles }),
    ]
}

pub(crate) fn resource() -> impl Strategy<Value = Resource> {
    let record = || pick(&[RECORD, OTHER_RECORD]);
    prop_oneof![
        3 => pick(&[PATIENT, PATIENT, OTHER_PATIENT]).prop_map(|account| Resource::AllOf { account }),
        2 => pick(&[SCOPE, OTHER_SCOPE]).prop_map(|id| Resource::Scope { id }),
        1 => record().prop_map(|id| Resource::Record { id }),
        1 => (record(), 0u32..2).prop_map(|(record, v)| Resource::Version { record, version: VersionNo(v) }),
        1 => (record(), 0u32..2, 0u16..2).prop_map(|(record, v, section)| Resource::Section {
            record,
            version: VersionNo(v),
            section
        }),
    ]
}

/// A point in time of a small range around the hours that rules begin and end at.
fn hour() -> impl Strategy<Value = Timestamp> {
    (0u64..12).prop_map(Timestamp)
}

prop_compose! {
    pub(crate) fn terms()(
        subject in subject(), resource in resource(), actions in [any::<u8>(), any::<u8>()], purposes in purposes(),
        not_before in 0u64..6, not_after in 3u64..12, depth in 0u8..5,
        max_uses in prop::option::weighted(0.3, 0u32..4), obligations in obligations(),
    ) -> RuleTerms {
        let actions = Actions::from_bits(actions[0] | actions[1]).unwrap();
        let (not_before, not_after) = (Timestamp(not_before), Timestamp(not_after));
        RuleTerms { subject, resource, actions, purposes, not_before, not_after, depth, max_uses, obligations }
    }
}

prop_compose! {
    fn standing()(revoked in prop::option::weighted(0.1, Just(Height(3))), uses in 0u32..4,
                  max_uses in prop::option::weighted(0.3, 1u32..5)) -> Standing {
        Standing { revoked, uses, max_uses }
    }
}

prop_compose! {
    fn rule()(
        id in any::<u8>(), deny in prop::bool::weighted(0.1), terms in terms(),
        revoked in prop::option::weighted(0.1, Just(Height(5))), uses in 0u32..4,
        ancestors in prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec(standing(), 0..6)],
    ) -> Rule {
        let effect = if deny { Effect::Deny } else { Effect::Permit };
        Rule { id: grant_id(id), effect, terms, revoked, uses, ancestors }
    }
}

prop_compose! {
    /// A question in a consistent world: each record is filed in one scope.
    pub(crate) fn any_query()(
        subject in account(), acting_for in prop::option::weighted(0.8, hospital()), action in pick(&[0u8, 0, 1, 2, 2, 3, 4, 7]),
        purpose in pick(&[0u32, 0, 1, 2]), depth in 0u8..5, elsewhere in any::<bool>(), version in 0u32..2, section in 0u16..2,
    ) -> AccessQuery {
        let (scope, record) = if elsewhere { (OTHER_SCOPE, OTHER_RECORD) } else { (SCOPE, RECORD) };
        AccessQuery {
            subject,
            acting_for,
            action: Actions::from_bits(1 << action).unwrap(),
            purpose: Purposes::from_bits(1 << purpose).unwrap(),
            resource: ResourceChain {
                account: PATIENT,
                scope: (depth > 0).then_some(scope),
                record: (depth > 1).then_some(record),
                version: (depth > 2).then_some(VersionNo(version)),
                section: (depth > 3).then_some(section),
            },
        }
    }
}

prop_compose! {
    fn any_facts()(roles in roles(), author in prop::option::of(hospital()), bad in 0u8..20) -> Facts<'static> {
        Facts {
            enrolled: bad != 0,
            suspended: bad == 1,
            institution_admitted: bad != 2,
            membership: (bad != 3).then_some(Membership { roles, from: Timestamp(1), until: Timestamp(11) }),
            author_institution: author,
            tombstoned: bad == 4,
            rules: &[],
        }
    }
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(rule(), 0..24)
}

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
