//! Records: plaintext sections in, manifest and sealed bodies out, and back (`docs/spec/sealing.md`, rules RM-1 to
//! RM-9).
//!
//! Section 0 describes the record: its kind and the media types of the sections that follow. Every section has its
//! own data key, so that one can be shared without the others, and a salted leaf in `plain_root`, which doctor and
//! patient sign.

mod descriptor;
mod keys;
mod manifest;
mod opening;
mod payload;
mod place;
mod sealing;
mod wraps;

pub use descriptor::Descriptor;
pub use keys::{SectionKey, SectionKeys};
pub use manifest::{Manifest, ManifestEntry};
pub use opening::{OpenRecordError, OpenedSection, OpenedVersion, open_section, open_version};
pub use payload::section_leaf;
pub use place::Place;
pub use sealing::{SealRecordError, SealedVersion, Section, seal_version};
pub use wraps::{Recipient, unwrap_version, wrap_version, wraps_root};
