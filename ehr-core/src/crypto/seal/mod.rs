//! Sealing: C2SP chunked encryption, instance Cobblestone-256 (`docs/spec/sealing.md`, rules E-1 to E-8).
//!
//! Sealed bytes are a 24-byte salt, a 32-byte commitment to key and context, then AES-256-GCM chunks of 16 KiB, the
//! last one always shorter. The commitment makes one ciphertext open under one key only; the context ties it to
//! one section of one version of one record, so it opens nowhere else.

#[cfg(not(feature = "aws-lc"))]
mod backend_aes_gcm;
#[cfg(feature = "aws-lc")]
mod backend_aws_lc;
mod chunks;
mod context;
mod dek;
mod error;
mod layout;
mod one_shot;
mod padding;
mod stream;

pub use context::SealContext;
pub use dek::Dek;
pub use error::{OpenError, SealError};
pub use layout::{
    CHUNK_LEN, COMMITMENT_LEN, HEADER_LEN, SALT_LEN, SEALED_CHUNK_LEN, TAG_LEN, opened_len, sealed_len,
};
pub use one_shot::{open, open_into, open_range, seal, seal_into};
pub use padding::{padded_len, size_class};
pub use stream::{Opener, Sealer};

/// Number of this format in manifests; a successor gets another one.
pub const FORMAT_ID: u8 = 1;
