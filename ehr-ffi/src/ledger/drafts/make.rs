//! From a payload to a draft that is signed by whoever's keys are here.

use crate::{Draft, Keyring, Ledger, Result};
use ehr_core::client::{self, AccountKeys, Desk};
use ehr_core::primitives::AccountId;
use rand_chacha::ChaCha20Rng;
use std::sync::Arc;

/// What makes a payload at a desk gives. It may be asked again when the tip moves.
type Made = core::result::Result<client::Draft, client::ClientError>;

impl Ledger {
    /// A draft that one account's keys make, signed by these and by the payer.
    pub(super) fn draft(
        &self,
        payer: &Keyring,
        by: &Keyring,
        make: impl Fn(&Desk<'_>, &AccountKeys, &mut ChaCha20Rng) -> Made,
    ) -> Result<Arc<Draft>> {
        let (payer, by, rng) = (payer.keys()?, by.keys()?, self.entropy.rng()?);
        let maker = Arc::clone(&by);
        self.compose(payer.id(), &[payer, by], |desk| Ok(make(desk, &maker, &mut rng.clone())?))
    }

    /// A draft that begins a new generation of `changed`, which is in the keyring when this returns.
    pub(super) fn draft_changing(
        &self,
        payer: &Keyring,
        changed: &Keyring,
        make: impl Fn(&Desk<'_>, &mut AccountKeys, &mut ChaCha20Rng) -> Made,
    ) -> Result<Arc<Draft>> {
        let (payer, by, rng) = (payer.keys()?, changed.keys()?, self.entropy.rng()?);
        self.compose(payer.id(), &[payer, by], |desk| {
            changed.change(|keys| Ok(make(desk, keys, &mut rng.clone())?))
        })
    }

    /// Makes the payload at a desk, puts the envelope around it and signs it.
    pub(super) fn compose(
        &self,
        payer: AccountId,
        signers: &[Arc<AccountKeys>],
        make: impl Fn(&Desk<'_>) -> Result<client::Draft>,
    ) -> Result<Arc<Draft>> {
        let (mut tx, about, needed) = self.at_desk(|desk| {
            let draft = make(desk)?;
            let about = draft.about.clone();
            let nonce = self.take_nonce(desk, payer)?;
            let tx = desk.compose(payer, nonce, draft)?;
            let needed = desk.missing(&tx)?;
            Ok((tx, about, needed))
        })?;
        for keys in signers {
            tx.sign(keys)?;
        }
        Ok(Draft::of(tx, about, needed))
    }

    /// A nonce that no transaction of the payer's has, whether mined, waiting or drafted.
    fn take_nonce(&self, desk: &Desk<'_>, payer: AccountId) -> Result<u64> {
        loop {
            let in_use = self.core(|core| Ok(core.nonces_in_use(payer)))?;
            let nonce = desk.next_nonce(payer, &in_use)?;
            // Another thread may have taken it meanwhile.
            if self.core(|core| Ok(core.drafted.take(payer, nonce)))? {
                return Ok(nonce);
            }
        }
    }
}
