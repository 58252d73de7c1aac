//! The file.

use super::{Argon2Params, KeyFileError, KeyFileParam};
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::seal::{self, Dek, OpenError, SealContext};
use crate::primitives::Salt16;
use rand_core::CryptoRng;
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::Zeroizing;

/// Format version of the files written here.
const FORMAT: u8 = 1;
/// First element of the sealing context.
const LABEL: &str = "ehr/key-file/v1";
/// Room for format, parameters, salt and sealing around the content.
const OVERHEAD: usize = 256;

/// Secrets sealed under a passphrase (rule K-9). The sealing commits to its key, so one file opens with one
/// passphrase only and cannot be made to test many at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct KeyFile {
    format: u8,
    params: Argon2Params,
    salt: Salt16,
    sealed: ByteBuf,
}

impl Wire for KeyFile {
    const NAME: &'static str = "key file";
    const MAX_BYTES: usize = limits::MAX_KEY_FILE + OVERHEAD;
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct Context {
    label: String,
    params: Argon2Params,
    salt: Salt16,
}

impl Wire for Context {
    const NAME: &'static str = "key file context";
    const MAX_BYTES: usize = 128;
}

impl KeyFile {
    /// Seals `content` under a passphrase, taken as the bytes given. Costs the memory and time of `params`.
    pub fn seal(
        passphrase: &[u8],
        params: Argon2Params,
        content: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KeyFileError> {
        if content.len() > limits::MAX_KEY_FILE {
            let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let (limit, got) = (clip(limits::MAX_KEY_FILE), clip(content.len()));
            return Err(KeyFileError::TooExpensive { param: KeyFileParam::Content, limit, got });
        }
        let mut salt = Salt16::ZERO;
        rng.fill_bytes(&mut salt.0);
        let mut seal_salt = [0; seal::SALT_LEN];
        rng.fill_bytes(&mut seal_salt);
        let key = derive(passphrase, params, &salt)?;
        let sealed = seal::seal(&key, &context(params, salt)?, &seal_salt, content)?;
        Ok(Self { format: FORMAT, params, salt, sealed: ByteBuf::from(sealed) })
    }

    /// The content. Costs the memory and time of the file's own parameters, within the limits.
    pub fn open(&self, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        if self.format != FORMAT {
            return Err(KeyFileError::Format { found: self.format, expected: FORMAT });
        }
        let key = derive(passphrase, self.params, &self.salt)?;
        seal::open(&key, &context(self.params, self.salt)?, &self.sealed).map_err(|e| match e {
            OpenError::Commitment => KeyFileError::WrongPassphraseOrDamaged,
            _ => KeyFileError::Damaged,
        })
    }

    /// What opening costs.
    pub const fn params(&self) -> Argon2Params {
        self.params
    }
}

fn context(params: Argon2Params, salt: Salt16) -> Result<SealContext, EncodeError> {
    Context { label: LABEL.to_owned(), params, salt }.to_bytes().map(SealContext::new)
}

fn derive(passphrase: &[u8], params: Argon2Params, salt: &Salt16) -> Result<Dek, KeyFileError> {
    let hasher = params.argon2()?;
    let mut key = Zeroizing::new([0; Dek::LEN]);
    // The last of these blocks gives the key away, so they are wiped.
    let count = hasher.params().block_count();
    let mut blocks = Zeroizing::new(Vec::new());
    blocks.try_reserve_exact(count).map_err(|_| KeyFileError::OutOfMemory)?;
    blocks.resize(count, argon2::Block::default());
    hasher
        .hash_password_into_with_memory(passphrase, salt.as_ref(), key.as_mut(), blocks.as_mut_slice())
        .map_err(|_| KeyFileError::OutOfMemory)?;
    Ok(Dek::from_bytes(&key))
}
