//! Blocks: a header and the transactions it commits to.

use super::{ChainSpec, Header, ProofHeader};
use crate::codec::{DecodeError, EncodeError, Wire, limits};
use crate::consensus::SealRules;
use crate::merkle::rfc6962;
use crate::planted::planted;
use crate::primitives::{BlockId, Hash32};
use crate::tx::Tx;
use crate::validate::BlockError;
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Decoded, nothing checked.
#[derive(Clone, Copy, Debug)]
pub enum Unchecked {}

/// Everything that needs no state has been checked.
#[derive(Clone, Copy, Debug)]
pub enum Checked {}

mod sealed {
    /// What is known of a block, and with it in which form its transactions are held.
    pub trait Stage {
        /// The transactions.
        type Txs: Clone;
    }
}
use sealed::Stage;

impl Stage for Unchecked {
    type Txs = Vec<ByteBuf>;
}

impl Stage for Checked {
    type Txs = Arc<Vec<Tx>>;
}

/// A block. Only [`Block<Checked>`] can be executed.
#[derive(Clone)]
pub struct Block<S: Stage = Unchecked> {
    header: Header,
    proof: ProofHeader,
    id: BlockId,
    txs: S::Txs,
    bytes: Vec<u8>,
}

/// `[header, [transaction bytes, …]]` (rule B-1).
#[derive(Serialize_tuple, Deserialize_tuple)]
struct BlockWire {
    header: Header,
    txs: Vec<ByteBuf>,
}

impl Wire for BlockWire {
    const NAME: &'static str = "block";
    const MAX_BYTES: usize = limits::MAX_BLOCK;
}

impl<S: Stage> Block<S> {
    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }
    /// The 112 bytes that stand for it.
    pub const fn proof(&self) -> &ProofHeader {
        &self.proof
    }
    /// The block's id.
    pub const fn id(&self) -> BlockId {
        self.id
    }
    /// The bytes that travel and are stored.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Block<Unchecked> {
    /// Reads a block. Its transactions stay bytes until [`Block::check`].
    ///
    /// # Errors
    /// Too long, or not the canonical form of a block.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = BlockWire::from_bytes(bytes)?;
        let proof = wire.header.proof();
        Ok(Self { id: proof.id(), proof, header: wire.header, txs: wire.txs, bytes: bytes.to_vec() })
    }

    /// Puts a block together from a header and the bytes of its transactions.
    ///
    /// # Errors
    /// Longer than a block may be.
    pub fn assemble<'a>(
        header: Header,
        txs: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, EncodeError> {
        let wire = BlockWire { header, txs: txs.into_iter().map(ByteBuf::from).collect() };
        let bytes = wire.to_bytes()?;
        if bytes.len() > limits::MAX_BLOCK {
            let reason = format!("{} bytes, at most {}", bytes.len(), limits::MAX_BLOCK);
            return Err(EncodeError { what: BlockWire::NAME, reason });
        }
        let proof = wire.header.proof();
        Ok(Self { id: proof.id(), proof, header: wire.header, txs: wire.txs, bytes })
    }

    /// The bytes of its transactions: the leaves of the transaction tree.
    pub fn tx_bytes(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        self.txs.iter().map(|tx| tx.as_slice())
    }

    /// Checks everything that needs neither state nor parent (rules B-2 to B-8).
    ///
    /// # Errors
    /// The first rule broken, cheapest first.
    pub fn check(self, spec: &ChainSpec) -> Result<Block<Checked>, BlockError> {
        self.check_header(spec)?;
        if !planted!(spec, SKIP_WORK) {
            spec.consensus().check_alone(&self.proof)?;
        }
        let leaves = self.txs.iter().map(|tx| rfc6962::leaf_hash(tx));
        let root = rfc6962::root_of_hashes(leaves);
        if root != self.header.tx_root {
            return Err(BlockError::TxRoot { got: self.header.tx_root, want: root });
        }
        let mut txs = Vec::with_capacity(self.txs.len());
        let mut seen = BTreeSet::new();
        for (index, bytes) in self.txs.into_iter().enumerate() {
            let tx =
                Tx::decode_vec(bytes.into_vec()).map_err(|error| BlockError::MalformedTx { index, error })?;
            if !seen.insert(tx.id()) {
                return Err(BlockError::DuplicateTx { index, id: tx.id() });
            }
            txs.push(tx);
        }
        Ok(Block {
            header: self.header,
            proof: self.proof,
            id: self.id,
            txs: Arc::new(txs),
            bytes: self.bytes,
        })
    }

    fn check_header(&self, spec: &ChainSpec) -> Result<(), BlockError> {
        let (header, params) = (&self.header, spec.params());
        if header.chain_id != spec.chain_id() {
            return Err(BlockError::OtherChain);
        }
        if header.shard != spec.shard() {
            return Err(BlockError::OtherShard { got: header.shard, want: spec.shard() });
        }
        let fixed = [
            ("params_hash", header.params_hash, spec.params_hash()),
            // Proof of work has neither validators nor certificates, and an unsharded chain no anchor.
            ("validators_hash", header.validators_hash, Hash32::ZERO),
            ("next_validators_hash", header.next_validators_hash, Hash32::ZERO),
            ("last_commit_hash", header.last_commit_hash, Hash32::ZERO),
            ("anchor", header.anchor, Hash32::ZERO),
        ];
        if let Some((field, got, want)) = fixed.into_iter().find(|(_, got, want)| got != want) {
            return Err(BlockError::Field { field, got, want });
        }
        let count = u32::try_from(self.txs.len()).unwrap_or(u32::MAX);
        if header.tx_count != count {
            return Err(BlockError::TxCount { got: header.tx_count, want: count });
        }
        if count > params.max_block_txs {
            return Err(BlockError::TooManyTxs { limit: params.max_block_txs, got: count });
        }
        let size = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        if size > params.max_block_bytes {
            return Err(BlockError::TooLarge { limit: params.max_block_bytes, got: size });
        }
        Ok(())
    }
}

impl Block<Checked> {
    /// The transactions, in order.
    pub fn txs(&self) -> &[Tx] {
        &self.txs
    }
    /// The same, for who needs them longer than the block.
    pub(crate) fn shared_txs(&self) -> Arc<Vec<Tx>> {
        Arc::clone(&self.txs)
    }

    /// The genesis block, which has no transactions and which the chain id vouches for.
    pub(super) fn genesis(header: Header) -> Result<Self, EncodeError> {
        let block = Block::assemble(header, [])?;
        Ok(Self {
            header: block.header,
            proof: block.proof,
            id: block.id,
            txs: Arc::default(),
            bytes: block.bytes,
        })
    }
}
