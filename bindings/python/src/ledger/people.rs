//! Accounts, institutions and their staff.

use super::operation::operation;
use crate::args::{Account, Keys, Set, When};
use crate::ids::TxId;
use ehr_core::policy::StaffRoles;
use ehr_core::primitives::Timestamp;

operation! {
    /// Enrols an account. `payer` pays and vouches.
    draft_enrol, enrol -> TxId,
    [person, *, payer], (person: Keys, payer: Keys), here (),
    |ledger| ledger.draft_enrol(payer.0, person.0)
}

operation! {
    /// Admits an enrolled institution; two thirds of the admitted ones must sign. `jurisdiction` is the numeric country
    /// code of ISO 3166-1. The name itself stays off the chain.
    draft_admit, admit -> TxId,
    [institution, *, name, jurisdiction, payer],
    (institution: Account, name: String, jurisdiction: u16, payer: Keys), here (institution),
    |ledger| ledger.draft_admit(payer.0, institution.0, name, jurisdiction)
}

operation! {
    /// Makes a person staff of an institution for a time. Both sign; the institution pays. `since` is now if not given.
    draft_membership, set_membership -> TxId,
    [staff, *, institution, roles, until, since = None],
    (staff: Account, institution: Keys, roles: Set<StaffRoles>, until: When, since: Option<When>), here (staff),
    |ledger| {
        let since = match since {
            Some(since) => Timestamp(since.0),
            None => ledger.tip()?.time,
        };
        ledger.draft_membership(institution.0, staff.0, roles.0, since, Timestamp(until.0))
    }
}

operation! {
    /// Ends a membership and changes the institution's encryption key. Save its keys before this is handed in.
    draft_dismiss, dismiss -> TxId,
    [staff, *, institution], (staff: Account, institution: Keys), here (),
    |ledger| ledger.draft_dismiss(institution.0, staff.0)
}

operation! {
    /// Begins the next generation of an account's encryption key. Save the keys before this is handed in.
    draft_rotate_keys, rotate_keys -> TxId,
    [keys, *, payer], (keys: Keys, payer: Keys), here (),
    |ledger| ledger.draft_rotate_keys(payer.0, keys.0)
}
