//! A phone that checks proofs and keeps nothing but headers.

use crate::fault::call;
use crate::ledger::{grant_info, version_info};
use crate::types::ProvenFacts;
use crate::{Clock, EhrError, Genesis, Result};
use ehr_core::block::Receipt;
use ehr_core::block::{ChainSpec, ProofHeader};
use ehr_core::codec::Wire as _;
use ehr_core::light::{Accepted, HeaderChain, LightProof, Limits, Proven, TrustAnchor};
use ehr_core::primitives::{BlockId, GrantId, Height, RecordId, TxId, VersionNo};
use ehr_core::state::{Entry as _, GrantEntry, Record, Version, VersionId};
use ehr_core::tx::Tx;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Follows a chain by its headers, in bounded memory, and checks proofs against them.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct LightClient {
    chain: Mutex<HeaderChain>,
    clock: Arc<Clock>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl LightClient {
    /// Begins at the genesis block.
    ///
    /// # Errors
    /// None that can be reached.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(genesis: Arc<Genesis>, clock: Option<Arc<Clock>>) -> Result<Arc<Self>> {
        let anchor = TrustAnchor::genesis(&genesis.0.block().header().proof());
        Ok(Self::begin(&genesis.0, &anchor, clock))
    }

    /// Begins at a header that is taken on trust: a [`Ledger::trust_anchor`](crate::Ledger::trust_anchor), or one's own
    /// [`LightClient::checkpoint`] from last time.
    ///
    /// # Errors
    /// Malformed, or of another chain.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_anchor(
        genesis: Arc<Genesis>,
        anchor: Vec<u8>,
        clock: Option<Arc<Clock>>,
    ) -> Result<Arc<Self>> {
        call(|| {
            let anchor = TrustAnchor::from_bytes(&anchor)?;
            if anchor.header().chain != genesis.0.block().header().proof().chain {
                return Err(EhrError::argument("anchor", "is of another chain"));
            }
            Ok(Self::begin(&genesis.0, &anchor, clock))
        })
    }

    /// Takes headers as [`Ledger::headers`](crate::Ledger::headers) gives them: 112 bytes each, parents first. Gives the
    /// number that were new. Those before the first wrong one are taken.
    ///
    /// # Errors
    /// A length that is no multiple of 112, an unknown parent, a broken rule.
    pub fn accept(&self, headers: Vec<u8>) -> Result<u32> {
        call(|| {
            let (headers, rest) = headers.as_chunks::<{ ProofHeader::LEN }>();
            if !rest.is_empty() {
                return Err(EhrError::malformed("headers: the length is no multiple of 112"));
            }
            let (mut chain, now, mut new) = (self.chain(), self.clock.now(), 0u32);
            for bytes in headers {
                let header = ProofHeader::from_bytes(bytes);
                // What is below the first header held was checked when it was newer.
                let known_below =
                    chain.at(header.height).is_none() && header.height < chain.tip().proof.height;
                if known_below {
                    continue;
                }
                if chain.accept(&header, now)? != Accepted::Known {
                    new = new.saturating_add(1);
                }
            }
            Ok(new)
        })
    }

    /// Height of the best header.
    pub fn tip_height(&self) -> Height {
        self.chain().tip().proof.height
    }

    /// Id of the best header.
    pub fn tip(&self) -> BlockId {
        self.chain().tip().id
    }

    /// Height up to which blocks are final.
    pub fn final_height(&self) -> Height {
        self.chain().final_height()
    }

    /// Where to start from next time: the newest final header.
    ///
    /// # Errors
    /// None that can be reached.
    pub fn checkpoint(&self) -> Result<Vec<u8>> {
        Ok(self.chain().checkpoint().to_bytes()?)
    }

    /// Checks a proof that stands on a header of the best chain.
    ///
    /// # Errors
    /// `Malformed`, or `Refused` when it proves nothing here.
    pub fn verify(&self, proof: Vec<u8>) -> Result<ProvenFacts> {
        call(|| {
            let proof = LightProof::from_bytes(&proof)?;
            let chain = self.chain();
            let (proven, confirmations) = chain.verify(&proof)?;
            facts(&proof, &proven, Some(confirmations))
        })
    }
}

impl LightClient {
    fn begin(spec: &ChainSpec, anchor: &TrustAnchor, clock: Option<Arc<Clock>>) -> Arc<Self> {
        let number =
            |n: u64| NonZeroU32::new(u32::try_from(n).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN);
        let limits = Limits {
            max_reorg: number(spec.params().max_reorg),
            confirmations: number(spec.params().confirmations),
        };
        let chain = HeaderChain::new(*spec.consensus(), limits, anchor);
        Arc::new(Self { chain: Mutex::new(chain), clock: Clock::or_system(clock) })
    }

    fn chain(&self) -> MutexGuard<'_, HeaderChain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks a proof, trusting nothing but the block it must stand on.
///
/// # Errors
/// `Malformed`, or `Refused` when it does not hold.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_proof(proof: Vec<u8>, trusted_block: BlockId) -> Result<ProvenFacts> {
    call(|| {
        let proof = LightProof::from_bytes(&proof)?;
        let proven = proof.verify(&trusted_block)?;
        facts(&proof, &proven, None)
    })
}

/// Everything a checked proof shows.
fn facts(proof: &LightProof, proven: &Proven<'_>, confirmations: Option<u64>) -> Result<ProvenFacts> {
    let mut facts = ProvenFacts {
        height: proven.as_of().height,
        block: proven.id(),
        confirmations,
        versions: Vec::new(),
        grants: Vec::new(),
        in_force: Vec::new(),
        transactions: Vec::new(),
        receipts: Vec::new(),
    };
    for fact in &proof.state {
        match fact.namespace {
            Version::NAMESPACE => {
                let Some((record, number)) = fact.id.split_first_chunk::<{ RecordId::LEN }>() else {
                    continue;
                };
                let Ok(number) = <[u8; 4]>::try_from(number) else { continue };
                let (record, number) = (RecordId(*record), VersionNo(u32::from_be_bytes(number)));
                let version = proven.entry::<Version>(&VersionId::new(record, number))?;
                // Where it is filed is shown by the record; a proof without it proves no version.
                if let (Some(version), Some(filed)) = (version, proven.entry::<Record>(&record)?) {
                    facts.versions.push(version_info(record, number, &filed, &version));
                }
            }
            GrantEntry::NAMESPACE => {
                let Ok(id) = GrantId::try_from(fact.id.as_slice()) else { continue };
                if let Some(grant) = proven.entry::<GrantEntry>(&id)? {
                    facts.grants.push(grant_info(id, &grant));
                    if proven.grant_in_force(&id)? {
                        facts.in_force.push(id);
                    }
                }
            }
            _ => {}
        }
    }
    let ids = proof.txs.iter().map(|fact| Ok(Tx::decode(&fact.leaf)?.id()));
    facts.transactions = ids.collect::<Result<Vec<TxId>>>()?;
    let receipts = proof.receipts.iter().map(|fact| Ok(Receipt::from_bytes(&fact.leaf)?.tx));
    facts.receipts = receipts.collect::<Result<Vec<TxId>>>()?;
    Ok(facts)
}
