//! Why a file or an entry was not read. No variant can hold a value from the input.

use std::{fmt, io, path::PathBuf};

/// Something in the input that was left out, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was found.
    pub file: PathBuf,
    /// Position in the bundle's `entry` array, from 0; `None` when the whole file is meant.
    pub entry: Option<usize>,
    /// What is wrong with it.
    pub reason: ReadError,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(entry) = self.entry {
            write!(f, ", entry {entry}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What is wrong with a file or an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system refused.
    #[error("cannot be read: {kind}")]
    Io {
        /// Its reason.
        kind: io::ErrorKind,
    },
    /// A device, a pipe or the like.
    #[error("neither a file nor a folder")]
    NotAFile,
    /// A folder without input.
    #[error("no *.json file in this folder or below")]
    NoJsonFile,
    /// Longer than [`super::limits::MAX_FILE_BYTES`].
    #[error("the file has {got} bytes, at most {limit} are read")]
    FileTooLarge {
        /// The limit in bytes.
        limit: u64,
        /// Bytes in the file, as far as known.
        got: u64,
    },
    /// Not text.
    #[error("not valid UTF-8 at byte {offset}")]
    NotUtf8 {
        /// Bytes before the first invalid one.
        offset: usize,
    },
    /// Not JSON.
    #[error("not valid JSON at line {line}, column {column}{}", if *.truncated { ": the input ends too early" } else { "" })]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1; 0 at the start of a line.
        column: usize,
        /// The input ends inside a value.
        truncated: bool,
    },
    /// JSON, but not a FHIR bundle.
    #[error("not a FHIR bundle: the top level is not an object with resourceType \"Bundle\"")]
    NotABundle,
    /// A field of another JSON type than FHIR gives it.
    #[error("{field}: expected {expected}")]
    WrongType {
        /// The field, as FHIR names it.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The same field twice in one object: two readers could see two different values.
    #[error("{object}: a field is given twice")]
    RepeatedField {
        /// The object, as FHIR names it.
        object: &'static str,
    },
    /// An escape such as `\ud800` that stands for no character, where the reader must understand the text.
    #[error("{object}: holds an escape that is no Unicode character")]
    NotUnicode {
        /// The object, as FHIR names it.
        object: &'static str,
    },
    /// More than [`super::limits::MAX_ENTRIES`].
    #[error("entry: {got} entries, at most {limit} allowed")]
    TooManyEntries {
        /// The limit.
        limit: usize,
        /// Entries in the bundle.
        got: usize,
    },
    /// An entry that carries nothing.
    #[error("resource: missing")]
    NoResource,
    /// Longer than [`super::limits::MAX_RESOURCE_BYTES`].
    #[error("resource: {got} bytes, at most {limit} allowed")]
    ResourceTooLarge {
        /// The limit in bytes.
        limit: usize,
        /// Bytes in the resource.
        got: usize,
    },
    /// Nested deeper than [`super::limits::MAX_DEPTH`].
    #[error("resource: nested deeper than {limit} levels")]
    TooDeep {
        /// The limit in levels.
        limit: usize,
    },
    /// A resource of unknown kind.
    #[error("resource.resourceType: missing")]
    NoResourceType,
    /// A second Patient resource with the same id or address.
    #[error("the same Patient as in entry {first}")]
    DuplicatePatient {
        /// Where the first one is.
        first: usize,
    },
    /// Clinical, but the bundle has no Patient.
    #[error("no Patient in the bundle that this resource could belong to")]
    NoPatient,
    /// Names a patient that the bundle does not hold.
    #[error("names a patient that is not in the bundle")]
    PatientNotInBundle,
    /// Names its subject, but not by a reference to a patient or to an entry of the bundle.
    #[error("names as its subject somebody who cannot be told to be a patient of the bundle")]
    SubjectUnclear,
    /// Several patients in the bundle, and this resource names none or more than one of them.
    #[error("the bundle holds {patients} patients and this resource does not name exactly one of them")]
    PatientUnclear {
        /// Patients in the bundle.
        patients: usize,
    },
}
