//! Decimals without floats: 5.10 stays "5.10".

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

/// `units` divided by ten to the power of `places`; not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) units: i64,
    pub(super) places: u32,
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let scale = 10_i64.pow(self.places);
        let text = match self.places {
            0 => self.units.to_string(),
            places => {
                let (whole, rest) = (self.units / scale, self.units % scale);
                format!("{whole}.{rest:0width$}", width = usize::try_from(places).unwrap_or(0))
            }
        };
        RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_its_places() {
        for (units, places, text) in [(7, 0, "7"), (70, 1, "7.0"), (5, 2, "0.05"), (12_345, 2, "123.45")] {
            assert_eq!(serde_json::to_string(&Decimal { units, places }).unwrap(), text);
        }
    }
}
