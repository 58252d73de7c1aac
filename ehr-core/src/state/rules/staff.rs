//! Institutions and their staff as other rules need them.

use crate::policy::StaffRoles;
use crate::primitives::{AccountId, Timestamp};
use crate::state::entries::{Institution, Membership, MembershipId};
use crate::state::{StateRead, TxError};
use std::rc::Rc;

/// Roles that may write records (rule R-2).
const WRITERS: StaffRoles =
    StaffRoles::DOCTOR.union(StaffRoles::NURSE).union(StaffRoles::PHARMACIST).union(StaffRoles::LAB);

/// The institution, which must be admitted.
pub(super) fn admitted(state: &impl StateRead, institution: AccountId) -> Result<Rc<Institution>, TxError> {
    state.get::<Institution>(&institution)?.ok_or(TxError::NotAdmitted { institution })
}

/// The membership, which must be active at `time`, of an institution that must be admitted.
pub(super) fn active(
    state: &impl StateRead,
    institution: AccountId,
    staff: AccountId,
    time: Timestamp,
) -> Result<Rc<Membership>, TxError> {
    admitted(state, institution)?;
    state
        .get::<Membership>(&MembershipId::new(institution, staff))?
        .filter(|membership| membership.is_active(time))
        .ok_or(TxError::NotMember { institution, staff })
}

/// As [`active`], in a role that may write records.
pub(super) fn writer(
    state: &impl StateRead,
    institution: AccountId,
    staff: AccountId,
    time: Timestamp,
) -> Result<(), TxError> {
    let membership = active(state, institution, staff, time)?;
    if membership.roles.intersects(WRITERS) {
        Ok(())
    } else {
        Err(TxError::RoleMayNot { institution, staff })
    }
}
