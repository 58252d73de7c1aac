//! An account's keys as bytes: the content of its key file (rules K-13 to K-15).

use super::account_keys::{Candidate, Seat};
use super::device::Device;
use super::{AccountKeys, ClientError};
use crate::codec::{DecodeError, Wire, encode_in, limits};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::keyring::{GenerationSeed, Keyring, RecoveryKeys};
use crate::crypto::signature::{Signer, SoftwareSigner};
use crate::primitives::{AccountId, EncryptionKey, Salt16, VerifyingKey};
use crate::tx::{KeyId, Role};
use serde_bytes::ByteArray;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::{Zeroize, Zeroizing};

/// Format of the bytes written here.
const FORMAT: u8 = 2;
/// Bytes beside the seeds, generously.
const FIXED: usize = 512;
/// Bytes of a seed, generously.
const SEED: usize = 48;

type Secret = ByteArray<32>;

#[derive(Serialize_tuple, Deserialize_tuple)]
struct KeyBytes {
    format: u8,
    id: AccountId,
    role: Role,
    key: KeyId,
    salt: Option<Salt16>,
    public: VerifyingKey,
    signing: Option<Secret>,
    encryption: Secret,
    seeds: Vec<Secret>,
    candidates: Vec<WireCandidate>,
    recovery: Option<Secret>,
    recovery_sig: VerifyingKey,
    recovery_enc: EncryptionKey,
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct WireCandidate {
    generation: u32,
    seed: Secret,
    again: bool,
}

impl Wire for KeyBytes {
    const NAME: &'static str = "account keys";
    const MAX_BYTES: usize = limits::MAX_KEY_FILE;
}

impl Drop for KeyBytes {
    fn drop(&mut self) {
        self.signing.iter_mut().chain(&mut self.recovery).for_each(|secret| secret.zeroize());
        self.seeds.iter_mut().chain([&mut self.encryption]).for_each(|secret| secret.zeroize());
        self.candidates.iter_mut().for_each(|candidate| candidate.seed.zeroize());
    }
}

fn seed(bytes: &Secret) -> GenerationSeed {
    GenerationSeed::from_bytes(Zeroizing::new(**bytes))
}

fn wrong(reason: &str) -> ClientError {
    DecodeError::Mismatch { what: KeyBytes::NAME, reason: reason.to_owned() }.into()
}

impl AccountKeys {
    /// Canonical bytes of everything here: secret, to be put into a
    /// [`KeyFile`](crate::crypto::key_file::KeyFile). Of a foreign signer only the public key is among them.
    ///
    /// # Errors
    /// They could not be encoded; not reachable.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        let secret = |bytes: &[u8; 32]| Secret::new(*bytes);
        let wire = KeyBytes {
            format: FORMAT,
            id: self.id,
            role: self.role,
            key: self.key_id(),
            salt: match self.seat {
                Seat::First { salt } => Some(salt),
                Seat::Later { .. } => None,
            },
            public: self.signer().public_key(),
            signing: self.device.signing_seed().map(secret),
            encryption: secret(self.device.encryption().expose()),
            seeds: self.ring.seeds().map(|seed| secret(seed.expose())).collect(),
            candidates: self
                .candidates
                .iter()
                .map(|c| WireCandidate {
                    generation: c.generation,
                    seed: secret(c.seed.expose()),
                    again: c.again,
                })
                .collect(),
            recovery: self.recovery.as_ref().map(|keys| secret(keys.expose())),
            recovery_sig: self.recovery_sig,
            recovery_enc: self.recovery_enc,
        };
        // With room for all at once, nothing is left behind where the buffer was before it grew.
        let count = wire.seeds.len().saturating_add(wire.candidates.len());
        let room = count.saturating_mul(SEED).saturating_add(FIXED);
        Ok(Zeroizing::new(encode_in(&wire, Vec::with_capacity(room))?))
    }

    /// The keys of [`AccountKeys::to_bytes`]. Keys whose signer is foreign need it again.
    ///
    /// # Errors
    /// Other bytes, keys that do not belong together, or not the signer the keys were made with.
    pub fn from_bytes(
        bytes: &[u8],
        signer: Option<Box<dyn Signer + Send + Sync>>,
    ) -> Result<Self, ClientError> {
        let wire = KeyBytes::from_bytes(bytes)?;
        if wire.format != FORMAT {
            return Err(ClientError::Format { found: wire.format, expected: FORMAT });
        }
        let Some((last, past)) = wire.seeds.split_last() else { return Err(wrong("no generation")) };
        let limit = limits::MAX_KEPT_GENERATIONS;
        if u32::try_from(wire.seeds.len()).map_or(true, |got| got > limit) {
            return Err(ClientError::Generations { limit });
        }
        if wire.candidates.len() > limits::MAX_CANDIDATE_SEEDS {
            return Err(wrong("more seeds of drafted rotations than are kept"));
        }
        let seat = match (wire.key, wire.salt) {
            (KeyId(0), Some(salt)) => Seat::First { salt },
            (key, None) if key != KeyId(0) && key != KeyId::RECOVERY => Seat::Later { key },
            _ => return Err(wrong("a salt with key 0, and with no other")),
        };
        let encryption = EncryptionKeyPair::from_secret(Zeroizing::new(*wire.encryption));
        let keys = Self {
            id: wire.id,
            role: wire.role,
            seat,
            device: Device::restored(wire.public, wire.signing.as_deref(), encryption, signer)?,
            ring: Keyring::from_seeds(past.iter().map(seed).collect(), seed(last)),
            candidates: wire
                .candidates
                .iter()
                .map(|c| Candidate { generation: c.generation, seed: seed(&c.seed), again: c.again })
                .collect(),
            recovery: wire.recovery.as_ref().map(|s| RecoveryKeys::from_seed(Zeroizing::new(**s))),
            recovery_sig: wire.recovery_sig,
            recovery_enc: wire.recovery_enc,
        };
        keys.belong_together()?;
        Ok(keys)
    }

    /// That the id follows from the first keys where these are they, and that the recovery seed gives the recovery
    /// keys.
    fn belong_together(&self) -> Result<(), ClientError> {
        if let Seat::First { salt } = self.seat
            && self.first_keys(salt).account_id()? != self.id
        {
            return Err(wrong("the keys are not those of the account"));
        }
        let Some(recovery) = &self.recovery else { return Ok(()) };
        let sig = SoftwareSigner::from_seed(&recovery.signing_seed()).public_key();
        if (sig, recovery.encryption_key().public()) != (self.recovery_sig, self.recovery_enc) {
            return Err(wrong("the recovery keys are not those of the account"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn as_many_generations_as_are_kept_fit_a_key_file_and_no_more_are_read() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let mut keys = AccountKeys::generate(Role::Patient, &mut rng).unwrap();
        for _ in 1..limits::MAX_KEPT_GENERATIONS {
            keys.ring.push(GenerationSeed::generate(&mut rng));
        }
        for _ in 0..limits::MAX_CANDIDATE_SEEDS {
            keys.candidates.push(Candidate {
                generation: u32::MAX,
                seed: GenerationSeed::generate(&mut rng),
                again: true,
            });
        }
        let bytes = keys.to_bytes().unwrap();
        assert!(bytes.len() <= limits::MAX_KEY_FILE, "{} bytes", bytes.len());
        assert!(AccountKeys::from_bytes(&bytes, None).is_ok());
        keys.ring.push(GenerationSeed::generate(&mut rng));
        let limit = limits::MAX_KEPT_GENERATIONS;
        let refused = AccountKeys::from_bytes(&keys.to_bytes().unwrap(), None).err();
        assert_eq!(refused, Some(ClientError::Generations { limit }));
        keys.ring = Keyring::from_seeds(Vec::new(), GenerationSeed::generate(&mut rng));
        assert!(AccountKeys::from_bytes(&keys.to_bytes().unwrap(), None).is_err(), "not the account's first");
    }
}
