//! JSON in slices: objects are taken apart without copying and without recursion.

use super::{error::ReadError, limits::MAX_ENTRIES};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::{error::Category, value::RawValue};
use std::fmt;

/// Checks that `text` is one JSON value. Iterative, so that nesting costs no stack.
pub(super) fn check(text: &str) -> Result<(), ReadError> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(e) => Err(ReadError::NotJson {
            line: e.line(),
            column: e.column(),
            truncated: e.classify() == Category::Eof,
        }),
    }
}

/// An object whose interesting fields are `T`'s raw values.
pub(super) fn object<'a, T: Deserialize<'a>>(raw: &'a RawValue, name: &'static str) -> Result<T, ReadError> {
    if !raw.get().starts_with('{') {
        return Err(ReadError::WrongType { field: name, expected: "an object" });
    }
    serde_json::from_str(raw.get()).map_err(|e| match e.classify() {
        Category::Data => ReadError::RepeatedField { object: name },
        _ => ReadError::NotUnicode { object: name },
    })
}

/// A string field, if it is there.
pub(super) fn string(raw: Option<&RawValue>, field: &'static str) -> Result<Option<String>, ReadError> {
    match raw {
        None => Ok(None),
        Some(raw) => serde_json::from_str(raw.get())
            .map(Some)
            .map_err(|_| ReadError::WrongType { field, expected: "a string" }),
    }
}

/// The items of an array, up to the limit; the rest is counted, not kept.
pub(super) fn entries(raw: &RawValue) -> Result<Vec<&RawValue>, ReadError> {
    let entries: Entries<'_> = serde_json::from_str(raw.get())
        .map_err(|_| ReadError::WrongType { field: "entry", expected: "an array" })?;
    if entries.count > MAX_ENTRIES {
        return Err(ReadError::TooManyEntries { limit: MAX_ENTRIES, got: entries.count });
    }
    Ok(entries.kept)
}

struct Entries<'a> {
    kept: Vec<&'a RawValue>,
    count: usize,
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entries<'de>, A::Error> {
                let mut kept = Vec::new();
                while kept.len() < MAX_ENTRIES {
                    match seq.next_element()? {
                        Some(item) => kept.push(item),
                        None => return Ok(Entries { count: kept.len(), kept }),
                    }
                }
                let mut count = kept.len();
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Entries { kept, count })
            }
        }
        deserializer.deserialize_seq(Items)
    }
}

/// Deepest nesting of a valid JSON value; a bare scalar is 0.
pub(super) fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        for (text, expected) in
            [("1", 0), ("[]", 1), ("[[],{}]", 2), (r#"{"a":"[[[[\"[["}"#, 1), (r#"["\\",[]]"#, 2)]
        {
            assert_eq!(depth(text), expected, "{text}");
        }
    }

    #[test]
    fn deep_input_costs_no_stack() {
        let open = "[".repeat(100_000);
        assert!(matches!(check(&open), Err(ReadError::NotJson { truncated: true, .. })));
        let closed = open + &"]".repeat(100_000);
        assert_eq!(check(&closed), Ok(()));
        assert_eq!(depth(&closed), 100_000);
    }
}
