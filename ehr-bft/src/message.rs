//! What validators say to each other. One frame is one message (rule BF-21).

use crate::frame::Tagged;
use ehr_core::codec::{DecodeError, EncodeError, Wire, limits};
use ehr_core::consensus::bft::{Certificate, SignedProposal, SignedVote};
use ehr_core::primitives::Height;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A vote of the sender.
    Vote(SignedVote),
    /// A proposal and its block.
    Proposal {
        /// Signed by the proposer of the round.
        proposal: SignedProposal,
        /// The block's bytes.
        block: Vec<u8>,
    },
    /// Prevotes of more than two thirds for one block in one round, so that peers accept it again.
    Polka(Vec<SignedVote>),
    /// Precommits of more than two thirds in one round, for whatever: enter the round after it.
    RoundOver(Vec<SignedVote>),
    /// Votes of more than one third in one round: enter that round.
    RoundSkip(Vec<SignedVote>),
    /// "I am behind": asks for decided blocks.
    Request {
        /// First height.
        from: Height,
        /// How many, at most [`Message::MAX_REQUEST`].
        count: u16,
    },
    /// "I am at this height": the answer to a message for a lower one. Who is no validator where it is sends no votes
    /// that would tell.
    Status {
        /// The sender's height; it has decided all below.
        height: Height,
    },
    /// A decided block and its certificate.
    Decided {
        /// The proof.
        certificate: Certificate,
        /// The block's bytes.
        block: Vec<u8>,
    },
}

/// `[proposal, block]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct ProposalWire {
    proposal: SignedProposal,
    block: ByteBuf,
}

impl Wire for ProposalWire {
    const NAME: &'static str = "proposal message";
    const MAX_BYTES: usize = limits::MAX_FRAME;
}

/// `[vote, …]`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Votes(pub(crate) Vec<SignedVote>);

impl Wire for Votes {
    const NAME: &'static str = "votes message";
    const MAX_BYTES: usize = limits::MAX_VALIDATORS * SignedVote::MAX_BYTES;
}

/// `[from, count]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct RequestWire {
    from: Height,
    count: u16,
}

impl Wire for RequestWire {
    const NAME: &'static str = "request message";
    const MAX_BYTES: usize = 16;
}

/// `[certificate, block]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct DecidedWire {
    certificate: Certificate,
    block: ByteBuf,
}

impl Wire for DecidedWire {
    const NAME: &'static str = "decided message";
    const MAX_BYTES: usize = limits::MAX_BLOCK + limits::MAX_CERTIFICATE + 16;
}

impl Message {
    /// Most heights in one request.
    pub const MAX_REQUEST: u16 = 32;

    /// The frame: `[code, message bytes]`.
    ///
    /// # Errors
    /// None that a message within its limits can cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let (code, body) = match self {
            Self::Vote(vote) => (1, vote.to_bytes()?),
            Self::Proposal { proposal, block } => (
                2,
                ProposalWire { proposal: *proposal, block: ByteBuf::from(block.as_slice()) }.to_bytes()?,
            ),
            Self::Polka(votes) => (3, Votes(votes.clone()).to_bytes()?),
            Self::RoundOver(votes) => (4, Votes(votes.clone()).to_bytes()?),
            Self::RoundSkip(votes) => (5, Votes(votes.clone()).to_bytes()?),
            Self::Request { from, count } => (6, RequestWire { from: *from, count: *count }.to_bytes()?),
            Self::Status { height } => (8, RequestWire { from: *height, count: 0 }.to_bytes()?),
            Self::Decided { certificate, block } => {
                let wire =
                    DecidedWire { certificate: certificate.clone(), block: ByteBuf::from(block.as_slice()) };
                (7, wire.to_bytes()?)
            }
        };
        Tagged::new(code, body).to_bytes()
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Too long, or not the canonical form of a message.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let frame = Tagged::from_bytes(bytes)?;
        let body = frame.body();
        Ok(match frame.code() {
            1 => Self::Vote(SignedVote::from_bytes(body)?),
            2 => {
                let wire = ProposalWire::from_bytes(body)?;
                Self::Proposal { proposal: wire.proposal, block: wire.block.into_vec() }
            }
            3 => Self::Polka(Votes::from_bytes(body)?.0),
            4 => Self::RoundOver(Votes::from_bytes(body)?.0),
            5 => Self::RoundSkip(Votes::from_bytes(body)?.0),
            6 => {
                let wire = RequestWire::from_bytes(body)?;
                Self::Request { from: wire.from, count: wire.count }
            }
            8 => match RequestWire::from_bytes(body)? {
                RequestWire { from: height, count: 0 } => Self::Status { height },
                _ => {
                    let reason = "a status with a count".into();
                    return Err(DecodeError::Mismatch { what: RequestWire::NAME, reason });
                }
            },
            7 => {
                let wire = DecidedWire::from_bytes(body)?;
                Self::Decided { certificate: wire.certificate, block: wire.block.into_vec() }
            }
            _ => {
                let reason = "unknown message code".into();
                return Err(DecodeError::Mismatch { what: Tagged::NAME, reason });
            }
        })
    }
}
