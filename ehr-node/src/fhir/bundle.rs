//! One bundle: its patients, their resources byte for byte, and what was left out.

use super::{
    error::{Problem, ReadError},
    is_clinical, json,
    limits::{MAX_DEPTH, MAX_FILE_BYTES, MAX_RESOURCE_BYTES},
    owner::{Named, Patients, Subjects},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// One clinical resource. No `Debug`: it is private.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    /// Position in the bundle's `entry` array, from 0.
    pub index: usize,
    /// FHIR type, such as "Observation".
    pub resource_type: String,
    /// Logical id, if the resource has one.
    pub id: Option<String>,
    /// The resource exactly as it stands in the input, from `{` to `}`.
    pub bytes: Vec<u8>,
}

/// What one bundle holds of one patient. No `Debug`: it is private.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientRecord {
    /// Logical id of the Patient resource, else its `fullUrl`, else its position. To be shown: it is not unique.
    pub id: String,
    /// What makes this the same person in another bundle (rule F-10): the `fullUrl`, else `Patient/id`. `None` is
    /// somebody of this bundle only.
    pub known_as: Option<String>,
    /// Display name for the local screen only; never for a log, the chain or the wire.
    pub name: String,
    /// The patient's resources in input order, the Patient resource among them.
    pub resources: Vec<Resource>,
}

/// One bundle that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The file it came from.
    pub source: PathBuf,
    /// Its patients in input order. Empty for a directory of practitioners or organizations.
    pub patients: Vec<PatientRecord>,
    /// What belongs to no patient (practitioners, organizations, locations): how many of each type.
    pub directory: BTreeMap<String, usize>,
}

/// Everything that was read, and everything that was not.
#[derive(Default)]
pub struct ReadReport {
    /// The bundles, in the order of their files.
    pub bundles: Vec<Bundle>,
    /// What was left out and why, in input order.
    pub problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "resourceType")]
    resource_type: Option<&'a RawValue>,
    #[serde(borrow)]
    entry: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, rename = "fullUrl")]
    full_url: Option<&'a RawValue>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "resourceType")]
    resource_type: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// An entry on its way to a patient.
struct Parsed<'a> {
    index: usize,
    full_url: Option<String>,
    resource_type: String,
    id: Option<String>,
    raw: &'a RawValue,
    named: Named,
}

/// Reads one bundle from memory and adds it, or what is wrong with it, to `report`. `source` only names it.
pub fn read_bundle(source: &Path, bytes: &[u8], report: &mut ReadReport) {
    let mut problem =
        |entry, reason| report.problems.push(Problem { file: source.to_owned(), entry, reason });
    let raws = match entries(bytes) {
        Ok(raws) => raws,
        Err(reason) => return problem(None, reason),
    };

    let mut parsed = Vec::with_capacity(raws.len());
    for (index, raw) in raws.into_iter().enumerate() {
        match parse_entry(index, raw) {
            Ok(entry) => parsed.push(entry),
            Err(reason) => problem(Some(index), reason),
        }
    }

    // References may point forward, so all patients are known before anything is placed.
    let mut patients = Patients::default();
    let mut records: Vec<PatientRecord> = Vec::new();
    let mut owner_of_entry = BTreeMap::new();
    for entry in &parsed {
        if entry.resource_type == "Patient" {
            let added = patients.add(entry.index, entry.full_url.as_deref(), entry.id.as_deref());
            if let Ok(number) = added {
                records.push(new_record(entry));
                debug_assert_eq!(records.len(), number + 1);
            }
            owner_of_entry.insert(entry.index, added);
        } else {
            patients.add_other(entry.full_url.as_deref(), &entry.resource_type, entry.id.as_deref());
        }
    }

    let mut directory = BTreeMap::new();
    for entry in parsed {
        let owner = match owner_of_entry.remove(&entry.index) {
            Some(owner) => owner,
            None if is_clinical(&entry.resource_type) || patients.names_one(&entry.named) => {
                patients.owner(&entry.named)
            }
            None => {
                *directory.entry(entry.resource_type).or_insert(0) += 1;
                continue;
            }
        };
        match owner {
            Ok(number) => records[number].resources.push(Resource {
                index: entry.index,
                resource_type: entry.resource_type,
                id: entry.id,
                bytes: entry.raw.get().as_bytes().to_vec(),
            }),
            Err(reason) => problem(Some(entry.index), reason),
        }
    }
    report.bundles.push(Bundle { source: source.to_owned(), patients: records, directory });
}

/// The raw entries of a bundle, or why the file as a whole is no bundle.
fn entries(bytes: &[u8]) -> Result<Vec<&RawValue>, ReadError> {
    let got = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if got > MAX_FILE_BYTES {
        return Err(ReadError::FileTooLarge { limit: MAX_FILE_BYTES, got });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| ReadError::NotUtf8 { offset: e.valid_up_to() })?;
    json::check(text)?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| ReadError::NotABundle)?;
    if !raw.get().starts_with('{') {
        return Err(ReadError::NotABundle);
    }
    let envelope: Envelope<'_> = json::object(raw, "Bundle")?;
    if json::string(envelope.resource_type, "Bundle.resourceType")?.as_deref() != Some("Bundle") {
        return Err(ReadError::NotABundle);
    }
    envelope.entry.map_or(Ok(Vec::new()), json::entries)
}

fn parse_entry(index: usize, raw: &RawValue) -> Result<Parsed<'_>, ReadError> {
    let entry: Entry<'_> = json::object(raw, "entry")?;
    let raw = entry.resource.ok_or(ReadError::NoResource)?;
    let got = raw.get().len();
    if got > MAX_RESOURCE_BYTES {
        return Err(ReadError::ResourceTooLarge { limit: MAX_RESOURCE_BYTES, got });
    }
    if json::depth(raw.get()) > MAX_DEPTH {
        return Err(ReadError::TooDeep { limit: MAX_DEPTH });
    }
    let head: Head<'_> = json::object(raw, "resource")?;
    let subjects: Subjects<'_> = json::object(raw, "resource")?;
    Ok(Parsed {
        index,
        full_url: json::string(entry.full_url, "fullUrl")?,
        resource_type: json::string(head.resource_type, "resource.resourceType")?
            .filter(|kind| !kind.is_empty())
            .ok_or(ReadError::NoResourceType)?,
        id: json::string(head.id, "resource.id")?,
        raw,
        named: subjects.named()?,
    })
}

fn new_record(entry: &Parsed<'_>) -> PatientRecord {
    let full_url = entry.full_url.clone().filter(|url| !url.is_empty());
    let id = entry.id.clone().filter(|id| !id.is_empty());
    PatientRecord {
        known_as: full_url.clone().or_else(|| id.as_ref().map(|id| format!("Patient/{id}"))),
        id: id.or(full_url).unwrap_or_else(|| format!("entry-{}", entry.index)),
        name: display_name(entry.raw).unwrap_or_else(|| "(no name)".to_owned()),
        resources: Vec::new(),
    }
}

/// The first name a Patient resource gives, if it can be understood.
fn display_name(patient: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: Vec<HumanName>,
    }
    #[derive(Deserialize)]
    struct HumanName {
        text: Option<String>,
        #[serde(default)]
        given: Vec<String>,
        family: Option<String>,
    }
    let name = serde_json::from_str::<Named>(patient.get()).ok()?.name.into_iter().next()?;
    let parts: Vec<String> = name.given.into_iter().chain(name.family).collect();
    if parts.is_empty() { name.text } else { Some(parts.join(" ")) }
}
