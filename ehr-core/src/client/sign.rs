//! From a draft to a transaction.

use super::{AccountKeys, ClientError, Desk, Draft, DraftTx};
use crate::block::ChainSpec;
use crate::primitives::{AccountId, Height};
use crate::state::{Account, Authority, Nonces, Registry, StateRead, signers_of};
use crate::tx::{Payload, TX_VERSION, Tx, TxBody};

/// Blocks a transaction made here stays valid for: a phone has about a day to sign.
const VALIDITY: u64 = 10_000;

/// As [`Desk::compose`], where nothing but the tip's height is known of the state.
///
/// # Errors
/// An enrolment that does not encode.
pub fn compose(
    spec: &ChainSpec,
    height: Height,
    payer: AccountId,
    nonce: u64,
    draft: Draft,
) -> Result<DraftTx, ClientError> {
    // An account that enrols itself has no credits.
    let is_own = match &draft.payload {
        Payload::EnrolAccount { enrol } => enrol.account_id()? == payer,
        _ => false,
    };
    let body = TxBody {
        version: TX_VERSION,
        chain_id: spec.chain_id(),
        shard: spec.shard(),
        fee_payer: payer,
        nonce,
        fee: if is_own { 0 } else { spec.params().min_fee },
        valid_from: height,
        valid_until: height.plus(VALIDITY),
        payload: draft.payload,
    };
    DraftTx::new(body, draft.bodies)
}

impl Desk<'_> {
    /// The lowest nonce an account can use that is above those it used and not among `waiting`, the nonces of its
    /// transactions that wait for a block.
    ///
    /// # Errors
    /// The state did not answer. An account that is not enrolled yet has used none.
    pub fn next_nonce(&self, payer: AccountId, waiting: &[u64]) -> Result<u64, ClientError> {
        let account = self.state.get::<Account>(&payer)?;
        let used = account.map_or(Nonces::NONE, |account| account.nonces);
        let mut nonce = used.last.saturating_add(1);
        while waiting.contains(&nonce) {
            nonce = nonce.saturating_add(1);
        }
        Ok(nonce)
    }

    /// A transaction that nobody has signed yet, with the bodies that go with it. Valid from the tip on.
    ///
    /// # Errors
    /// An enrolment that does not encode.
    pub fn compose(&self, payer: AccountId, nonce: u64, draft: Draft) -> Result<DraftTx, ClientError> {
        compose(self.spec, self.height, payer, nonce, draft)
    }

    /// A transaction signed by its payer and by `others`, where all keys are at hand. Who is named twice signs once.
    /// The draft's bodies are to be stored before it is submitted.
    ///
    /// # Errors
    /// A signature was not made, or the transaction is too long.
    pub fn assemble(
        &self,
        payer: &AccountKeys,
        nonce: u64,
        draft: Draft,
        others: &[&AccountKeys],
    ) -> Result<Tx, ClientError> {
        let mut made = self.compose(payer.id(), nonce, draft)?;
        for keys in [payer].iter().chain(others) {
            made.sign(keys)?;
        }
        Ok(made.into_tx()?.0)
    }

    /// Who must sign a transaction and has not. Where one of several may, the first of them; of a quorum, those who
    /// would complete it, in the order of the registry.
    ///
    /// # Errors
    /// The payload names what does not exist.
    pub fn missing(&self, draft: &DraftTx) -> Result<Vec<AccountId>, ClientError> {
        let body = draft.body();
        let signed = |account: &AccountId| draft.signatures().iter().any(|entry| entry.account == *account);
        let mut needed = vec![body.fee_payer];
        match signers_of(&self.state, &body.payload)? {
            Authority::All(all) => needed.extend(all),
            Authority::OneOf { must: Some(must), .. } => needed.push(must),
            Authority::OneOf { candidates, must: None } => {
                let has_say = |account: &&AccountId| signed(account) || **account == body.fee_payer;
                if !candidates.iter().any(|account| has_say(&account)) {
                    needed.extend(candidates.first());
                }
            }
            Authority::Quorum => {
                let registry = self.state.get::<Registry>(Registry::ID)?;
                let registry = registry.map(|registry| Registry::clone(&registry)).unwrap_or_default();
                let (have, others): (Vec<AccountId>, Vec<AccountId>) =
                    registry.institutions.iter().partition(|id| signed(id) || **id == body.fee_payer);
                needed.extend(others.into_iter().take(registry.quorum().saturating_sub(have.len())));
            }
        }
        let mut missing: Vec<AccountId> = Vec::new();
        for account in needed {
            if !signed(&account) && !missing.contains(&account) {
                missing.push(account);
            }
        }
        Ok(missing)
    }
}
