//! Every domain tag, in one table. A tag ends in a zero byte, so none is a prefix of another.

/// What a hash or signature is about; its tag is the first input of the hash or signed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// Signed transaction body.
    Tx,
    /// Transaction id.
    TxId,
    /// Header digest inside the proof header.
    Header,
    /// Genesis specification, giving the chain id.
    Genesis,
    /// Account id.
    Account,
    /// State key.
    StateKey,
    /// Proof that an enrolled key is held.
    Possession,
    /// A wrap, signed by who made it.
    Wrap,
    /// A release receipt or other statement of a gateway.
    Receipt,
    /// Parameters hash.
    Params,
    /// Salted commitments (record kind, names, reasons).
    Commitment,
    /// Seed of the batch verification coefficients.
    Batch,
    /// Peer-to-peer node identity.
    Node,
    /// Hash of a validator set.
    Validators,
    /// A prevote or precommit of a validator.
    Vote,
    /// A validator's proposal of a block.
    Proposal,
    /// An institution's checkpoint of a block.
    Checkpoint,
}

impl Domain {
    /// Every domain, for the table in the specification and its golden vectors.
    pub const ALL: &'static [Self] = &[
        Self::Tx,
        Self::TxId,
        Self::Header,
        Self::Genesis,
        Self::Account,
        Self::StateKey,
        Self::Possession,
        Self::Wrap,
        Self::Receipt,
        Self::Params,
        Self::Commitment,
        Self::Batch,
        Self::Node,
        Self::Validators,
        Self::Vote,
        Self::Proposal,
        Self::Checkpoint,
    ];

    /// The bytes put in front.
    pub const fn tag(self) -> &'static [u8] {
        match self {
            Self::Tx => b"ehr/tx/v1\0",
            Self::TxId => b"ehr/txid/v1\0",
            Self::Header => b"ehr/header/v1\0",
            Self::Genesis => b"ehr/genesis/v1\0",
            Self::Account => b"ehr/account/v1\0",
            Self::StateKey => b"ehr/key/v1\0",
            Self::Possession => b"ehr/pop/v1\0",
            Self::Wrap => b"ehr/wrap/v1\0",
            Self::Receipt => b"ehr/receipt/v1\0",
            Self::Params => b"ehr/params/v1\0",
            Self::Commitment => b"ehr/commit/v1\0",
            Self::Batch => b"ehr/batch/v1\0",
            Self::Node => b"ehr/node/v1\0",
            Self::Validators => b"ehr/validators/v1\0",
            Self::Vote => b"ehr/vote/v1\0",
            Self::Proposal => b"ehr/proposal/v1\0",
            Self::Checkpoint => b"ehr/checkpoint/v1\0",
        }
    }
}
