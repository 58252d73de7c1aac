//! Named values in order: lines for people, an object for machines.

use crate::ui::Screen;
use serde::Serialize;
use serde_json::{Map, Value};

/// Fields in the order they are defined in.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Adds a field.
    pub(super) fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        // Ids, numbers and lists of them always are JSON values.
        self.0.push((name, serde_json::to_value(value).unwrap_or(Value::Null)));
        self
    }

    /// Adds fields under a name.
    pub(super) fn with_fields(mut self, name: &'static str, fields: Self) -> Self {
        self.0.push((name, fields.into_value()));
        self
    }

    /// Adds all fields of another.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// One line a field.
    pub(super) fn print(&self, title: &str, screen: &Screen) {
        let mut rows = Vec::new();
        for (name, value) in &self.0 {
            lines((*name).to_owned(), value, &mut rows);
        }
        screen.table(title, &[], &rows);
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
    }
}

/// A value on one line, objects and lists of objects on one line for each of their fields.
fn lines(name: String, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(inner, value)| lines(format!("{name}.{inner}"), value, rows))
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().enumerate().for_each(|(n, item)| lines(format!("{name}[{n}]"), item, rows));
        }
        Value::Array(items) => {
            let all: Vec<String> = items.iter().map(text).collect();
            rows.push(vec![name, all.join(", ")]);
        }
        value => rows.push(vec![name, text(value)]),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
