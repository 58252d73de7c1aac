//! One ledger folder, checked.

use super::VerifyError;
use super::keeper::keeper;
use super::report::Report;
use super::scratch::Scratch;
use crate::commands::folders;
use crate::driver::{SignatureThreads, system_clock};
use crate::ui::Screen;
use ehr_core::crypto::signature::Helpers;
use ehr_core::validate::audit::{Audited, Expected, audit};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Computes a ledger again from its genesis and compares everything with what is stored. Changes nothing in `dir`.
///
/// Memory does not grow with the chain: of blocks, those of one signature batch are held, and the state is built in a
/// temporary ledger on disk.
///
/// # Errors
/// The check could not be made; what is wrong with the ledger is in the report.
pub fn verify(dir: &Path, screen: &Screen) -> Result<Report, VerifyError> {
    let (store, blobs) = match folders::open(dir) {
        Ok(opened) => opened,
        Err(error) => return Ok(Report::unchecked(dir, &error)),
    };
    let keeper = keeper(dir, &store);
    // If nobody knows who keeps it, every body must be there.
    let expected = keeper.as_ref().ok().copied().flatten().map_or(Expected::All, Expected::Of);
    // Without threads it takes longer, and that is all.
    let helpers = SignatureThreads::beside_one().ok().flatten().map(|threads| threads as Arc<dyn Helpers>);
    let audited =
        Audited { store: &store, blobs: &blobs, expected, now: system_clock()(), helpers: helpers.as_ref() };
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let mut bar = None;
    let mut found = audit(audited, &mut Scratch::new()?, &mut |_, total| {
        bar.get_or_insert_with(|| screen.bar(total, &format!("{name}: blocks checked"))).inc(1);
        ControlFlow::Continue(())
    })?;
    if let Some(bar) = bar {
        bar.finish();
    }
    if let (Err(problem), Some(_)) = (keeper, found.chain) {
        found.problems.insert(0, problem);
    }
    Ok(Report { ledger: dir.to_owned(), found })
}
