//! Values of the library as classes of `ehr_ledger.values`, and the other way.

mod chain;
mod people;
mod policy;
mod proof;
mod records;

pub(crate) use people::TermsArg;
pub(crate) use policy::{ResourceArg, SubjectArg};
pub(crate) use records::{SectionArg, sections_of};

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::type_hint_identifier;
use pyo3::types::{PyBytes, PyModule, PyTuple};

/// A value on its way to Python.
pub(crate) struct Value<T>(pub(crate) T);

/// What a value becomes: a class of `ehr_ledger.values` and its arguments.
pub(crate) trait Shown {
    /// Name of the class.
    const CLASS: &'static str;
    /// The name of the class where a value may be one of several.
    fn class(&self) -> &'static str {
        Self::CLASS
    }
    /// Arguments of its constructor.
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>>;
}

impl<'py, T: Shown> IntoPyObject<'py> for Value<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("ehr_ledger.values", T::CLASS);
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let class = values(py)?.getattr(self.0.class())?;
        class.call1(self.0.arguments(py)?)
    }
}

/// The module `ehr_ledger.values`.
fn values(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    MODULE
        .get_or_try_init(py, || py.import("ehr_ledger.values").map(Bound::unbind))
        .map(|module| module.bind(py))
}

/// Arguments of different types.
macro_rules! arguments {
    ($py:expr; $($value:expr),+ $(,)?) => {
        pyo3::types::PyTuple::new($py, [ $( pyo3::IntoPyObjectExt::into_bound_py_any($value, $py)? ),+ ])
    };
}
pub(crate) use arguments;

/// A tuple of values: what is compared and hashed must not be a list.
fn many<'py, T, V: IntoPyObject<'py>>(
    py: Python<'py>,
    items: Vec<T>,
    into: impl Fn(T) -> V,
) -> PyResult<Bound<'py, PyTuple>> {
    let items = items.into_iter().map(|item| pyo3::IntoPyObjectExt::into_bound_py_any(into(item), py));
    PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)
}

/// A `bytes`.
fn bytes<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, bytes)
}
