//! The answer and its reasons. The numbers are stable: other languages and screens key their texts on them.

use super::{Effect, Obligations};
use crate::primitives::{GrantId, Height, Timestamp};

/// On what a permit rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Basis {
    /// The subject is the patient.
    Patient,
    /// The subject acts for the institution that wrote the version.
    AuthorInstitution,
    /// A grant; of several that match, the one with the lowest id.
    Grant(GrantId),
}

impl Basis {
    /// Stable number.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Patient => 1,
            Self::AuthorInstitution => 2,
            Self::Grant(_) => 3,
        }
    }
}

/// Why the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum DenyReason {
    /// The query does not name exactly one action and one purpose.
    Malformed,
    /// The subject has no account.
    NotEnrolled,
    /// The subject's account is suspended.
    Suspended,
    /// The institution acted for is not admitted.
    InstitutionNotAdmitted,
    /// The subject does not work for the institution acted for.
    NotMember,
    /// The membership has not begun.
    MembershipNotYet {
        /// When it does.
        from: Timestamp,
    },
    /// The membership has ended.
    MembershipEnded {
        /// When it did.
        at: Timestamp,
    },
    /// The resource was tombstoned.
    Tombstoned,
    /// The patient said no; of several such rules, the one with the lowest id.
    DeniedBy {
        /// The rule.
        rule: GrantId,
    },
    /// Nothing permits it.
    NoPermit,
    /// What is asked for does not exist, or is not where the query says: another patient's, or in another scope.
    Misplaced,
}

impl DenyReason {
    /// Stable number.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Malformed => 1,
            Self::NotEnrolled => 2,
            Self::Suspended => 3,
            Self::InstitutionNotAdmitted => 4,
            Self::NotMember => 5,
            Self::MembershipNotYet { .. } => 6,
            Self::MembershipEnded { .. } => 7,
            Self::Tombstoned => 8,
            Self::DeniedBy { .. } => 9,
            Self::NoPermit => 10,
            Self::Misplaced => 11,
        }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Outcome {
    /// Yes.
    Permit {
        /// On what it rests.
        by: Basis,
        /// What is asked in return: everything any matching grant asks.
        obligations: Obligations,
    },
    /// No.
    Deny {
        /// Why.
        reason: DenyReason,
    },
}

/// Why a rule applied or did not: the first test it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Why {
    /// It applies.
    Matched,
    /// It is about somebody else, or about another role or institution.
    OtherSubject,
    /// It is about something else.
    OutsideResource,
    /// More is asked for than it permits, or it is not known where the thing asked for belongs.
    TooBroad,
    /// It does not name the action.
    WrongAction,
    /// It does not name the purpose.
    WrongPurpose,
    /// It was revoked.
    Revoked {
        /// The block that did.
        height: Height,
    },
    /// Its time has not come.
    NotYet {
        /// When it does.
        from: Timestamp,
    },
    /// Its time is over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Every release it allows has happened.
    UsedUp {
        /// How many that were.
        max: u32,
    },
    /// It was delegated more often than the ledger allows.
    TooDeep,
    /// A grant it was delegated from was revoked.
    ParentRevoked {
        /// The block that did; of several, the nearest ancestor's.
        height: Height,
    },
    /// Every release that a grant it was delegated from allows has happened.
    ParentUsedUp,
}

impl Why {
    /// Stable number.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Matched => 0,
            Self::OtherSubject => 1,
            Self::OutsideResource => 2,
            Self::TooBroad => 3,
            Self::WrongAction => 4,
            Self::WrongPurpose => 5,
            Self::Revoked { .. } => 6,
            Self::NotYet { .. } => 7,
            Self::Expired { .. } => 8,
            Self::UsedUp { .. } => 9,
            Self::TooDeep => 10,
            Self::ParentRevoked { .. } => 11,
            Self::ParentUsedUp => 12,
        }
    }
}

/// One rule that was considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Reason {
    /// The rule.
    pub rule: GrantId,
    /// What it does when it applies.
    pub effect: Effect,
    /// Whether it did.
    pub why: Why,
}

/// The answer, and every rule that was considered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Decision {
    /// The answer. Does not depend on the order of the rules.
    pub outcome: Outcome,
    /// One entry per rule, in the order they were given; empty when the answer did not depend on rules.
    pub reasons: Vec<Reason>,
}

impl Decision {
    pub(crate) fn fixed(outcome: Outcome) -> Self {
        Self { outcome, reasons: Vec::new() }
    }

    /// Whether the answer is yes.
    pub const fn is_permit(&self) -> bool {
        matches!(self.outcome, Outcome::Permit { .. })
    }
}

/// The decision a server acts on while blocks can still be reorganised away (rule P-14): `finalized` was evaluated
/// on the last final state and `tip` on the newest one. A new no counts at once, a new yes only when it is final.
pub fn settle(finalized: Decision, tip: Decision) -> Decision {
    match (finalized.outcome, tip.outcome) {
        (Outcome::Permit { obligations: old, .. }, Outcome::Permit { by, obligations: new }) => {
            Decision { outcome: Outcome::Permit { by, obligations: old.union(new) }, ..tip }
        }
        (Outcome::Permit { .. }, Outcome::Deny { .. }) => tip,
        (Outcome::Deny { .. }, _) => finalized,
    }
}
