//! Sealed bodies: which are missing, getting and keeping them.

use super::Ledger;
use crate::Result;
use crate::fault::call;
use ehr_core::codec::Wire as _;
use ehr_core::engine::block_at;
use ehr_core::primitives::{ContentId, ContentKind, Height};
use ehr_core::record::Manifest;
use ehr_core::tx::Tx;
use std::collections::BTreeSet;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Bodies that blocks name and that are not here, newest first. Reads the whole chain if little is missing. The
    /// sections of a manifest that is missing are not known: ask again when it is here.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn missing_bodies(&self, limit: u32) -> Result<Vec<ContentId>> {
        call(|| self.missing(usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    /// A sealed body.
    ///
    /// # Errors
    /// `Closed`, `Damaged`, or the storage fails.
    pub fn body(&self, id: ContentId) -> Result<Option<Vec<u8>>> {
        call(|| {
            self.check_open()?;
            Ok(self.blobs.get(&id)?)
        })
    }

    /// Keeps a sealed body.
    ///
    /// # Errors
    /// `Closed`, `InvalidArgument` when the bytes are not what the id names, or the storage fails.
    pub fn put_body(&self, id: ContentId, bytes: Vec<u8>) -> Result<()> {
        call(|| {
            self.check_open()?;
            Ok(self.blobs.put(&id, &bytes)?)
        })
    }
}

impl Ledger {
    pub(super) fn missing(&self, limit: usize) -> Result<Vec<ContentId>> {
        let (mut missing, mut seen) = (Vec::new(), BTreeSet::new());
        let tip = self.best()?.header.height;
        for height in (1..=tip.0).rev().map(Height) {
            // The stores of a host may be slow: the ledger is free while its blobs are asked.
            for id in self.named_at(height)? {
                if missing.len() >= limit {
                    return Ok(missing);
                }
                if !seen.insert(id) {
                    continue;
                }
                let Some(bytes) = self.blobs.get(&id)? else {
                    missing.push(id);
                    continue;
                };
                for section in sections(&id, &bytes) {
                    if missing.len() < limit && seen.insert(section) && self.blobs.get(&section)?.is_none() {
                        missing.push(section);
                    }
                }
            }
        }
        Ok(missing)
    }

    /// What the transactions of a block name, newest first.
    fn named_at(&self, height: Height) -> Result<Vec<ContentId>> {
        self.core(|core| {
            let Some(id) = block_at(&core.engine.view(&core.store), height)? else { return Ok(Vec::new()) };
            let mut named = Vec::new();
            for bytes in core.block(&id)?.tx_bytes() {
                named.extend(Tx::decode(bytes)?.body().payload.named_bodies());
            }
            named.reverse();
            Ok(named)
        })
    }
}

/// The sealed sections that a body names, if it is a manifest.
pub(super) fn sections(id: &ContentId, bytes: &[u8]) -> Vec<ContentId> {
    if id.kind() != ContentKind::DagCbor {
        return Vec::new();
    }
    let manifest = Manifest::from_bytes(bytes).ok();
    manifest.iter().flat_map(|manifest| &manifest.sections).map(|section| section.body).collect()
}
