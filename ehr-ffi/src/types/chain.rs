//! Chains, blocks and transactions.

use ehr_core::primitives::{AccountId, BlockId, Hash32, Height, Timestamp, TxId};

/// What a new chain fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ChainConfig {
    /// Name for people, 1 to 255 bytes.
    pub name: String,
    /// Leading zero hex digits of every block id, 0 to 8. The papers use 2.
    pub difficulty: u8,
    /// Confirmations that make a block final, the block itself being the first; at least 1.
    pub confirmations: u64,
    /// Time of block 0; now, if not given.
    pub time: Option<Timestamp>,
    /// Credits of every founder.
    pub credits: u64,
}

/// The best block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: BlockId,
    /// Its time.
    pub time: Timestamp,
    /// Root of the state after it.
    pub state_root: Hash32,
    /// Height up to which blocks are final.
    pub final_height: Height,
}

/// A block that was mined here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Mined {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: BlockId,
    /// How many transactions it holds.
    pub transactions: u32,
}

/// A block of the best chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct BlockInfo {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: BlockId,
    /// The block below.
    pub prev: BlockId,
    /// Its time.
    pub time: Timestamp,
    /// Who made it.
    pub proposer: AccountId,
    /// Root of the state after it.
    pub state_root: Hash32,
    /// Root of its transactions.
    pub tx_root: Hash32,
    /// Its transactions.
    pub transactions: Vec<TxId>,
}

/// A transaction that is mined or waits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TransactionInfo {
    /// Its id.
    pub id: TxId,
    /// What kind it is, such as `"RecordCreate"`.
    pub kind: String,
    /// Height of its block; none while it waits.
    pub height: Option<Height>,
    /// Its place in that block.
    pub index: Option<u32>,
    /// Who pays.
    pub payer: AccountId,
    /// The payer's nonce.
    pub nonce: u64,
    /// Credits paid.
    pub fee: u64,
    /// Who signed, in order of ids.
    pub signers: Vec<AccountId>,
    /// Its canonical bytes, as [`Ledger::submit_bytes`](crate::Ledger::submit_bytes) takes them.
    pub bytes: Vec<u8>,
}

/// A frame to be carried to a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct OutFrame {
    /// To whom.
    pub peer: u64,
    /// The frame. An empty one means: close this connection.
    pub bytes: Vec<u8>,
}
