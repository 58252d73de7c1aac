//! Sealing and opening piece by piece, holding one chunk at a time.

use super::chunks::Chunks;
use super::layout::{
    CHUNK_LEN, HEADER_LEN, MAX_CHUNKS, SALT_LEN, SEALED_CHUNK, SEALED_CHUNK_LEN, TAG_LEN, sealed_len, wide,
};
use super::{Dek, OpenError, SealContext, SealError};
use crate::codec::limits;
use zeroize::{Zeroize, Zeroizing};

/// Seals a message given in pieces of any length.
pub struct Sealer {
    chunks: Chunks,
    index: u64,
    taken: u64,
    pending: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// Begins a message: the header is appended to `out`. The salt must be random.
    pub fn new(dek: &Dek, context: &SealContext, salt: &[u8; SALT_LEN], out: &mut Vec<u8>) -> Self {
        let (chunks, header) = Chunks::seal(dek, context, salt);
        out.extend_from_slice(&header);
        Self { chunks, index: 0, taken: 0, pending: Zeroizing::new(Vec::with_capacity(CHUNK_LEN)) }
    }

    /// Takes the next piece; chunks that become full are appended to `out`.
    pub fn push(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let taken = self.taken.saturating_add(wide(plain.len()));
        let got = sealed_len(taken);
        if got > limits::MAX_SEALED {
            return Err(SealError::TooLong { limit: limits::MAX_SEALED, got });
        }
        self.taken = taken;
        while !plain.is_empty() {
            plain = fill(&mut self.pending, plain, CHUNK_LEN);
            if self.pending.len() == CHUNK_LEN {
                self.flush(out)?;
            }
        }
        Ok(())
    }

    /// Ends the message: the last, shorter chunk is appended to `out`.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.flush(out)
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        let at = out.len();
        out.resize(at.saturating_add(self.pending.len()).saturating_add(TAG_LEN), 0);
        let room = out.get_mut(at..).ok_or(SealError::Cipher)?;
        self.chunks.seal_chunk(self.index, &self.pending, room)?;
        self.index = self.index.saturating_add(1);
        self.pending.clear();
        Ok(())
    }
}

/// Opens a message given in pieces of any length. What [`Opener::push`] hands out is authentic, but only
/// [`Opener::finish`] says that the message is complete.
pub struct Opener {
    chunks: Chunks,
    index: u64,
    pending: Vec<u8>,
    failed: bool,
}

impl Opener {
    /// Begins with the first [`HEADER_LEN`] bytes, which are not to be pushed again.
    pub fn new(dek: &Dek, context: &SealContext, header: &[u8; HEADER_LEN]) -> Result<Self, OpenError> {
        let chunks = Chunks::open(dek, context, header)?;
        Ok(Self { chunks, index: 0, pending: Vec::with_capacity(SEALED_CHUNK_LEN), failed: false })
    }

    /// Takes the next piece; plaintext of chunks that are complete is appended to `out`. After an error every
    /// further call fails.
    pub fn push(&mut self, mut sealed: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        if self.failed {
            return Err(OpenError::Failed);
        }
        while !sealed.is_empty() {
            sealed = fill(&mut self.pending, sealed, SEALED_CHUNK_LEN);
            if self.pending.len() == SEALED_CHUNK_LEN {
                self.flush(out)?;
            }
        }
        Ok(())
    }

    /// Ends the message: the last chunk is appended to `out`. Bytes missing or left over are an error.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), OpenError> {
        if self.failed {
            return Err(OpenError::Failed);
        }
        if self.pending.len() < TAG_LEN {
            let before = self.index.min(MAX_CHUNKS).saturating_mul(SEALED_CHUNK);
            let got = before.saturating_add(wide(HEADER_LEN)).saturating_add(wide(self.pending.len()));
            return Err(OpenError::Length { got });
        }
        self.flush(out)
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), OpenError> {
        let at = out.len();
        out.resize(at.saturating_add(self.pending.len().saturating_sub(TAG_LEN)), 0);
        let room = out.get_mut(at..).unwrap_or_default();
        if let Err(e) = self.chunks.open_chunk(self.index, &self.pending, room) {
            room.zeroize();
            out.truncate(at);
            self.failed = true;
            return Err(e);
        }
        self.index = self.index.saturating_add(1);
        self.pending.clear();
        Ok(())
    }
}

/// Moves bytes into `buffer` until it holds `size`; the rest of `bytes`.
fn fill<'a>(buffer: &mut Vec<u8>, bytes: &'a [u8], size: usize) -> &'a [u8] {
    let room = size.saturating_sub(buffer.len());
    let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
    buffer.extend_from_slice(now);
    later
}
