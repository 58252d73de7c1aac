//! The keyring as it is stored: the current seed for each device, and each older seed under the next.

use super::{GenerationSeed, Keyring};
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::seal::{self, OpenError, SealContext, SealError};
use crate::crypto::signature::Signer;
use crate::crypto::wrap::{WrapBody, WrapError, WrapSet, WrapSubject};
use crate::primitives::{AccountId, EncryptionKey};
use rand_core::CryptoRng;
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::Zeroizing;

/// First element of a chain link's context.
const CHAIN: &str = "ehr/seed-chain/v1";

/// A keyring that was not restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The current seed could not be unwrapped.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The current seed is not the one behind the account's published key (rule K-6).
    #[error("seed does not belong to the account's published key {published}")]
    WrongSeed {
        /// Key published for the account.
        published: EncryptionKey,
    },
    /// An older seed does not open.
    #[error("seed of generation {generation}: {error}")]
    Chain {
        /// Its generation.
        generation: u32,
        /// Why.
        error: OpenError,
    },
    /// An older seed has another length than a seed.
    #[error("seed of generation {generation} is not 32 bytes")]
    NotASeed {
        /// Its generation.
        generation: u32,
    },
}

/// A keyring that was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealKeyringError {
    /// A recipient's key cannot be wrapped to.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// An older seed was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<EncodeError> for SealKeyringError {
    fn from(e: EncodeError) -> Self {
        Self::Wrap(e.into())
    }
}

/// A keyring in the blob store (rule K-5). Safe to show: only devices and the recovery key open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SealedKeyring {
    /// The current seed, once for each active device and once for the recovery key.
    pub seeds: WrapSet,
    /// Element `g` is seed `g` sealed under seed `g + 1`; as many as the current generation's number.
    pub chain: Vec<ByteBuf>,
}

impl Wire for SealedKeyring {
    const NAME: &'static str = "sealed keyring";
    const MAX_BYTES: usize = limits::MAX_OBJECT;
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct LinkContext {
    label: String,
    account: AccountId,
    generation: u32,
}

impl Wire for LinkContext {
    const NAME: &'static str = "seed chain context";
    const MAX_BYTES: usize = 128;
}

fn link_context(account: AccountId, generation: u32) -> Result<SealContext, EncodeError> {
    let label = CHAIN.to_owned();
    LinkContext { label, account, generation }.to_bytes().map(SealContext::new)
}

impl Keyring {
    /// Seals the keyring of `account` to the keys of its active devices and its recovery key. `signer` is
    /// one of the devices.
    pub fn seal(
        &self,
        account: AccountId,
        recipients: &[EncryptionKey],
        signer: &dyn Signer,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedKeyring, SealKeyringError> {
        let subject = WrapSubject::Seed { account, generation: self.generation() };
        let seed = self.current().expose();
        let bodies = recipients
            .iter()
            .map(|key| WrapBody::seal(account, account, *key, subject, seed, rng))
            .collect::<Result<_, _>>()?;
        let mut chain = Vec::new();
        for (generation, (seed, next)) in (0..).zip(self.seeds().zip(self.seeds().skip(1))) {
            let mut salt = [0; seal::SALT_LEN];
            rng.fill_bytes(&mut salt);
            let context = link_context(account, generation)?;
            let link = seal::seal(&next.chain_key(), &context, &salt, seed.expose())?;
            chain.push(ByteBuf::from(link));
        }
        Ok(SealedKeyring { seeds: WrapSet::sign(bodies, signer)?, chain })
    }
}

impl SealedKeyring {
    /// Number of the generation that is sealed here.
    pub fn generation(&self) -> u32 {
        u32::try_from(self.chain.len()).unwrap_or(u32::MAX)
    }

    /// Opens every generation with the key of a device or the recovery key. `published` is the account's current
    /// encryption key on the chain: whoever stored this object cannot pass off another seed (rule K-6).
    pub fn restore(
        &self,
        account: AccountId,
        key: &EncryptionKeyPair,
        published: EncryptionKey,
    ) -> Result<Keyring, RestoreError> {
        let generation = self.generation();
        let wrap = self.seeds.find(key)?;
        if wrap.body.subject != (WrapSubject::Seed { account, generation }) {
            return Err(WrapError::WrongSubject { expected: "generation" }.into());
        }
        let current = GenerationSeed::from_bytes(wrap.body.open_key(key, "generation seed")?);
        if current.encryption_key().public() != published {
            return Err(RestoreError::WrongSeed { published });
        }
        let mut past: Vec<GenerationSeed> = Vec::new();
        for (generation, link) in (0..generation).zip(&self.chain).rev() {
            let context = link_context(account, generation).map_err(WrapError::from)?;
            let next = past.last().unwrap_or(&current).chain_key();
            let seed = seal::open(&next, &context, link)
                .map_err(|error| RestoreError::Chain { generation, error })?;
            let seed = seed.as_slice().try_into().map_err(|_| RestoreError::NotASeed { generation })?;
            past.push(GenerationSeed::from_bytes(Zeroizing::new(seed)));
        }
        past.reverse();
        Ok(Keyring::from_seeds(past, current))
    }
}
