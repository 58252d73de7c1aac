//! Lengths and offsets of sealed bytes.

use super::error::OpenError;

/// Random salt in front, bytes.
pub const SALT_LEN: usize = 24;
/// Commitment to key, salt and context behind the salt, bytes.
pub const COMMITMENT_LEN: usize = 32;
/// Salt and commitment, bytes.
pub const HEADER_LEN: usize = SALT_LEN + COMMITMENT_LEN;
/// Plaintext of every chunk but the last, bytes.
pub const CHUNK_LEN: usize = 16 * 1024;
/// Authentication tag of each chunk, bytes.
pub const TAG_LEN: usize = 16;
/// Ciphertext of every chunk but the last, bytes.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Chunks are numbered below this (rule E-7).
pub(super) const MAX_CHUNKS: u64 = 1 << 38;

/// [`CHUNK_LEN`] as an offset.
pub(super) const CHUNK: u64 = CHUNK_LEN as u64;
/// [`SEALED_CHUNK_LEN`] as an offset.
pub(super) const SEALED_CHUNK: u64 = SEALED_CHUNK_LEN as u64;
const HEADER: u64 = HEADER_LEN as u64;
const TAG: u64 = TAG_LEN as u64;

/// `usize` to `u64`; exact on every platform Rust has.
pub(super) fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Bytes that `plain` plaintext bytes seal to; stops at `u64::MAX`.
pub fn sealed_len(plain: u64) -> u64 {
    let tags = (plain / CHUNK).saturating_add(1).saturating_mul(TAG);
    plain.saturating_add(tags).saturating_add(HEADER)
}

/// Plaintext bytes in `sealed` sealed bytes; lengths no plaintext seals to are refused (rule E-5).
pub fn opened_len(sealed: u64) -> Result<u64, OpenError> {
    let bad = OpenError::Length { got: sealed };
    let body = sealed.checked_sub(HEADER).ok_or(bad)?;
    let (full, rest) = (body / SEALED_CHUNK, body % SEALED_CHUNK);
    let last = rest.checked_sub(TAG).ok_or(bad)?;
    if full >= MAX_CHUNKS {
        return Err(OpenError::TooLong);
    }
    Ok(full.saturating_mul(CHUNK).saturating_add(last))
}
