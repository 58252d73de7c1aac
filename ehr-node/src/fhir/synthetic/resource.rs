//! The resources of FHIR R4 that the generator writes, in the order of the specification.

use super::datatype::{
    Address, Coding, Component, Concept, Dosage, HumanName, Identifier, Individual, Meta, Period, Quantity,
    Reference,
};
use serde::Serialize;

/// One resource without its id and tag, which [`Entry`] adds.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Body {
    Organization {
        name: String,
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
