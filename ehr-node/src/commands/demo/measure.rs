//! Sizes on and off the chain, and a body to tamper with.

use super::error::DemoError;
use super::hospital::Hospital;
use super::opening;
use super::sharing;
use super::world::World;
use ehr_core::primitives::ContentId;
use ehr_core::store::{ReadError, Table};
use std::path::Path;
use std::{fs, io};

/// The sealed body of the patient's first record.
pub(super) async fn first_body(world: &World, patient: usize) -> Result<Option<ContentId>, DemoError> {
    let Some(kept) = world.patients[patient].kept.first() else { return Ok(None) };
    let content = opening::content(&world.a, kept).await?;
    let manifest = sharing::manifest(&world.a, &content.manifest)?;
    Ok(manifest.sections.last().map(|section| section.body))
}

/// Bytes of all blocks, and of all sealed bodies, at a hospital.
pub(super) async fn sizes(hospital: &Hospital) -> Result<(u64, u64), DemoError> {
    let on_chain = hospital.node.read(|snapshot| {
        let (mut total, mut from) = (0u64, Vec::new());
        loop {
            let batch = snapshot.ledger().range(Table::Bodies, &from, &[], 64)?;
            let Some((last, _)) = batch.last() else { return Ok(total) };
            from = [last.as_slice(), &[0]].concat();
            total += batch.iter().map(|(_, body)| u64::try_from(body.len()).unwrap_or(0)).sum::<u64>();
        }
    });
    let on_chain: Result<u64, ReadError> = on_chain.await?;
    let path = hospital.dir.join("blobs");
    let off_chain = folder_bytes(&path).map_err(|error| DemoError::Folder { path, error })?;
    Ok((on_chain?, off_chain))
}

fn folder_bytes(dir: &Path) -> io::Result<u64> {
    let mut total = 0;
    for item in fs::read_dir(dir)? {
        let item = item?;
        let meta = item.metadata()?;
        total += if meta.is_dir() { folder_bytes(&item.path())? } else { meta.len() };
    }
    Ok(total)
}
