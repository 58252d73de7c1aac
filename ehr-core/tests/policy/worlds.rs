//! Random questions, facts and rules, over few names so that they meet.

use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;
use proptest::prelude::*;

pub(crate) fn pick<T: Clone + std::fmt::Debug + 'static>(from: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(from.to_vec())
}

pub(crate) fn account() -> impl Strategy<Value = AccountId> {
    pick(&[PATIENT, DOCTOR_A, DOCTOR_B])
}

pub(crate) fn hospital() -> impl Strategy<Value = AccountId> {
    pick(&[HOSPITAL_A, HOSPITAL_B])
}

pub(crate) fn roles() -> impl Strategy<Value = StaffRoles> {
    pick(&[0u16, 1, 2, 3, 5, 7, 7]).prop_map(|bits| StaffRoles::from_bits(bits).unwrap())
}

pub(crate) fn purposes() -> impl Strategy<Value = Purposes> {
    pick(&[0u32, 1, 2, 3, 5, 6, 7, 7, 7]).prop_map(|bits| Purposes::from_bits(bits).unwrap())
}

pub(crate) fn obligations() -> impl Strategy<Value = Obligations> {
    (0u16..16).prop_map(|bits| Obligations::from_bits(bits).unwrap())
}

pub(crate) fn subject() -> impl Strategy<Value = Subject> {
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
pub(crate) fn hour() -> impl Strategy<Value = Timestamp> {
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
    pub(crate) fn standing()(revoked in prop::option::weighted(0.1, Just(Height(3))), uses in 0u32..4,
                  max_uses in prop::option::weighted(0.3, 1u32..5)) -> Standing {
        Standing { revoked, uses, max_uses }
    }
}

prop_compose! {
    pub(crate) fn rule()(
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
    pub(crate) fn any_facts()(roles in roles(), author in prop::option::of(hospital()), bad in 0u8..20) -> Facts<'static> {
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

pub(crate) fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(rule(), 0..24)
}
