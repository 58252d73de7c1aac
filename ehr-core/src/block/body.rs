//! Blocks: a header and the transactions it commits to.

use super::{ChainSpec, Header, ProofHeader};
use crate::codec::{DecodeError, EncodeError, Wire, limits};
use crate::consensus::bft::Certificate;
use crate::consensus::{Consensus, SealRules};
use crate::merkle::rfc6962;
use crate::planted::planted;
use crate::primitives::{BlockId, Hash32, Height};
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
    last_commit: Option<Certificate>,
    bytes: Vec<u8>,
}

/// `[header, [transaction bytes, …], certificate or null]` (rule B-1).
#[derive(Serialize_tuple, Deserialize_tuple)]
struct BlockWire {
    header: Header,
    txs: Vec<ByteBuf>,
    last_commit: Option<Certificate>,
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
    /// The certificate of the parent, under proof of stake and above height 1 (rule B-17).
    pub const fn last_commit(&self) -> Option<&Certificate> {
        self.last_commit.as_ref()
    }
}

impl Block<Unchecked> {
    /// Reads a block. Its transactions stay bytes until [`Block::check`].
    ///
    /// # Errors
    /// Too long, or not the canonical form of a block.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = BlockWire::from_bytes(bytes)?;
        Ok(Self::of(wire, bytes.to_vec()))
    }

    fn of(wire: BlockWire, bytes: Vec<u8>) -> Self {
        let BlockWire { header, txs, last_commit } = wire;
        let proof = header.proof();
        Self { id: proof.id(), proof, header, txs, last_commit, bytes }
    }

    /// Puts a block together from a header and the bytes of its transactions.
    ///
    /// # Errors
    /// Longer than a block may be.
    pub fn assemble<'a>(
        header: Header,
        txs: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, EncodeError> {
        Self::assemble_certified(header, txs, None)
    }

    /// As [`Block::assemble`], with the certificate of the parent.
    ///
    /// # Errors
    /// As [`Block::assemble`].
    pub fn assemble_certified<'a>(
        header: Header,
        txs: impl IntoIterator<Item = &'a [u8]>,
        last_commit: Option<Certificate>,
    ) -> Result<Self, EncodeError> {
        let wire = BlockWire { header, txs: txs.into_iter().map(ByteBuf::from).collect(), last_commit };
        let bytes = wire.to_bytes()?;
        if bytes.len() > limits::MAX_BLOCK {
            let reason = format!("{} bytes, at most {}", bytes.len(), limits::MAX_BLOCK);
            return Err(EncodeError { what: BlockWire::NAME, reason });
        }
        Ok(Self::of(wire, bytes))
    }

    /// The bytes of its transactions: the leaves of the transaction tree.
    pub fn tx_bytes(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        self.txs.iter().map(|tx| tx.as_slice())
    }

    /// Checks everything that needs neither state nor parent (rules B-2 to B-8 and B-17).
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
        let Self { header, proof, id, last_commit, bytes, .. } = self;
        Ok(Block { header, proof, id, txs: Arc::new(txs), last_commit, bytes })
    }

    fn check_header(&self, spec: &ChainSpec) -> Result<(), BlockError> {
        let (header, params) = (&self.header, spec.params());
        if header.chain_id != spec.chain_id() {
            return Err(BlockError::OtherChain);
        }
        if header.shard != spec.shard() {
            return Err(BlockError::OtherShard { got: header.shard, want: spec.shard() });
        }
        let commit_hash = self.last_commit.as_ref().map_or(Hash32::ZERO, Certificate::hash);
        let mut fixed = vec![
            ("params_hash", header.params_hash, spec.params_hash()),
            ("last_commit_hash", header.last_commit_hash, commit_hash),
            // An unsharded chain has no anchor.
            ("anchor", header.anchor, Hash32::ZERO),
        ];
        if let Consensus::Work(_) = spec.consensus() {
            fixed.push(("validators_hash", header.validators_hash, Hash32::ZERO));
            fixed.push(("next_validators_hash", header.next_validators_hash, Hash32::ZERO));
        }
        if let Some((field, got, want)) = fixed.into_iter().find(|(_, got, want)| got != want) {
            return Err(BlockError::Field { field, got, want });
        }
        self.check_commit(spec)?;
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

    /// That there is a certificate exactly where one belongs, and that it names the parent (rule B-17). Whether it proves
    /// anything is for the state to say.
    fn check_commit(&self, spec: &ChainSpec) -> Result<(), BlockError> {
        let header = &self.header;
        let wanted = matches!(spec.consensus(), Consensus::Stake(_)) && header.height > Height(1);
        match &self.last_commit {
            None if wanted => Err(BlockError::NoCertificate),
            Some(_) if !wanted => Err(BlockError::UnexpectedCertificate),
            Some(c) if c.block != header.prev || c.height.next() != Some(header.height) => {
                Err(BlockError::OtherCertificate { height: c.height, block: c.block })
            }
            _ => Ok(()),
        }
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
            last_commit: None,
            bytes: block.bytes,
        })
    }
}
