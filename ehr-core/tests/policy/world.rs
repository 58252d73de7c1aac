//! Two hospitals, a few people and one patient's records, shared by the tests.

use ehr_core::policy::*;
use ehr_core::primitives::*;

pub(crate) const PATIENT: AccountId = AccountId([0x01; 32]);
pub(crate) const OTHER_PATIENT: AccountId = AccountId([0x02; 32]);
pub(crate) const DOCTOR_A: AccountId = AccountId([0xa1; 32]);
pub(crate) const NURSE_A: AccountId = AccountId([0xa2; 32]);
pub(crate) const DOCTOR_B: AccountId = AccountId([0xb1; 32]);
pub(crate) const NURSE_B: AccountId = AccountId([0xb2; 32]);
pub(crate) const HOSPITAL_A: AccountId = AccountId([0xaa; 32]);
pub(crate) const HOSPITAL_B: AccountId = AccountId([0xbb; 32]);
/// Scope that holds `RECORD`.
pub(crate) const SCOPE: ScopeId = ScopeId([0x51; 32]);
/// Scope that holds `OTHER_RECORD`.
pub(crate) const OTHER_SCOPE: ScopeId = ScopeId([0x52; 32]);
pub(crate) const RECORD: RecordId = RecordId([0x71; 32]);
pub(crate) const OTHER_RECORD: RecordId = RecordId([0x72; 32]);

/// Window of every rule that says nothing else.
pub(crate) const FROM: Timestamp = Timestamp(1_767_225_600_000); // 2026-01-01
pub(crate) const UNTIL: Timestamp = Timestamp(1_769_904_000_000); // 2026-02-01
pub(crate) const NOON: Timestamp = Timestamp(1_768_478_400_000); // 2026-01-15 12:00

pub(crate) fn grant_id(n: u8) -> GrantId {
    GrantId([n; 32])
}

/// A permit for doctors of hospital B to read `SCOPE` for treatment.
pub(crate) fn permit(n: u8) -> Rule {
    Rule {
        id: grant_id(n),
        effect: Effect::Permit,
        terms: RuleTerms {
            subject: Subject::StaffOf { institution: HOSPITAL_B, roles: StaffRoles::DOCTOR },
            resource: Resource::Scope { id: SCOPE },
            actions: Actions::READ,
            purposes: Purposes::TREAT,
            not_before: FROM,
            not_after: UNTIL,
            depth: 0,
            max_uses: None,
            obligations: Obligations::RECEIPT,
        },
        revoked: None,
        uses: 0,
        ancestors: Vec::new(),
    }
}

/// The same words as [`permit`], refusing.
pub(crate) fn deny(n: u8) -> Rule {
    Rule { effect: Effect::Deny, ..permit(n) }
}

/// Version 0 of `RECORD`.
pub(crate) fn version_chain() -> ResourceChain {
    ResourceChain {
        account: PATIENT,
        scope: Some(SCOPE),
        record: Some(RECORD),
        version: Some(VersionNo(0)),
        section: None,
    }
}

/// A doctor of hospital B asks to read version 0 of `RECORD` for treatment.
pub(crate) fn query() -> AccessQuery {
    AccessQuery {
        subject: DOCTOR_B,
        acting_for: Some(HOSPITAL_B),
        action: Actions::READ,
        purpose: Purposes::TREAT,
        resource: version_chain(),
    }
}

/// Everything in order: a doctor in good standing, a record that hospital A wrote.
pub(crate) fn facts(rules: &[Rule]) -> Facts<'_> {
    Facts {
        enrolled: true,
        suspended: false,
        institution_admitted: true,
        membership: Some(Membership { roles: StaffRoles::DOCTOR, from: FROM, until: UNTIL }),
        author_institution: Some(HOSPITAL_A),
        tombstoned: false,
        rules,
    }
}
