//! Sealing and opening whole messages and ranges in memory.

use super::chunks::Chunks;
use super::layout::{
    CHUNK, CHUNK_LEN, HEADER_LEN, SALT_LEN, SEALED_CHUNK, SEALED_CHUNK_LEN, TAG_LEN, opened_len, sealed_len,
    wide,
};
use super::{Dek, OpenError, SealContext, SealError};
use crate::codec::limits;
use core::ops::Range;
use zeroize::{Zeroize, Zeroizing};

/// Seals `plain`. The salt must be random: with the key it must never repeat.
pub fn seal(
    dek: &Dek,
    context: &SealContext,
    salt: &[u8; SALT_LEN],
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut out = Vec::new();
    seal_into(dek, context, salt, plain, &mut out)?;
    Ok(out)
}

/// As [`seal`], into a buffer whose old content is overwritten and whose room is used again. On error it is empty.
pub fn seal_into(
    dek: &Dek,
    context: &SealContext,
    salt: &[u8; SALT_LEN],
    plain: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), SealError> {
    let len = sealed_len(wide(plain.len()));
    let result = match usize::try_from(len) {
        Ok(size) if len <= limits::MAX_SEALED => {
            // Not cleared first: bytes that are overwritten anyway need no zeros.
            out.resize(size, 0);
            seal_chunks(dek, context, salt, plain, out)
        }
        _ => Err(SealError::TooLong { limit: limits::MAX_SEALED, got: len }),
    };
    result.inspect_err(|_| out.clear())
}

fn seal_chunks(
    dek: &Dek,
    context: &SealContext,
    salt: &[u8; SALT_LEN],
    plain: &[u8],
    out: &mut [u8],
) -> Result<(), SealError> {
    let (chunks, header) = Chunks::seal(dek, context, salt);
    let (head, body) = out.split_first_chunk_mut::<HEADER_LEN>().ok_or(SealError::Cipher)?;
    *head = header;
    // After the full chunks one shorter chunk always follows, empty if nothing is left.
    let full = plain.chunks_exact(CHUNK_LEN);
    let last = full.remainder();
    for ((index, chunk), out) in (0..).zip(full.chain([last])).zip(body.chunks_mut(SEALED_CHUNK_LEN)) {
        chunks.seal_chunk(index, chunk, out)?;
    }
    Ok(())
}

/// Opens sealed bytes. Every chunk is authenticated before any plaintext is returned.
pub fn open(dek: &Dek, context: &SealContext, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut out = Zeroizing::new(Vec::new());
    open_into(dek, context, sealed, &mut out)?;
    Ok(out)
}

/// As [`open`], into a buffer whose old content is overwritten and whose room is used again. On error it is wiped.
pub fn open_into(
    dek: &Dek,
    context: &SealContext,
    sealed: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), OpenError> {
    let len = opened_len(wide(sealed.len()))?;
    let (header, body) = split_header(sealed)?;
    let chunks = Chunks::open(dek, context, header)?;
    let size = usize::try_from(len).map_err(|_| OpenError::TooLong)?;
    out.resize(size, 0);
    open_chunks(&chunks, 0, body, out).inspect_err(|_| out.zeroize())
}

/// Opens part of sealed bytes: only the chunks that hold the range, and the last one, which proves the length.
/// `range` counts plaintext bytes.
pub fn open_range(
    dek: &Dek,
    context: &SealContext,
    sealed: &[u8],
    range: Range<u64>,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let len = opened_len(wide(sealed.len()))?;
    let (header, body) = split_header(sealed)?;
    let chunks = Chunks::open(dek, context, header)?;
    let outside = OpenError::Range { end: range.end, len };
    if range.end > len || range.start > range.end {
        return Err(outside);
    }
    let last_index = wide(body.len()) / SEALED_CHUNK;
    let last = body.chunks(SEALED_CHUNK_LEN).last().ok_or(outside)?;
    let mut tail = Zeroizing::new(vec![0; last.len().saturating_sub(TAG_LEN)]);
    chunks.open_chunk(last_index, last, &mut tail)?;

    let (first, start) = (range.start / CHUNK, range.start % CHUNK);
    let within = |n: u64| usize::try_from(n).map_err(|_| outside);
    let skip = within(first.saturating_mul(SEALED_CHUNK))?;
    let count = within(range.end.saturating_sub(range.start))?;
    let start = within(start)?;
    let spanned = start.saturating_add(count).div_ceil(CHUNK_LEN);
    let from = body.get(skip..).ok_or(outside)?;
    let span = from.get(..spanned.saturating_mul(SEALED_CHUNK_LEN)).unwrap_or(from);
    let tags = span.chunks(SEALED_CHUNK_LEN).count().saturating_mul(TAG_LEN);
    let mut out = Zeroizing::new(vec![0; span.len().saturating_sub(tags)]);
    open_chunks(&chunks, first, span, &mut out)?;
    let part = out.get(start..start.saturating_add(count)).ok_or(outside)?;
    Ok(Zeroizing::new(part.to_vec()))
}

fn split_header(sealed: &[u8]) -> Result<(&[u8], &[u8]), OpenError> {
    sealed.split_at_checked(HEADER_LEN).ok_or(OpenError::Length { got: wide(sealed.len()) })
}

/// Opens consecutive chunks, the first of which has number `first`, into exactly the room they need.
fn open_chunks(chunks: &Chunks, first: u64, sealed: &[u8], mut out: &mut [u8]) -> Result<(), OpenError> {
    for (index, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let len = chunk.len().saturating_sub(TAG_LEN);
        let (now, later) = out.split_at_mut_checked(len).ok_or(OpenError::Chunk { index })?;
        chunks.open_chunk(index, chunk, now)?;
        out = later;
    }
    Ok(())
}
