//! Rules I-1 to I-5: institutions and memberships (kinds 2 and 4).

use super::{Run, account, staff};
use crate::block::EventCode;
use crate::codec::limits::MAX_INSTITUTIONS;
use crate::primitives::AccountId;
use crate::state::entries::{Account, Institution, Membership, MembershipId, Registry};
use crate::state::{StateRead, TxError};
use crate::tx::{AdmitInstitution, Role, SetMembership};

/// Kind 2. That two thirds of the admitted institutions signed (rule I-2) is checked with the signers.
pub(crate) fn admit(run: &mut Run<'_, '_, '_>, admit: &AdmitInstitution) -> Result<(), TxError> {
    let id = admit.account;
    // Rule I-1: an account that was enrolled as an institution and is not admitted yet.
    if run.draft.need::<Account>(&id)?.role != Role::Institution {
        return Err(TxError::WrongRole { account: id });
    }
    run.draft.need_absent::<Institution>(&id)?;
    if admit.roles.is_empty() {
        return Err(TxError::Empty { field: "roles" });
    }
    let mut registry = Registry::clone(&run.draft.get::<Registry>(Registry::ID)?.unwrap_or_default());
    let got = registry.institutions.len().saturating_add(1);
    if got > MAX_INSTITUTIONS {
        return Err(TxError::TooMany { field: "institutions", limit: MAX_INSTITUTIONS, got });
    }
    let at = registry.institutions.partition_point(|other| *other < id);
    registry.institutions.insert(at, id);
    let institution = Institution {
        name_commit: admit.name_commit,
        jurisdiction: admit.jurisdiction,
        roles: admit.roles,
        emergency_key: admit.emergency_key,
        admitted: run.ctx.height,
    };
    run.draft.put(&id, institution);
    run.draft.put(Registry::ID, registry);
    run.event(EventCode::InstitutionAdmitted, id);
    Ok(())
}

/// An officer, and the member where the membership is set: nobody becomes staff unasked.
pub(super) fn membership_signers(set: &SetMembership) -> Vec<AccountId> {
    let member = if set.roles.is_empty() { None } else { Some(set.staff) };
    [set.institution].into_iter().chain(member).collect()
}

/// Kind 4.
pub(super) fn set_membership(run: &mut Run<'_, '_, '_>, set: &SetMembership) -> Result<(), TxError> {
    let institution = staff::admitted(&run.draft, set.institution)?;
    let id = MembershipId::new(set.institution, set.staff);
    if set.roles.is_empty() {
        remove(run, set, &id)?;
    } else {
        // Rule I-3: staff, in roles the institution has, for a time.
        if run.draft.need::<Account>(&set.staff)?.role != Role::Staff {
            return Err(TxError::WrongRole { account: set.staff });
        }
        if !institution.roles.contains(set.roles) {
            return Err(TxError::RoleMayNot { institution: set.institution, staff: set.staff });
        }
        if set.until <= set.from {
            return Err(TxError::EmptyPeriod { field: "until", start: set.from, end: set.until });
        }
        run.draft.put(&id, Membership { roles: set.roles, from: set.from, until: set.until });
        run.event(EventCode::MembershipSet, set.staff);
    }
    if let Some(rekey) = &set.rekey {
        // Rule I-5: a new encryption key is a new one and a new generation, and like every rotation by a device it
        // calls off what the recovery key asked for.
        let mut account = Account::clone(&*run.draft.need::<Account>(&set.institution)?);
        if account.enc_key == rekey.enc_key {
            return Err(TxError::DuplicateKey { field: "rekey.enc_key", index: 0 });
        }
        account.enc_key = rekey.enc_key;
        account.seeds = Some(rekey.seeds);
        account.generation = account.generation.saturating_add(1);
        run.draft.put(&set.institution, account);
        account::cancel_pending(run, set.institution)?;
    }
    Ok(())
}

/// Rule I-4: who leaves cannot open what is wrapped afterwards, so the institution's key changes with it.
fn remove(run: &mut Run<'_, '_, '_>, set: &SetMembership, id: &MembershipId) -> Result<(), TxError> {
    let (institution, staff) = (set.institution, set.staff);
    if run.draft.get::<Membership>(id)?.is_none() {
        return Err(TxError::NotMember { institution, staff });
    }
    if set.rekey.is_none() {
        return Err(TxError::MustBeGiven { field: "rekey" });
    }
    run.draft.delete::<Membership>(id);
    run.event(EventCode::MembershipRemoved, staff);
    Ok(())
}
