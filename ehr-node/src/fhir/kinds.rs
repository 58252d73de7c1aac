//! Which resource types belong to a patient.

/// The types of the R4 patient compartment (CompartmentDefinition "patient"), in order, and `Binary`, which is
/// not in it but holds the body of a patient's document.
const CLINICAL: [&str; 67] = [
    "Account",
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "AppointmentResponse",
    "AuditEvent",
    "Basic",
    "Binary",
    "BodyStructure",
    "CarePlan",
    "CareTeam",
    "ChargeItem",
    "Claim",
    "ClaimResponse",
    "ClinicalImpression",
    "Communication",
    "CommunicationRequest",
    "Composition",
    "Condition",
    "Consent",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "DetectedIssue",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "Encounter",
    "EnrollmentRequest",
    "EpisodeOfCare",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "Group",
    "ImagingStudy",
    "Immunization",
    "ImmunizationEvaluation",
    "ImmunizationRecommendation",
    "Invoice",
    "List",
    "MeasureReport",
    "Media",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "MolecularSequence",
    "NutritionOrder",
    "Observation",
    "Patient",
    "Person",
    "Procedure",
    "Provenance",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ResearchSubject",
    "RiskAssessment",
    "Schedule",
    "ServiceRequest",
    "Specimen",
    "SupplyDelivery",
    "SupplyRequest",
    "VisionPrescription",
];

/// Whether resources of this type are part of a patient's record whatever they contain. Other types (a device, a
/// task) are clinical only when they name a patient.
pub fn is_clinical(resource_type: &str) -> bool {
    CLINICAL.binary_search(&resource_type).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_without_repeats() {
        assert!(CLINICAL.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn people_and_places_are_not_clinical() {
        assert!(is_clinical("Observation") && is_clinical("Patient"));
        for kind in
            ["Practitioner", "PractitionerRole", "Organization", "Location", "Bundle", "", "observation"]
        {
            assert!(!is_clinical(kind), "{kind}");
        }
    }
}
