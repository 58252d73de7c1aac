//! Ready-made choices for patients. A preset only writes the terms of an ordinary grant; the evaluator knows none.

use super::{Actions, Obligations, Purposes, Resource, RuleTerms, StaffRoles, Subject};
use crate::primitives::{AccountId, ScopeId, Timestamp};

/// Version of the texts and terms below; goes into the policy document a grant commits to.
pub const PRESETS_VERSION: u16 = 1;

/// How long a treating institution keeps access after the episode: 90 days, in milliseconds.
const AFTERCARE: u64 = 90 * 24 * 60 * 60 * 1000;

/// The default policies (crypto-and-policy 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Nobody but the patient and who wrote a record. What every account starts with.
    Closed,
    /// The hospital that treats may read and add, for treatment, for the episode and 90 days after it.
    TreatingInstitution {
        /// The patient.
        account: AccountId,
        /// The hospital.
        institution: AccountId,
        /// Begin of the episode.
        from: Timestamp,
        /// Its end, as planned.
        until: Timestamp,
    },
    /// Doctors and nurses anywhere may read the emergency scope in an emergency; the patient is told.
    EmergencyOnly {
        /// The scope that holds what an emergency needs.
        scope: ScopeId,
        /// From when.
        from: Timestamp,
    },
    /// One institution may count, and read nothing.
    ResearchAggregate {
        /// The patient.
        account: AccountId,
        /// Who computes the aggregates.
        institution: AccountId,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
}

impl Preset {
    /// The grant to sign; none when the preset grants nothing.
    pub fn terms(&self) -> Option<RuleTerms> {
        let (subject, resource, actions, purposes, window, obligations) = match *self {
            Self::Closed => return None,
            Self::TreatingInstitution { account, institution, from, until } => (
                Subject::Institution { id: institution },
                Resource::AllOf { account },
                Actions::READ.union(Actions::APPEND),
                Purposes::TREAT,
                (from, until.plus(AFTERCARE)),
                Obligations::RECEIPT,
            ),
            Self::EmergencyOnly { scope, from } => (
                Subject::AnyAdmitted { roles: StaffRoles::DOCTOR.union(StaffRoles::NURSE) },
                Resource::Scope { id: scope },
                Actions::READ,
                Purposes::ETREAT.union(Purposes::ERTREAT),
                (from, Timestamp::MAX),
                Obligations::RECEIPT.union(Obligations::NOTIFY_PATIENT),
            ),
            Self::ResearchAggregate { account, institution, from, until } => (
                Subject::Institution { id: institution },
                Resource::AllOf { account },
                Actions::AGGREGATE,
                Purposes::HRESCH,
                (from, until),
                Obligations::RECEIPT.union(Obligations::NO_REDISTRIBUTE),
            ),
        };
        Some(RuleTerms {
            subject,
            resource,
            actions,
            purposes,
            not_before: window.0,
            not_after: window.1,
            depth: 0,
            max_uses: None,
            obligations,
        })
    }
}
