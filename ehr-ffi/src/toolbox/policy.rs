//! The policy as a function: a question, the facts of a state and a time in, the decision with its reasons out. All
//! three are JSON with the names of `docs/spec/policy.md`, in the form of `vectors/policy.json`.

use super::policy_json::{FactsJson, QueryJson, decision};
use crate::EhrError;
use ehr_core::policy::{Facts, evaluate};
use ehr_core::primitives::Timestamp;
use serde::de::DeserializeOwned;

fn parse<T: DeserializeOwned>(field: &str, text: &str) -> Result<T, EhrError> {
    // The parser's own words repeat what it was given, which may be private.
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        EhrError::argument(field, format!("not the JSON wanted, at {place}"))
    })
}

/// Decides a question on given facts at a time. The same function decides on the chain.
///
/// # Errors
/// `InvalidArgument` for JSON of another form, an unknown field or an unknown name.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn evaluate_policy(query: &str, facts: &str, time: Timestamp) -> Result<String, EhrError> {
    let query = parse::<QueryJson>("query", query)?.read()?;
    let facts: FactsJson = parse("facts", facts)?;
    let rules = facts.rules()?;
    let facts = Facts { rules: &rules, ..facts.read()? };
    Ok(decision(&evaluate(&query, &facts, time)).to_string())
}
