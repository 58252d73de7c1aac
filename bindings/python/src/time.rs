//! Times: milliseconds in Rust, aware datetimes in Python.

use crate::error::invalid;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

const MS_PER_DAY: i64 = 86_400_000;
/// The last millisecond a `datetime` can be, 9999-12-31T23:59:59.999Z.
const LAST: u64 = 253_402_300_799_999;

/// 1970-01-01T00:00:00Z.
fn epoch(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static EPOCH: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    EPOCH
        .get_or_try_init(py, || {
            let datetime = py.import("datetime")?;
            let utc = datetime.getattr("timezone")?.getattr("utc")?;
            Ok(datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?.unbind())
        })
        .map(|epoch| epoch.bind(py))
}

/// Milliseconds of an aware datetime, rounded down.
pub(crate) fn to_ms(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let py = value.py();
    let class = epoch(py)?.get_type();
    if !value.is_instance(&class)? {
        return Err(crate::args::expected("datetime", value));
    }
    if value.call_method0("utcoffset")?.is_none() {
        return Err(invalid("time", "a datetime without a time zone; use datetime.now(timezone.utc)"));
    }
    let since = value.sub(epoch(py)?)?;
    let part = |name| since.getattr(name)?.extract::<i64>();
    let ms = part("days")?
        .checked_mul(MS_PER_DAY)
        .and_then(|ms| ms.checked_add(part("seconds").ok()?.checked_mul(1000)?))
        .and_then(|ms| ms.checked_add(part("microseconds").ok()?.checked_div(1000)?));
    ms.and_then(|ms| u64::try_from(ms).ok()).ok_or_else(|| invalid("time", "before 1970"))
}

/// An aware datetime in UTC. Times past the year 9999 ("no end") become its last millisecond.
pub(crate) fn from_ms(py: Python<'_>, ms: u64) -> PyResult<Bound<'_, PyAny>> {
    static DELTA: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let delta = DELTA.import(py, "datetime", "timedelta")?.call1((0, 0, 0, ms.min(LAST)))?;
    epoch(py)?.add(delta)
}
