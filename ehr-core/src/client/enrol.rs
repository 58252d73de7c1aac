//! Accounts, institutions and their staff.

use super::draft::commit;
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::policy::StaffRoles;
use crate::primitives::{AccountId, EncryptionKey, Salt16, Timestamp};
use crate::tx::{AdmitInstitution, Payload, Rekey, SetMembership};
use rand_core::CryptoRng;

/// An admission and the salt of the commitment to the name. Inside a genesis, where no state is asked yet,
/// `emergency_key` is the institution's generation 0 key.
pub fn admission(
    account: AccountId,
    emergency_key: EncryptionKey,
    name: &str,
    jurisdiction: u16,
    rng: &mut impl CryptoRng,
) -> (AdmitInstitution, Salt16) {
    let (name_commit, salt) = commit(name, rng);
    let roles = StaffRoles::ALL;
    (AdmitInstitution { account, name_commit, jurisdiction, roles, emergency_key }, salt)
}

impl Desk<'_> {
    /// Enrols a person or institution on this chain.
    ///
    /// # Errors
    /// As [`AccountKeys::enrolment`].
    pub fn enrol(&self, who: &AccountKeys, sponsor: Option<AccountId>) -> Result<Draft, ClientError> {
        let enrol = who.enrolment(self.spec.chain_id(), sponsor)?;
        let mut draft = Draft::of(Payload::EnrolAccount { enrol });
        draft.about.account = Some(who.id());
        Ok(draft)
    }

    /// Admits an enrolled institution, with any role for its staff. Its account key also receives emergency wraps.
    /// `jurisdiction` is the ISO 3166-1 numeric code.
    ///
    /// # Errors
    /// It is not enrolled.
    pub fn admit(
        &self,
        institution: AccountId,
        name: &str,
        jurisdiction: u16,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let key = self.account(institution)?.enc_key;
        let (admit, salt) = admission(institution, key, name, jurisdiction, rng);
        let mut draft = Draft::of(Payload::AdmitInstitution { admit });
        draft.about.account = Some(institution);
        draft.about.salt = Some(salt);
        Ok(draft)
    }

    /// Makes somebody staff of an institution, in some roles, from a block time until another.
    ///
    /// # Errors
    /// Somebody is not enrolled, or there is no role.
    pub fn membership(
        &self,
        institution: AccountId,
        staff: AccountId,
        roles: StaffRoles,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Draft, ClientError> {
        if roles.is_empty() {
            return Err(ClientError::NoRoles);
        }
        self.account(institution)?;
        self.account(staff)?;
        let membership = SetMembership { institution, staff, roles, from, until, rekey: None };
        Ok(Draft::of(Payload::SetMembership { membership }))
    }

    /// Ends a membership. The institution's key changes with it (rule I-4), so `institution` gets another candidate
    /// generation and must be saved before the transaction is submitted, as with [`Desk::rotate_keys`].
    ///
    /// # Errors
    /// Somebody is not enrolled. As [`Desk::rotate_keys`].
    pub fn dismiss(
        &self,
        institution: &mut AccountKeys,
        staff: AccountId,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        self.account(staff)?;
        let next = self.next_generation(institution, rng)?;
        let (from, until, roles) = (Timestamp::ZERO, Timestamp::MAX, StaffRoles::NONE);
        let rekey = Some(Rekey { enc_key: next.enc_key, seeds: next.seeds.0 });
        let membership = SetMembership { institution: institution.id(), staff, roles, from, until, rekey };
        let mut draft = Draft::of(Payload::SetMembership { membership });
        draft.bodies.push(next.seeds);
        Ok(draft)
    }
}
