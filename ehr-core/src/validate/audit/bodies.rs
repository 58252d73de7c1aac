//! Whether every sealed body the chain refers to is there, whole, and what the chain says it is.

use super::Expected;
use super::report::{Problem, Report};
use crate::codec::Wire as _;
use crate::crypto::seal::size_class;
use crate::crypto::wrap::WrapSet;
use crate::primitives::{AccountId, BlockId, ContentId, Hash32, Height, RecordId, VersionNo};
use crate::record::{Manifest, wraps_root};
use crate::store::BlobStore;
use crate::tx::{Payload, Proposed, RecordPropose, Tx, VersionContent};

/// Checks the bodies of one transaction after another.
pub(super) struct Bodies<'a> {
    pub(super) blobs: &'a dyn BlobStore,
    /// Which must be here; others may lack.
    pub(super) expected: Expected,
}

/// About what a body is.
#[derive(Clone, Copy)]
struct Place {
    height: Height,
    block: BlockId,
    record: Option<(RecordId, VersionNo)>,
    required: bool,
}

impl Place {
    fn problem(&self, what: String) -> Problem {
        let (record, version) = self.record.unzip();
        Problem { record, version, ..Problem::block(self.height, Some(self.block), what) }
    }
}

impl Bodies<'_> {
    /// Checks everything one transaction refers to.
    pub(super) fn check(&self, tx: &Tx, (height, block): (Height, BlockId), report: &mut Report) {
        let place = Place { height, block, record: None, required: self.keeps(tx.body().fee_payer) };
        match &tx.body().payload {
            Payload::ScopeCreate { create } => self.wraps(&create.wraps, None, place, report),
            Payload::ScopeRotate { rotate } => self.wraps(&rotate.wraps, None, place, report),
            Payload::Revoke { revoke } => {
                revoke.rotate.iter().for_each(|rotate| self.wraps(&rotate.wraps, None, place, report));
            }
            Payload::Grant { grant } => self.granted(grant.wraps.as_ref(), place, report),
            Payload::Acknowledge { acknowledge } => {
                self.granted(acknowledge.grant.wraps.as_ref(), place, report);
            }
            Payload::RecordCreate { create } => {
                self.version(
                    (create.record, VersionNo::ZERO),
                    create.institution,
                    &create.content,
                    place,
                    report,
                );
            }
            Payload::VersionAppend { append } => {
                self.version(
                    (append.record, append.version),
                    append.institution,
                    &append.content,
                    place,
                    report,
                );
            }
            Payload::RecordPropose { propose: RecordPropose { proposed } } => match proposed {
                Proposed::Create { create } => {
                    let which = (create.record, VersionNo::ZERO);
                    self.version(which, create.institution, &create.content, place, report);
                }
                Proposed::Append { append } => {
                    let which = (append.record, append.version);
                    self.version(which, append.institution, &append.content, place, report);
                }
            },
            Payload::KeyRotate { rotate } => drop(self.get(&rotate.seeds, "the sealed seeds", place, report)),
            _ => {}
        }
    }

    fn keeps(&self, who: AccountId) -> bool {
        match self.expected {
            Expected::All => true,
            Expected::Of(operator) => operator == who,
            Expected::None => false,
        }
    }

    fn granted(&self, wraps: Option<&ContentId>, place: Place, report: &mut Report) {
        if let Some(id) = wraps {
            self.wraps(id, None, place, report);
        }
    }

    fn version(
        &self,
        record: (RecordId, VersionNo),
        institution: AccountId,
        content: &VersionContent,
        place: Place,
        report: &mut Report,
    ) {
        report.versions = report.versions.saturating_add(1);
        let place = Place { record: Some(record), required: self.keeps(institution), ..place };
        self.wraps(&content.wraps, Some(content.wraps_root), place, report);
        let Some(bytes) = self.get(&content.manifest, "the manifest", place, report) else { return };
        let manifest = match Manifest::from_bytes(&bytes) {
            Ok(manifest) => manifest,
            Err(error) => return report.add(place.problem(format!("the manifest: {error}"))),
        };
        let total = manifest.sections.iter().fold(0u64, |sum, section| sum.saturating_add(section.len));
        if size_class(total) != content.size_class {
            report.add(place.problem("the manifest lists another size than the chain".to_owned()));
        }
        for (number, section) in manifest.sections.iter().enumerate() {
            let what = format!("the sealed body of section {number}");
            if let Some(body) = self.get(&section.body, &what, place, report)
                && u64::try_from(body.len()) != Ok(section.len)
            {
                report.add(place.problem(format!("{what} has another length than the manifest says")));
            }
        }
    }

    fn wraps(&self, id: &ContentId, root: Option<Hash32>, place: Place, report: &mut Report) {
        const WHAT: &str = "the wrapped keys";
        let Some(bytes) = self.get(id, WHAT, place, report) else { return };
        match WrapSet::from_bytes(&bytes) {
            Ok(set) if root.is_some_and(|root| wraps_root(&set) != Ok(root)) => {
                report.add(place.problem(format!("{WHAT} are not those the transaction names")));
            }
            Ok(_) => {}
            Err(error) => report.add(place.problem(format!("{WHAT}: {error}"))),
        }
    }

    fn get(&self, id: &ContentId, what: &str, place: Place, report: &mut Report) -> Option<Vec<u8>> {
        match self.blobs.get(id) {
            Ok(Some(bytes)) => {
                report.bodies = report.bodies.saturating_add(1);
                return Some(bytes);
            }
            Ok(None) if place.required => report.add(place.problem(format!("{what} {id} is missing"))),
            Ok(None) => report.bodies_elsewhere = report.bodies_elsewhere.saturating_add(1),
            Err(error) => report.add(place.problem(format!("{what}: {error}"))),
        }
        None
    }
}
