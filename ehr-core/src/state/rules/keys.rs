//! Which key made a signature, and which keys may be enrolled.

use super::Run;
use crate::crypto::domain::Domain;
use crate::crypto::signature::{admit, possession_message};
use crate::primitives::{AccountId, Signature, VerifyingKey};
use crate::state::TxError;
use crate::state::claims::{Claim, Source};
use crate::state::entries::Account;
use crate::tx::{Caps, EnrolAccount, KeyId, Payload, SignatureEntry};
use std::borrow::Cow;

/// The key behind a signature, if it may sign this payload: a live device with `TRANSACT`; for the rotation of its
/// own account one with `MANAGE`, or the recovery key; for a new encryption key of its institution one with both;
/// for an enrolment the first device, which is not in the state.
pub(super) fn resolve(
    run: &mut Run<'_, '_, '_>,
    payload: &Payload,
    entry: &SignatureEntry,
) -> Result<VerifyingKey, TxError> {
    let SignatureEntry { account, key, .. } = *entry;
    if let Payload::EnrolAccount { enrol } = payload
        && enrol.account_id()? == account
    {
        return first_device(enrol, account, key);
    }
    let rotates = matches!(payload, Payload::KeyRotate { rotate } if rotate.account == account);
    let holder = run.draft.need::<Account>(&account)?;
    if rotates && key == KeyId::RECOVERY {
        run.by_recovery = true;
        return Ok(holder.recovery_sig);
    }
    let rekeys = matches!(payload, Payload::SetMembership { membership: set }
        if set.institution == account && set.rekey.is_some());
    let needed = match (rotates, rekeys) {
        (true, _) => Caps::MANAGE,
        (_, true) => Caps::TRANSACT.union(Caps::MANAGE),
        _ => Caps::TRANSACT,
    };
    match holder.device(key) {
        Some(device) if device.caps.contains(needed) => Ok(device.sig),
        Some(_) => Err(TxError::KeyMayNot { account, key }),
        None if key == KeyId::RECOVERY => Err(TxError::KeyMayNot { account, key }),
        None => Err(TxError::UnknownKey { account, key }),
    }
}

fn first_device(enrol: &EnrolAccount, account: AccountId, key: KeyId) -> Result<VerifyingKey, TxError> {
    match enrol.devices.first() {
        Some(device) if key == KeyId(0) => Ok(device.sig),
        _ => Err(TxError::UnknownKey { account, key }),
    }
}

/// New keys of an account on their way in (rules ).
pub(super) struct Admission<'a> {
    pub(super) account: AccountId,
    /// Keys the account has, and those admitted so far.
    pub(super) held: Vec<VerifyingKey>,
    /// One proof for each new key, in order.
    pub(super) proofs: core::slice::Iter<'a, Signature>,
    /// Proofs used so far.
    pub(super) used: usize,
}

impl<'a> Admission<'a> {
    /// Starts with one proof for each of `count` new keys (rule A-5).
    pub(super) fn new(
        account: AccountId,
        held: Vec<VerifyingKey>,
        count: usize,
        proofs: &'a [Signature],
    ) -> Result<Self, TxError> {
        if proofs.len() != count {
            return Err(TxError::PossessionCount { want: count, got: proofs.len() });
        }
        Ok(Self { account, held, proofs: proofs.iter(), used: 0 })
    }

    /// Admits the next key: sound (the signature rule), not held already, and proven to be held.
    pub(super) fn next(
        &mut self,
        run: &mut Run<'_, '_, '_>,
        field: &'static str,
        index: usize,
        key: VerifyingKey,
    ) -> Result<(), TxError> {
        if self.held.contains(&key) {
            return Err(TxError::DuplicateKey { field, index });
        }
        admit(&key).map_err(|error| TxError::BadKey { field, index, error })?;
        let Some(proof) = self.proofs.next() else {
            return Err(TxError::PossessionCount { want: self.used.saturating_add(1), got: self.used });
        };
        let context = [run.ctx.chain_id.as_ref(), self.account.as_ref()].concat();
        run.claims.push(Claim {
            source: Source::Possession { index: self.used },
            key,
            domain: Domain::Possession,
            message: Cow::Owned(possession_message(&key, &context)),
            signature: *proof,
        });
        self.held.push(key);
        self.used = self.used.saturating_add(1);
        Ok(())
    }
}
