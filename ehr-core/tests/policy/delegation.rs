//! What is passed on is never more than what was given.

use crate::world::*;
use crate::worlds::{any_query, resource, terms};
use ehr_core::policy::*;
use ehr_core::primitives::*;
use proptest::prelude::*;

fn lone(terms: &RuleTerms) -> Rule {
    Rule { terms: terms.clone(), ..permit(1) }
}

fn scope_of(resource: &Resource) -> Option<ScopeId> {
    match resource {
        Resource::Record { id }
        | Resource::Version { record: id, .. }
        | Resource::Section { record: id, .. } => Some(if *id == RECORD { SCOPE } else { OTHER_SCOPE }),
        Resource::AllOf { .. } | Resource::Scope { .. } => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    /// The child is cut from the parent field by field, so that a good part of the pairs is legal; with the subject
    /// made equal, whatever the child permits the parent permits too, and the child asks at least as much.
    #[test]
    fn the_child_permits_nothing_the_parent_does_not(
        parent in terms(), child in terms(), deeper in resource(), query in any_query(), time in 0u64..12,
    ) {
        let mut parent = parent;
        parent.actions = parent.actions.union(Actions::SHARE);
        let mut child = child;
        child.subject = parent.subject.clone();
        child.resource = deeper;
        child.purposes = Purposes::from_bits(child.purposes.bits() & parent.purposes.bits()).unwrap();
        child.actions = Actions::from_bits(child.actions.bits() & parent.actions.bits()).unwrap();
        child.obligations = child.obligations.union(parent.obligations);
        let scope = scope_of(&child.resource);
        if attenuates(&child, &parent, PATIENT, scope).is_ok() {
            let ask = |terms: &RuleTerms| {
                let rules = [lone(terms)];
                let membership = Some(Membership { roles: StaffRoles::ALL, from: Timestamp(0), until: Timestamp(99) });
                evaluate(&query, &Facts { membership, ..facts(&rules) }, Timestamp(time))
            };
            if let Outcome::Permit { by: Basis::Grant(_), obligations: kept } = ask(&child).outcome {
                match ask(&parent).outcome {
                    Outcome::Permit { obligations: asked, .. } => prop_assert!(kept.contains(asked)),
                    refused => prop_assert!(false, "child permits, parent: {refused:?}"),
                }
            }
        }
    }
}

/// A parent and a child that may be delegated from it.
fn legal_pair() -> (RuleTerms, RuleTerms) {
    let parent = RuleTerms {
        actions: Actions::READ.union(Actions::SHARE),
        depth: 2,
        max_uses: Some(5),
        ..permit(1).terms
    };
    let child = RuleTerms {
        subject: Subject::Account { id: NURSE_B },
        resource: Resource::Record { id: RECORD },
        actions: Actions::READ,
        depth: 1,
        ..parent.clone()
    };
    (parent, child)
}

#[test]
fn each_field_that_is_wider_is_refused_by_name() {
    let (parent, child) = legal_pair();
    let check = |child: &RuleTerms, parent: &RuleTerms| attenuates(child, parent, PATIENT, Some(SCOPE));
    assert_eq!(check(&child, &parent), Ok(()));

    let closed = RuleTerms { actions: Actions::READ, ..parent.clone() };
    assert_eq!(check(&child, &closed), Err(Attenuation::NotShareable));
    let wider = [
        ("depth", RuleTerms { depth: 2, ..child.clone() }),
        ("actions", RuleTerms { actions: Actions::EXPORT, ..child.clone() }),
        ("purposes", RuleTerms { purposes: Purposes::HRESCH, ..child.clone() }),
        ("not_before", RuleTerms { not_before: FROM.minus(1), ..child.clone() }),
        ("not_after", RuleTerms { not_after: UNTIL.plus(1), ..child.clone() }),
        ("max_uses", RuleTerms { max_uses: Some(6), ..child.clone() }),
        ("max_uses", RuleTerms { max_uses: None, ..child.clone() }),
        ("obligations", RuleTerms { obligations: Obligations::NONE, ..child.clone() }),
        ("resource", RuleTerms { resource: Resource::AllOf { account: PATIENT }, ..child.clone() }),
        ("resource", RuleTerms { resource: Resource::Scope { id: OTHER_SCOPE }, ..child.clone() }),
    ];
    for (field, child) in wider {
        let text = check(&child, &parent).unwrap_err().to_string();
        assert!(text.starts_with(&format!("{field}:")), "{field}: {text}");
    }
    // The same record, filed elsewhere or nowhere known.
    for scope in [Some(OTHER_SCOPE), None] {
        assert_eq!(attenuates(&child, &parent, PATIENT, scope), Err(Attenuation::Resource));
    }
}

/// Each resource lies within itself and within all above it, and within nothing below it.
#[test]
fn resources_nest() {
    let (record, version) = (RECORD, VersionNo(0));
    let nested = [
        Resource::AllOf { account: PATIENT },
        Resource::Scope { id: SCOPE },
        Resource::Record { id: record },
        Resource::Version { record, version },
        Resource::Section { record, version, section: 3 },
    ];
    for (i, inner) in nested.iter().enumerate() {
        for (j, outer) in nested.iter().enumerate() {
            assert_eq!(inner.is_within(outer, PATIENT, Some(SCOPE)), i >= j, "{inner:?} in {outer:?}");
        }
    }
    assert!(!Resource::AllOf { account: OTHER_PATIENT }.is_within(&nested[0], PATIENT, None));
}

#[test]
fn a_chain_longer_than_allowed_is_dead() {
    let with = |n: usize| [Rule { ancestors: vec![Standing::default(); n], ..permit(1) }];
    assert!(evaluate(&query(), &facts(&with(4)), NOON).is_permit());
    let decision = evaluate(&query(), &facts(&with(5)), NOON);
    assert_eq!(decision.reasons[0].why, Why::TooDeep);
    assert!(!decision.is_permit());
}

#[test]
fn presets_write_what_they_say() {
    assert_eq!(Preset::Closed.terms(), None);
    let (account, institution) = (PATIENT, HOSPITAL_B);
    let treating =
        Preset::TreatingInstitution { account, institution, from: FROM, until: UNTIL }.terms().unwrap();
    let rules = [lone(&treating)];
    let at = |query: AccessQuery, time: Timestamp| {
        let membership = Some(Membership { roles: StaffRoles::NURSE, from: FROM, until: Timestamp::MAX });
        evaluate(&query, &Facts { membership, ..facts(&rules) }, time).is_permit()
    };
    let day = 24 * 60 * 60 * 1000;
    assert!(at(query(), UNTIL.plus(90 * day - 1)) && !at(query(), UNTIL.plus(90 * day)));
    assert!(at(AccessQuery { action: Actions::APPEND, ..query() }, NOON));
    assert!(!at(AccessQuery { action: Actions::EXPORT, ..query() }, NOON));
    assert!(!at(AccessQuery { purpose: Purposes::HRESCH, ..query() }, NOON));

    let emergency = [lone(&Preset::EmergencyOnly { scope: SCOPE, from: FROM }.terms().unwrap())];
    let urgent = AccessQuery { purpose: Purposes::ETREAT, ..query() };
    match evaluate(&urgent, &facts(&emergency), NOON).outcome {
        Outcome::Permit { obligations, .. } => assert!(obligations.contains(Obligations::NOTIFY_PATIENT)),
        refused => panic!("{refused}"),
    }
    assert!(!evaluate(&query(), &facts(&emergency), NOON).is_permit());

    let research = Preset::ResearchAggregate { account, institution, from: FROM, until: UNTIL };
    let research = [lone(&research.terms().unwrap())];
    let count = AccessQuery { action: Actions::AGGREGATE, purpose: Purposes::HRESCH, ..query() };
    assert!(evaluate(&count, &facts(&research), NOON).is_permit());
    let read = AccessQuery { purpose: Purposes::HRESCH, ..query() };
    assert!(!evaluate(&read, &facts(&research), NOON).is_permit());
}
