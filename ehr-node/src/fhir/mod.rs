//! Reading FHIR R4 bundles, and making synthetic ones.
//!
//! The reader keeps every clinical resource as the exact bytes of the input, because those bytes are what gets
//! sealed and what a reader must get back. It never guesses: what cannot be placed with certainty is a
//! [`Problem`] that names the file and the entry, and everything else goes on.

mod bundle;
mod error;
mod json;
mod kinds;
pub mod limits;
mod owner;
mod read;
pub mod synthetic;

pub use bundle::{Bundle, PatientRecord, ReadReport, Resource, read_bundle};
pub use error::{Problem, ReadError};
pub use kinds::is_clinical;
pub use read::{json_files, read_file, read_path};
