//! The write-ahead log of one height (rules BF-18 to BF-20): what a validator must not forget in a crash, as records
//! that check themselves and the ones before them.

use crate::frame::Tagged;
use crate::message::Votes;
use ehr_core::codec::{DecodeError, EncodeError, Wire};
use ehr_core::consensus::bft::{SignedProposal, SignedVote};
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{AccountId, BlockId, ChainId, Hash32, Height};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Whose log this is and of which height; always the first.
    Begin(Begin),
    /// A vote that was counted.
    Vote(SignedVote),
    /// A proposal that was kept.
    Proposal(SignedProposal),
    /// Prevotes that were taken as one certificate.
    Polka(Vec<SignedVote>),
    /// A timeout that elapsed.
    Timeout(TimeoutEntry),
    /// A block and the host's verdict.
    Block(BlockEntry),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub(crate) struct Begin {
    pub(crate) chain: ChainId,
    pub(crate) account: AccountId,
    pub(crate) height: Height,
    pub(crate) validators: Hash32,
}

impl Wire for Begin {
    const NAME: &'static str = "log begin";
    const MAX_BYTES: usize = 128;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub(crate) struct TimeoutEntry {
    pub(crate) kind: u8,
    pub(crate) round: u32,
}

impl Wire for TimeoutEntry {
    const NAME: &'static str = "log timeout";
    const MAX_BYTES: usize = 16;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub(crate) struct BlockEntry {
    pub(crate) round: u32,
    pub(crate) proposer: AccountId,
    pub(crate) block: BlockId,
    pub(crate) valid: bool,
    /// The body, in the first entry of the block.
    pub(crate) bytes: Option<ByteBuf>,
}

impl Wire for BlockEntry {
    const NAME: &'static str = "log block";
    const MAX_BYTES: usize = ehr_core::codec::limits::MAX_BLOCK + 128;
}

impl Entry {
    fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let (code, body) = match self {
            Self::Begin(begin) => (1, begin.to_bytes()?),
            Self::Vote(vote) => (2, vote.to_bytes()?),
            Self::Proposal(proposal) => (3, proposal.to_bytes()?),
            Self::Polka(votes) => (4, Votes(votes.clone()).to_bytes()?),
            Self::Timeout(timeout) => (5, timeout.to_bytes()?),
            Self::Block(block) => (6, block.to_bytes()?),
        };
        Tagged::new(code, body).to_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let frame = Tagged::from_bytes(bytes)?;
        let body = frame.body();
        Ok(match frame.code() {
            1 => Self::Begin(Begin::from_bytes(body)?),
            2 => Self::Vote(SignedVote::from_bytes(body)?),
            3 => Self::Proposal(SignedProposal::from_bytes(body)?),
            4 => Self::Polka(Votes::from_bytes(body)?.0),
            5 => Self::Timeout(TimeoutEntry::from_bytes(body)?),
            6 => Self::Block(BlockEntry::from_bytes(body)?),
            _ => {
                let reason = "unknown log entry code".into();
                return Err(DecodeError::Mismatch { what: Tagged::NAME, reason });
            }
        })
    }
}

/// A log that cannot be continued from, and what to do about it. Nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The last record is incomplete: a crash cut a write that was never acknowledged.
    #[error("the log ends inside a record: cut it to {keep} bytes and recover again")]
    Torn {
        /// Bytes of complete records.
        keep: usize,
    },
    /// A record in the middle is not what was written.
    #[error(
        "the log is damaged at byte {at}: restore the disk, or empty the log, have the record skip this height \
         (`SignGuard::skip`), and recover; the validator then follows this height without voting"
    )]
    Damaged {
        /// Where the first bad record starts.
        at: usize,
    },
    /// The sign-protection record knows a signature that the log does not.
    #[error(
        "the log lacks what this key signed at height {height} round {round}: restore it, or empty the log, have the \
         record skip this height (`SignGuard::skip`), and recover; the validator then follows this height without voting"
    )]
    Truncated {
        /// Height of the signature.
        height: Height,
        /// Its round.
        round: u32,
    },
    /// It belongs to another validator.
    #[error("the log belongs to validator {found}: give this validator its own log folder")]
    OtherValidator {
        /// Whose it is.
        found: AccountId,
    },
    /// It belongs to another chain.
    #[error("the log belongs to another chain: give this chain its own log folder")]
    OtherChain,
    /// The height had other validators when it was written.
    #[error(
        "the log was written with other validators for height {height}: the block store was changed; restore it"
    )]
    OtherValidators {
        /// The height.
        height: Height,
    },
    /// It is of a height the block store has not reached.
    #[error(
        "the log is of height {log} and the block store is at {height}: restore the store, or empty the log and let the \
         validator catch up; the sign-protection record keeps it from voting twice"
    )]
    Ahead {
        /// Height of the log.
        log: Height,
        /// Height the store says is next.
        height: Height,
    },
}

/// Bytes before each entry: its length, and a check over it and all entries before.
const HEAD: usize = 12;
type Check = [u8; 8];

fn check(before: &Check, entry: &[u8]) -> Check {
    let hash = sha256(&[before.as_slice(), entry].concat());
    hash.0.first_chunk().copied().unwrap_or_default()
}

/// Makes records.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    last: Check,
}

impl Writer {
    /// The bytes to append for an entry.
    pub(crate) fn record(&mut self, entry: &Entry) -> Result<Vec<u8>, EncodeError> {
        let bytes = entry.to_bytes()?;
        self.last = check(&self.last, &bytes);
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok([&len.to_be_bytes(), self.last.as_slice(), &bytes].concat())
    }
}

/// Reads a log back; the writer continues it.
pub(crate) fn read(log: &[u8]) -> Result<(Vec<Entry>, Writer), LogError> {
    let (mut entries, mut writer, mut rest) = (Vec::new(), Writer::default(), log);
    while !rest.is_empty() {
        let at = log.len().saturating_sub(rest.len());
        let torn = LogError::Torn { keep: at };
        let Some((head, tail)) = rest.split_first_chunk::<HEAD>() else { return Err(torn) };
        let Some((len, stored)) = head.split_first_chunk::<4>() else { return Err(torn) };
        let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
        if len > Tagged::MAX_BYTES {
            return Err(LogError::Damaged { at });
        }
        let Some((bytes, after)) = tail.split_at_checked(len) else { return Err(torn) };
        let want = check(&writer.last, bytes);
        if want != *stored {
            return Err(if after.is_empty() { torn } else { LogError::Damaged { at } });
        }
        entries.push(Entry::from_bytes(bytes).map_err(|_| LogError::Damaged { at })?);
        (writer.last, rest) = (want, after);
    }
    Ok((entries, writer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<Entry>, Vec<u8>, Vec<usize>) {
        let begin = Begin {
            chain: ChainId([1; 32]),
            account: AccountId([2; 32]),
            height: Height(3),
            validators: Hash32([4; 32]),
        };
        let block = BlockEntry {
            round: 0,
            proposer: AccountId([2; 32]),
            block: BlockId([5; 32]),
            valid: true,
            bytes: Some(ByteBuf::from(vec![9; 40])),
        };
        let entries = vec![
            Entry::Begin(begin),
            Entry::Block(block),
            Entry::Timeout(TimeoutEntry { kind: 1, round: 0 }),
        ];
        let (mut log, mut ends, mut writer) = (Vec::new(), vec![0], Writer::default());
        for entry in &entries {
            log.extend(writer.record(entry).unwrap());
            ends.push(log.len());
        }
        (entries, log, ends)
    }

    #[test]
    fn what_was_written_is_read_and_continued() {
        let (entries, log, ends) = sample();
        let (read_back, mut writer) = read(&log).unwrap();
        assert_eq!(read_back, entries);
        let longer = [log, writer.record(&entries[2]).unwrap()].concat();
        assert_eq!(read(&longer).unwrap().0.len(), 4);
        assert_eq!(ends.len(), 4);
    }

    #[test]
    fn every_cut_is_torn_back_to_whole_records() {
        let (_, log, ends) = sample();
        for cut in 0..log.len() {
            let keep = *ends.iter().rev().find(|end| **end <= cut).unwrap();
            match read(&log[..cut]) {
                Ok(_) => assert_eq!(cut, keep),
                Err(e) => assert_eq!(e, LogError::Torn { keep }, "cut at {cut}"),
            }
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (_, log, ends) = sample();
        for at in 0..log.len() {
            let mut bad = log.clone();
            bad[at] ^= 1;
            // A changed length can look torn; what is cut then and mattered is missed by the record (rule BF-20).
            if let LogError::Torn { keep } = read(&bad).unwrap_err() {
                assert!(ends.contains(&keep), "{at}");
            }
        }
    }
}
