//! What arguments may be given as, and what they become.

use crate::callback;
use crate::error::invalid;
use crate::ids::{AccountId, Id};
use crate::keyring::Keyring;
use crate::time;
use ehr_core::policy::{Actions, Obligations, Purposes, StaffRoles};
use ehr_core::tx::{DenyCode, RejectReason, Role, RotateReason};
use pyo3::PyTypeInfo;
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyMemoryView, PySequence, PyString};
use pyo3::{type_hint_identifier, type_hint_subscript, type_hint_union};
use std::sync::Arc;

/// Bytes of a `bytes` (borrowed), `bytearray` or `memoryview` (copied: they may change while the call runs).
pub(crate) struct Data(PyBackedBytes);

impl core::ops::Deref for Data {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl FromPyObject<'_, '_> for Data {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("builtins", "bytes"),
        type_hint_identifier!("builtins", "bytearray"),
        type_hint_identifier!("builtins", "memoryview")
    );
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyMemoryView>() {
            return Ok(Self(value.call_method0("tobytes")?.extract()?));
        }
        value.extract().map(Self).map_err(|_| expected("bytes, bytearray or memoryview", &value))
    }
}

/// Names the type that was given, never the value.
pub(crate) fn expected(what: &str, got: &Bound<'_, PyAny>) -> PyErr {
    let class = got.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("expected {what}, got {class}"))
}

/// An id object or its text.
pub(crate) struct IdArg<T: Id>(pub(crate) T::Core);

impl<T: Id> FromPyObject<'_, '_> for IdArg<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(T::TYPE_HINT, type_hint_identifier!("builtins", "str"));
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(id) = value.cast::<T>() {
            return Ok(Self(id.get().core()));
        }
        match value.cast::<PyString>() {
            Ok(text) => T::parse(text.to_str()?).map(Self),
            Err(_) => Err(expected(&format!("{} or its text", T::CLASS), &value)),
        }
    }
}

/// An account: its id, the id's text, or its keys, which then are at hand.
pub(crate) struct Account(
    pub(crate) ehr_core::primitives::AccountId,
    pub(crate) Option<Arc<ehr_ffi::Keyring>>,
);

impl FromPyObject<'_, '_> for Account {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr =
        type_hint_union!(AccountId::TYPE_HINT, Keyring::TYPE_HINT, type_hint_identifier!("builtins", "str"));
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match value.cast::<Keyring>() {
            Ok(keys) => Ok(Self(keys.get().id()?, Some(keys.get().get()?.clone()))),
            Err(_) => value.extract::<IdArg<AccountId>>().map(|id| Self(id.0, None)),
        }
    }
}

/// Keys, for a call that signs or opens with them.
pub(crate) struct Keys(pub(crate) Arc<ehr_ffi::Keyring>);

impl FromPyObject<'_, '_> for Keys {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = Keyring::TYPE_HINT;
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match value.cast::<Keyring>() {
            Ok(keys) => keys.get().get().cloned().map(Self),
            Err(_) => Err(expected("Keyring", &value)),
        }
    }
}

/// Several of something, in a list, tuple or other sequence.
pub(crate) struct Many<T>(pub(crate) Vec<T>);

impl<'py, T: for<'a> FromPyObject<'a, 'py>> FromPyObject<'_, 'py> for Many<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Sequence"), T::INPUT_TYPE);
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let sequence = value.cast::<PySequence>().map_err(|_| expected("a list", &value))?;
        if value.is_instance_of::<PyString>() {
            return Err(expected("a list", &value));
        }
        let items = sequence.try_iter()?.take(MAX_ITEMS);
        items.map(|item| item?.extract().map_err(Into::into)).collect::<PyResult<_>>().map(Self)
    }
}

/// More of anything than a transaction holds; a sequence that never ends is not followed.
const MAX_ITEMS: usize = 65_536;

/// A time: a datetime that knows its zone.
#[derive(Clone, Copy)]
pub(crate) struct When(pub(crate) u64);

impl FromPyObject<'_, '_> for When {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("datetime", "datetime");
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        time::to_ms(&value).map(Self)
    }
}

impl<'py> IntoPyObject<'py> for When {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("datetime", "datetime");
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        time::from_ms(py, self.0)
    }
}

/// A class of `ehr_ledger.enums` or `ehr_ledger.protocols`.
pub(crate) trait Named {
    /// Its module.
    const MODULE: &'static str;
    /// Its name.
    const NAME: &'static str;
}

/// A set in Rust that is a `Flag` in Python.
pub(crate) trait NameSet: Named + Copy {
    /// The set of these bits.
    fn of_bits(bits: u32) -> Option<Self>;
    /// The bit of a name.
    fn of_name(name: &str) -> Option<Self>;
    /// Both.
    fn with(self, other: Self) -> Self;
    /// The bits.
    fn to_bits(self) -> u32;
    /// Every name.
    fn all_names() -> Vec<&'static str>;
}

/// An enum in Rust that is an `Enum` of the same words in Python.
pub(crate) trait Words: Named + Copy + 'static {
    /// Every value.
    const VALUES: &'static [Self];
    /// Its word.
    fn word(self) -> &'static str;
}

macro_rules! named {
    ($module:literal: $( $class:ty as $name:literal ),+ $(,)?) => {$(
        impl Named for $class {
            const MODULE: &'static str = $module;
            const NAME: &'static str = $name;
        }
    )+};
}
named!("ehr_ledger.enums":
    Actions as "Actions", Purposes as "Purposes", StaffRoles as "StaffRoles", Obligations as "Obligations",
    Role as "Role", RotateReason as "RotateReason", RejectReason as "RejectReason", DenyCode as "DenyCode",
);
named!("ehr_ledger.protocols":
    callback::Records as "RecordStore", callback::Blobs as "BlobStore", callback::PyTransport as "Transport",
    callback::PySigner as "Signer", callback::Listener as "ProgressCallback",
);

macro_rules! name_sets {
    ($($set:ty),+) => {$(
        impl NameSet for $set {
            fn of_bits(bits: u32) -> Option<Self> { Self::from_bits(bits.try_into().ok()?) }
            fn of_name(name: &str) -> Option<Self> { Self::from_name(name) }
            fn with(self, other: Self) -> Self { self.union(other) }
            fn to_bits(self) -> u32 { self.bits().into() }
            fn all_names() -> Vec<&'static str> { Self::ALL.names().collect() }
        }
    )+};
}
name_sets!(Actions, Purposes, StaffRoles, Obligations);

macro_rules! words {
    ($($class:ty),+) => {$(
        impl Words for $class {
            const VALUES: &'static [Self] = Self::ALL;
            fn word(self) -> &'static str { self.name() }
        }
    )+};
}
words!(Role, RotateReason, RejectReason, DenyCode);

/// The Python class of a name.
pub(crate) fn class_of<'py, K: Named>(py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    py.import(K::MODULE)?.getattr(K::NAME)
}

/// A set of names: a flag, one name or several names.
pub(crate) struct Set<K>(pub(crate) K);

impl<K: NameSet> FromPyObject<'_, '_> for Set<K> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!(K::MODULE, K::NAME),
        type_hint_identifier!("builtins", "str"),
        type_hint_subscript!(
            type_hint_identifier!("collections.abc", "Iterable"),
            type_hint_identifier!("builtins", "str")
        )
    );
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let unknown = || invalid(K::NAME, "no such word");
        if let Ok(text) = value.cast::<PyString>() {
            return K::of_name(text.to_str()?).map(Self).ok_or_else(unknown);
        }
        if value.is_instance(&class_of::<K>(value.py())?)? {
            return K::of_bits(value.getattr("value")?.extract()?).map(Self).ok_or_else(unknown);
        }
        let wrong = |_| expected(&format!("{}, a word or words", K::NAME), &value);
        let mut set = K::of_bits(0).ok_or_else(unknown)?;
        // No set has more members; an iterator that never ends is not followed.
        for item in value.try_iter().map_err(wrong)?.take(MAX_NAMES) {
            let item = item?;
            let Ok(text) = item.cast::<PyString>() else { return Err(expected("words as str", &item)) };
            set = set.with(K::of_name(text.to_str()?).ok_or_else(unknown)?);
        }
        Ok(Self(set))
    }
}

const MAX_NAMES: usize = 64;

impl<'py, K: NameSet> IntoPyObject<'py> for Set<K> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!(K::MODULE, K::NAME);
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        class_of::<K>(py)?.call1((self.0.to_bits(),))
    }
}

/// One word of an enum: the member, or its value as text.
#[derive(Clone, Copy)]
pub(crate) struct Word<K>(pub(crate) K);

impl<K: Words> FromPyObject<'_, '_> for Word<K> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr =
        type_hint_union!(type_hint_identifier!(K::MODULE, K::NAME), type_hint_identifier!("builtins", "str"));
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let value = value.to_owned();
        let text =
            if value.is_instance(&class_of::<K>(value.py())?)? { value.getattr("value")? } else { value };
        let Ok(text) = text.cast::<PyString>() else {
            return Err(expected(&format!("{} or its value", K::NAME), &text));
        };
        let text = text.to_str()?;
        let word = K::VALUES.iter().copied().find(|word| word.word() == text);
        word.map(Self).ok_or_else(|| invalid(K::NAME, "no such word"))
    }
}

impl<'py, K: Words> IntoPyObject<'py> for Word<K> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!(K::MODULE, K::NAME);
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        class_of::<K>(py)?.call1((self.0.word(),))
    }
}

/// An object that implements a protocol.
pub(crate) struct Host<K>(pub(crate) Arc<K>);

impl<K: Named + From<Py<PyAny>>> FromPyObject<'_, '_> for Host<K> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!(K::MODULE, K::NAME);
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        for method in class_of::<K>(value.py())?.getattr("__dict__")?.call_method0("keys")?.try_iter()? {
            let method: String = method?.extract()?;
            let wanted = !method.starts_with('_') || method == "__call__";
            if wanted && !value.getattr_opt(method.as_str())?.is_some_and(|m| m.is_callable()) {
                return Err(expected(&format!("{} with a method {method}", K::NAME), &value));
            }
        }
        Ok(Self(Arc::new(value.to_owned().unbind().into())))
    }
}
