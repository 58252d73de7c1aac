//! Keys of a validator: one for votes, and its account's for reports.

use crate::driver::Validator;
use ehr_bft::replica::{ReplicaConfig, ReplicaKeys};
use ehr_core::block::ChainSpec;
use ehr_core::client::AccountKeys;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{SignError, Signer, SoftwareSigner, prove_possession};
use ehr_core::primitives::{ChainId, Signature, VerifyingKey};
use ehr_core::tx::Stake;
use rand_core::CryptoRng;
use std::sync::Arc;
use zeroize::Zeroizing;

/// An institution that votes, or is going to.
pub struct Voter {
    keys: Arc<AccountKeys>,
    seed: Zeroizing<[u8; 32]>,
}

impl Voter {
    /// A fresh key for the votes of an account.
    pub fn generate(keys: Arc<AccountKeys>, rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::new(keys, seed)
    }

    pub(super) const fn new(keys: Arc<AccountKeys>, seed: Zeroizing<[u8; 32]>) -> Self {
        Self { keys, seed }
    }

    /// The account's keys.
    pub const fn keys(&self) -> &Arc<AccountKeys> {
        &self.keys
    }

    pub(super) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    fn votes(&self) -> SoftwareSigner {
        SoftwareSigner::from_seed(&self.seed)
    }

    /// What puts up stake for this key; the chain id is all zero inside a genesis.
    ///
    /// # Errors
    /// The proof of possession was not signed; not reachable.
    pub fn stake(&self, chain: ChainId, amount: u64) -> Result<Stake, SignError> {
        let account = self.keys.id();
        let context = [chain.as_ref(), account.as_ref()].concat();
        let votes = self.votes();
        let possession = prove_possession(&votes, &context)?;
        Ok(Stake { account, key: votes.public_key(), amount, possession })
    }

    /// The validator of a node.
    pub fn validator(&self, spec: &ChainSpec) -> Validator {
        let account: Box<dyn Signer + Send> = Box::new(AccountSigner(Arc::clone(&self.keys)));
        Validator {
            config: ReplicaConfig::new(self.keys.id(), spec.params()),
            keys: ReplicaKeys { votes: Box::new(self.votes()), account: Some((self.keys.key_id(), account)) },
        }
    }
}

/// The device key of an account that others use, too.
struct AccountSigner(Arc<AccountKeys>);

impl Signer for AccountSigner {
    fn public_key(&self) -> VerifyingKey {
        self.0.signer().public_key()
    }
    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError> {
        self.0.signer().sign(domain, message)
    }
}
