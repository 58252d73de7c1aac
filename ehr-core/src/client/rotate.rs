//! The next generation of an account's keys (rules CL-2 and CL-3).

use super::account_keys::Candidate;
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::codec::Wire;
use crate::codec::limits::{MAX_CANDIDATE_SEEDS, MAX_KEPT_GENERATIONS};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::keyring::{GenerationSeed, Keyring, SealedKeyring};
use crate::crypto::signature::Signer;
use crate::primitives::{AccountId, ContentId, EncryptionKey, Signature};
use crate::state::Account;
use crate::tx::{DeviceKey, KeyId, KeyRotate, Payload};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// How a rotation changes an account's devices.
#[derive(Default)]
pub(super) struct Devices {
    pub(super) add: Vec<DeviceKey>,
    /// Sorted.
    pub(super) remove: Vec<KeyId>,
    /// One for each added key.
    pub(super) possessions: Vec<Signature>,
}

impl Devices {
    fn change(&self) -> bool {
        !(self.add.is_empty() && self.remove.is_empty())
    }

    /// Whom the next generation's seed is sealed to: the devices after the change, and the recovery key.
    pub(super) fn recipients(&self, account: &Account) -> Vec<EncryptionKey> {
        let stays = account.devices.iter().filter(|slot| !self.remove.contains(&slot.id));
        let devices = stays.map(|slot| &slot.key).chain(&self.add).map(|key| key.enc);
        devices.chain([account.recovery_enc]).collect()
    }
}

/// A generation that is not on the chain yet.
pub(super) struct NextGeneration {
    pub(super) generation: u32,
    pub(super) enc_key: EncryptionKey,
    /// The sealed keyring up to it.
    pub(super) seeds: (ContentId, Vec<u8>),
}

fn copy(seed: &GenerationSeed) -> GenerationSeed {
    GenerationSeed::from_bytes(Zeroizing::new(*seed.expose()))
}

impl Desk<'_> {
    /// Begins the account's next generation; its devices stay. The new seed becomes a candidate in `keys`, beside all
    /// the old ones, which are never dropped: save `keys` before the transaction is submitted, and whichever
    /// generation the chain publishes in the end, everything wrapped to it opens. Drafting again before a block holds
    /// the first draft gives the same generation, not another. [`Desk::settle`] moves on when the chain has.
    ///
    /// # Errors
    /// The account is not enrolled, or has more generations than are kept.
    pub fn rotate_keys(
        &self,
        keys: &mut AccountKeys,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let next = self.next_generation(keys, rng)?;
        Ok(next.draft(keys.id(), Devices::default()))
    }

    /// The generation after the published one, sealed to every device and the recovery key.
    pub(super) fn next_generation(
        &self,
        keys: &mut AccountKeys,
        rng: &mut impl CryptoRng,
    ) -> Result<NextGeneration, ClientError> {
        self.generation_for(keys, &Devices::default(), rng)
    }

    /// As [`Desk::next_generation`], for the devices the account has after a change.
    pub(super) fn generation_for(
        &self,
        keys: &mut AccountKeys,
        devices: &Devices,
        rng: &mut impl CryptoRng,
    ) -> Result<NextGeneration, ClientError> {
        self.settle(keys)?;
        let account = self.account(keys.id())?;
        let generation = following(&account)?;
        let count = usize::try_from(generation).unwrap_or(usize::MAX);
        let past: Vec<GenerationSeed> = keys.ring.seeds().take(count).map(copy).collect();
        let seed = match keys.ring.seed(generation) {
            // Nothing that is drafted for other devices may open what these are to open (rules K-4 and CL-2).
            _ if devices.change() => {
                let seed = GenerationSeed::generate(rng);
                keep(keys, Candidate { generation, seed: copy(&seed), again: false });
                seed
            }
            // A reorganisation may have taken a generation back that the ring has: then it comes again.
            Some(seed) => copy(seed),
            None => copy(candidate(keys, generation, rng)),
        };
        let ring = Keyring::from_seeds(past, seed);
        NextGeneration::seal(keys.id(), &ring, &devices.recipients(&account), keys.signer(), rng)
    }

    /// Brings `keys` up to the generation the chain publishes: a candidate that was mined becomes the current one; a
    /// generation that another device made is opened from the account's sealed seeds. Says whether anything changed,
    /// and the keys should be saved. Reading and writing work without.
    ///
    /// # Errors
    /// The account is not enrolled, or its published generation is not known here and cannot be opened.
    pub fn settle(&self, keys: &mut AccountKeys) -> Result<bool, ClientError> {
        let account = self.account(keys.id())?;
        let (published, generation) = (account.enc_key, account.generation);
        let is = |seed: &GenerationSeed| seed.encryption_key().public() == published;
        if keys.ring.seed(generation).is_some_and(is) {
            return Ok(false);
        }
        let current = keys.ring.generation();
        let found = keys.candidates.iter().position(|c| c.generation == generation && is(&c.seed));
        match found {
            Some(at) if generation == current.saturating_add(1) => {
                let Candidate { seed, .. } = keys.candidates.remove(at);
                keys.ring.push(seed);
            }
            // A reorganisation put the one in the place of the other.
            Some(at) if generation == current => {
                let Candidate { seed, .. } = keys.candidates.remove(at);
                let seed = keys.ring.replace_current(seed);
                keep(keys, Candidate { generation, seed, again: false });
            }
            _ => {
                let restored = self.sealed_ring(keys.id(), &account, keys.device.encryption())?;
                replace_ring(keys, restored);
            }
        }
        Ok(true)
    }

    /// Every generation, from the sealed seeds that the account names, with the key of a device or the recovery key.
    pub(super) fn sealed_ring(
        &self,
        id: AccountId,
        account: &Account,
        key: &EncryptionKeyPair,
    ) -> Result<Keyring, ClientError> {
        let published = account.enc_key;
        let seeds = account.seeds.ok_or(ClientError::OtherGeneration { published })?;
        let sealed = SealedKeyring::from_bytes(&self.body(&seeds)?);
        let sealed = sealed.map_err(|error| ClientError::body(seeds, error))?;
        Ok(sealed.restore(id, key, published)?)
    }
}

impl NextGeneration {
    /// Seals a ring, whose current generation is the next one, to the keys of devices and recovery.
    pub(super) fn seal(
        account: AccountId,
        ring: &Keyring,
        recipients: &[EncryptionKey],
        signer: &dyn Signer,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, ClientError> {
        let sealed = ring.seal(account, recipients, signer, rng)?.to_bytes()?;
        let enc_key = ring.current().encryption_key().public();
        let seeds = (ContentId::of_dag_cbor(&sealed), sealed);
        Ok(Self { generation: ring.generation(), enc_key, seeds })
    }

    /// The rotation that begins it.
    pub(super) fn draft(self, account: AccountId, devices: Devices) -> Draft {
        let Devices { add, remove, possessions } = devices;
        let (enc_key, generation, seeds) = (self.enc_key, self.generation, self.seeds.0);
        let rotate = KeyRotate { account, add, remove, enc_key, generation, seeds, possessions };
        let mut draft = Draft::of(Payload::KeyRotate { rotate });
        draft.bodies.push(self.seeds);
        draft.about.account = Some(account);
        draft
    }
}

/// The number after an account's generation.
pub(super) fn following(account: &Account) -> Result<u32, ClientError> {
    let (generation, limit) = (account.generation.saturating_add(1), MAX_KEPT_GENERATIONS);
    if generation >= limit { Err(ClientError::Generations { limit }) } else { Ok(generation) }
}

/// Keeps a seed that no block may hold yet, or any more. The oldest ones lost to other rotations long ago.
fn keep(keys: &mut AccountKeys, candidate: Candidate) {
    let surplus = keys.candidates.len().saturating_add(1).saturating_sub(MAX_CANDIDATE_SEEDS);
    keys.candidates.drain(..surplus);
    keys.candidates.push(candidate);
}

/// Puts a restored ring in the place of the old one. Generations that another branch published stay as candidates:
/// what was wrapped to them may come back with its transactions.
fn replace_ring(keys: &mut AccountKeys, restored: Keyring) {
    let old = core::mem::replace(&mut keys.ring, restored);
    for (generation, seed) in (0..).zip(old.seeds()) {
        let is_same = |other: &GenerationSeed| other.expose() == seed.expose();
        if !keys.ring.seed(generation).is_some_and(is_same) {
            keep(keys, Candidate { generation, seed: copy(seed), again: false });
        }
    }
}

/// The candidate of a generation that may be drafted again; a fresh one if there is none.
fn candidate<'k>(keys: &'k mut AccountKeys, generation: u32, rng: &mut impl CryptoRng) -> &'k GenerationSeed {
    let drafted = |c: &Candidate| c.again && c.generation == generation;
    let at = keys.candidates.iter().position(drafted).unwrap_or_else(|| {
        keep(keys, Candidate { generation, seed: GenerationSeed::generate(rng), again: true });
        keys.candidates.len().saturating_sub(1)
    });
    keys.candidates.get(at).map_or(keys.ring.current(), |c| &c.seed)
}
