//! Decisions.

use super::{Fault, Read, Sheet};
use ehr_core::primitives::Timestamp;
use ehr_ffi::toolbox::policy::evaluate_policy;
use serde_json::Value;

pub(super) fn policy(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, one) in file.at("cases")?.list()?.iter().enumerate() {
        sheet.case(&format!("cases[{i}]"), |case| {
            let (query, facts) = (one.at("query")?.to_string(), one.at("facts")?.to_string());
            let computed: Value =
                serde_json::from_str(&evaluate_policy(&query, &facts, Timestamp(one.number("time")?))?)?;
            case.same("decision", one.at("decision")?, &computed);
            Ok(())
        });
    }
    Ok(())
}
