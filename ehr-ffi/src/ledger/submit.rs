//! Handing transactions in.

use super::Ledger;
use crate::fault::call;
use crate::{Draft, EhrError, Keyring, Result};
use ehr_core::engine::{Input, Refused};
use ehr_core::mempool::PoolRefusal;
use ehr_core::primitives::{AccountId, TxId};
use ehr_core::tx::Tx;
use ehr_core::validate;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Stores the bodies of a draft that everybody signed, then offers it to the pool of waiting transactions.
    ///
    /// # Errors
    /// `Refused` naming the rule it breaks, such as a missing signature; nothing is stored and nothing waits then.
    pub fn submit(&self, draft: Arc<Draft>) -> Result<TxId> {
        call(|| {
            let (tx, bodies) = draft.tx().clone().into_tx()?;
            self.admit(&tx)?;
            for (id, bytes) in &bodies {
                self.blobs.put(id, bytes)?;
            }
            self.offer(tx)
        })
    }

    /// Offers a transaction as another ledger gave it. Its bodies come by themselves.
    ///
    /// # Errors
    /// `Malformed`, or `Refused` naming the rule it breaks.
    pub fn submit_bytes(&self, transaction: Vec<u8>) -> Result<TxId> {
        call(|| self.offer(Tx::decode(&transaction)?))
    }

    /// How many transactions wait.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn pool_size(&self) -> Result<u64> {
        call(|| self.core(|core| Ok(u64::try_from(core.engine.pool().len()).unwrap_or(u64::MAX))))
    }

    /// Who must sign a draft and has not; where one of several may, the first of them.
    ///
    /// # Errors
    /// It names something that does not exist.
    pub fn missing_signers(&self, draft: Arc<Draft>) -> Result<Vec<AccountId>> {
        call(|| {
            let tx = draft.tx().clone();
            self.at_desk(|desk| Ok(desk.missing(&tx)?))
        })
    }

    /// Moves keys on to the generation the chain has published; `true` if they changed and should be saved.
    ///
    /// # Errors
    /// The account is not enrolled, or its published key is not known here.
    pub fn settle_keys(&self, keys: Arc<Keyring>) -> Result<bool> {
        call(|| self.at_desk(|desk| keys.change(|keys| Ok(desk.settle(keys)?))))
    }

    /// The nonce the next transaction of this payer gets.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn next_nonce(&self, payer: AccountId) -> Result<u64> {
        call(|| {
            let in_use = self.core(|core| Ok(core.nonces_in_use(payer)))?;
            self.at_desk(|desk| Ok(desk.next_nonce(payer, &in_use)?))
        })
    }
}

impl Ledger {
    /// Checks a transaction at the next height, as the pool will, before anything is stored for it.
    fn admit(&self, tx: &Tx) -> Result<()> {
        let now = self.clock.now();
        self.core(|core| {
            if core.engine.pool().contains(&tx.id()) {
                return Err(Refused::Pool(PoolRefusal::Known).into());
            }
            let view = core.engine.view(&core.store);
            let best = &core.engine.best().header;
            validate::admit(core.engine.spec(), &view, best, now, tx).map_err(EhrError::from)
        })
    }

    fn offer(&self, tx: Tx) -> Result<TxId> {
        let (id, bytes) = (tx.id(), tx.bytes().to_vec());
        self.core(|core| core.feed(Input::Submit { bytes }))?;
        Ok(id)
    }
}
