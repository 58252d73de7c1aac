//! The parts of FHIR R4 that the generator writes, as plain structs in the order of the specification.

use super::{
    catalog::{Code, Measure},
    decimal::Decimal,
};
use serde::Serialize;

/// A reference to another entry of the same bundle.
#[derive(Serialize, Clone)]
pub(super) struct Reference {
    reference: String,
}

impl Reference {
    pub(super) fn to(id: &str) -> Self {
        Self { reference: format!("urn:uuid:{id}") }
    }
}

#[derive(Serialize, Clone)]
pub(super) struct Coding {
    system: &'static str,
    code: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    display: &'static str,
}

impl From<Code> for Coding {
    fn from(code: Code) -> Self {
        Self { system: code.system, code: code.code, display: code.display }
    }
}

#[derive(Serialize, Clone)]
#[serde(untagged)]
pub(super) enum Concept {
    Coded { coding: [Coding; 1], text: &'static str },
    Status { coding: [Coding; 1] },
}

impl Concept {
    pub(super) fn of(code: Code) -> Self {
        Self::Coded { coding: [code.into()], text: code.display }
    }

    /// A code of one of HL7's own systems, which needs no display.
    pub(super) fn status(system: &'static str, code: &'static str) -> Self {
        Self::Status { coding: [Coding { system, code, display: "" }] }
    }
}

#[derive(Serialize)]
pub(super) struct Quantity {
    value: Decimal,
    unit: &'static str,
    system: &'static str,
    code: &'static str,
}

impl Quantity {
    pub(super) fn of(measure: Measure, units: i64) -> Self {
        Self {
            value: Decimal { units, places: measure.places },
            unit: measure.unit,
            system: "http://unitsofmeasure.org",
            code: measure.unit,
        }
    }
}

/// The mark of test data.
#[derive(Serialize)]
pub(super) struct Meta {
    tag: [Coding; 1],
}

impl Meta {
    pub(super) fn test() -> Self {
        Self {
            tag: [Coding {
                system: "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                code: "HTEST",
                display: "test health data",
            }],
        }
    }
}

#[derive(Serialize)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) usage: &'static str,
    pub(super) family: &'static str,
    pub(super) given: [&'static str; 1],
}

#[derive(Serialize)]
pub(super) struct Identifier {
    pub(super) system: &'static str,
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) line: [String; 1],
    pub(super) city: &'static str,
    pub(super) postal_code: String,
}

#[derive(Serialize)]
pub(super) struct Period {
    pub(super) start: String,
    pub(super) end: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) code: Concept,
    pub(super) value_quantity: Quantity,
}

#[derive(Serialize)]
pub(super) struct Individual {
    pub(super) individual: Reference,
}

#[derive(Serialize)]
pub(super) struct Dosage {
    pub(super) text: &'static str,
}

/// One resource without its id and tag, which [`Entry`] adds.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Body {
    Organization {
        name: &'static str,
    },
    Practitioner {
        name: [HumanName; 1],
    },
    Patient {
        identifier: [Identifier; 1],
        name: [HumanName; 1],
        gender: &'static str,
        birth_date: String,
        address: [Address; 1],
    },
    Encounter {
        status: &'static str,
        class: Coding,
        #[serde(rename = "type")]
        kind: [Concept; 1],
        subject: Reference,
        participant: [Individual; 1],
        period: Period,
        service_provider: Reference,
    },
    Condition {
        clinical_status: Concept,
        verification_status: Concept,
        category: [Concept; 1],
        code: Concept,
        subject: Reference,
        #[serde(skip_serializing_if = "Option::is_none")]
        encounter: Option<Reference>,
        onset_date_time: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        abatement_date_time: Option<String>,
        recorded_date: String,
    },
    MedicationRequest {
        status: &'static str,
        intent: &'static str,
        medication_codeable_concept: Concept,
        subject: Reference,
        encounter: Reference,
        authored_on: String,
        requester: Reference,
        reason_reference: [Reference; 1],
        dosage_instruction: [Dosage; 1],
    },
    AllergyIntolerance {
        clinical_status: Concept,
        verification_status: Concept,
        category: [&'static str; 1],
        criticality: &'static str,
        code: Concept,
        patient: Reference,
        recorded_date: String,
    },
    Observation {
        status: &'static str,
        category: [Concept; 1],
        code: Concept,
        subject: Reference,
        encounter: Reference,
        effective_date_time: String,
        performer: [Reference; 1],
        #[serde(skip_serializing_if = "Option::is_none")]
        value_quantity: Option<Quantity>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        component: Vec<Component>,
    },
    Immunization {
        status: &'static str,
        vaccine_code: Concept,
        patient: Reference,
        encounter: Reference,
        occurrence_date_time: String,
        primary_source: bool,
    },
}

impl Body {
    fn resource_type(&self) -> &'static str {
        match self {
            Self::Organization { .. } => "Organization",
            Self::Practitioner { .. } => "Practitioner",
            Self::Patient { .. } => "Patient",
            Self::Encounter { .. } => "Encounter",
            Self::Condition { .. } => "Condition",
            Self::MedicationRequest { .. } => "MedicationRequest",
            Self::AllergyIntolerance { .. } => "AllergyIntolerance",
            Self::Observation { .. } => "Observation",
            Self::Immunization { .. } => "Immunization",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource_type: &'static str,
    id: String,
    meta: Meta,
    #[serde(flatten)]
    body: Body,
}

#[derive(Serialize)]
struct Request {
    method: &'static str,
    url: &'static str,
}

/// One entry of a transaction bundle.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    full_url: String,
    resource: Resource,
    request: Request,
}

impl Entry {
    pub(super) fn new(id: String, body: Body) -> Self {
        let resource_type = body.resource_type();
        Self {
            full_url: format!("urn:uuid:{id}"),
            resource: Resource { resource_type, id, meta: Meta::test(), body },
            request: Request { method: "POST", url: resource_type },
        }
    }
}

/// A transaction bundle.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bundle {
    resource_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    entry: Vec<Entry>,
}

impl Bundle {
    pub(super) fn of(entry: Vec<Entry>) -> Self {
        Self { resource_type: "Bundle", kind: "transaction", entry }
    }
}
