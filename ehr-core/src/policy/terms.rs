//! The words of the policy: actions, purposes of use, subjects, resources.

use crate::primitives::{AccountId, RecordId, ScopeId, VersionNo, bit_set, tagged_enum};

bit_set! {
    /// What may be done (crypto-and-policy 4.2).
    Actions(u8) {
        /// Open sealed bodies.
        READ = 0,
        /// Add a record.
        APPEND = 1,
        /// Add a version to a record.
        AMEND = 2,
        /// Grant on, within the grant's own limits.
        SHARE = 3,
        /// Take part in an aggregate.
        AGGREGATE = 4,
        /// Write prescriptions.
        PRESCRIBE = 5,
        /// Book appointments.
        BOOK = 6,
        /// Take a copy out of the system.
        EXPORT = 7,
    }
}

bit_set! {
    /// Purposes of use: HL7 v3 ActReason codes, spelled as there.
    Purposes(u32) {
        /// Treatment.
        TREAT = 0,
        /// Emergency treatment.
        ETREAT = 1,
        /// Break the glass.
        BTG = 2,
        /// Emergency room treatment.
        ERTREAT = 3,
        /// Care management.
        CAREMGT = 4,
        /// Health care payment.
        HPAYMT = 5,
        /// Health care operations.
        HOPERAT = 6,
        /// Health care research.
        HRESCH = 7,
        /// Clinical trial research.
        CLINTRCH = 8,
        /// Public health.
        PUBHLTH = 9,
        /// Patient requested.
        PATRQT = 10,
        /// Family requested.
        FAMRQT = 11,
        /// Power of attorney.
        PWATRNY = 12,
        /// Legal.
        HLEGAL = 13,
        /// Coverage under a policy or programme.
        COVERAGE = 14,
        /// Health system administration.
        HSYSADMIN = 15,
    }
}

bit_set! {
    /// What a member of staff is at an institution.
    StaffRoles(u16) {
        /// Physician.
        DOCTOR = 0,
        /// Nurse.
        NURSE = 1,
        /// Pharmacist.
        PHARMACIST = 2,
        /// Laboratory.
        LAB = 3,
        /// Front desk and billing.
        ADMIN = 4,
        /// A machine that releases data on the institution's behalf.
        GATEWAY = 5,
    }
}

bit_set! {
    /// What a permit asks in return. Contractual where the chain cannot see it.
    Obligations(u16) {
        /// File a release receipt for every release.
        RECEIPT = 0,
        /// Notify the patient.
        NOTIFY_PATIENT = 1,
        /// Pass nothing on.
        NO_REDISTRIBUTE = 2,
        /// Delete cached copies at the end of the window.
        CACHE_UNTIL = 3,
    }
}

tagged_enum! {
    /// Whom a rule is about.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    Subject: u8 {
        /// One account.
        Account {
            /// The account.
            id: AccountId,
        } = 1,
        /// Staff of one institution with any of these roles.
        StaffOf {
            /// The institution.
            institution: AccountId,
            /// Any of these.
            roles: StaffRoles,
        } = 2,
        /// Everybody acting for one institution.
        Institution {
            /// The institution.
            id: AccountId,
        } = 3,
        /// Staff of any admitted institution with any of these roles.
        AnyAdmitted {
            /// Any of these.
            roles: StaffRoles,
        } = 4,
    }
}

tagged_enum! {
    /// What a rule is about; each variant lies inside the one above it.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    Resource: u8 {
        /// Everything of one patient.
        AllOf {
            /// The patient's account.
            account: AccountId,
        } = 1,
        /// One scope.
        Scope {
            /// The scope.
            id: ScopeId,
        } = 2,
        /// One record, all versions.
        Record {
            /// The record.
            id: RecordId,
        } = 3,
        /// One version of a record.
        Version {
            /// The record.
            record: RecordId,
            /// The version.
            version: VersionNo,
        } = 4,
        /// One section of one version.
        Section {
            /// The record.
            record: RecordId,
            /// The version.
            version: VersionNo,
            /// Section number.
            section: u16,
        } = 5,
    }
}
