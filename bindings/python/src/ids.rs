//! One small value class per id: immutable, hashable, ordered, from text or bytes.

use crate::args::{Data, expected};
use crate::error::invalid;
use ehr_core::primitives;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use pyo3::{type_hint_identifier, type_hint_union};
use std::str::FromStr;

/// Text of an id. A wrong one is named, never quoted: what was passed by mistake may be private.
fn from_text<T: FromStr>(class: &'static str, text: &str) -> PyResult<T> {
    text.parse().map_err(|_| invalid(class, "not the text of such an id"))
}

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident ),+ $(,)?) => {$(
        $(#[$doc])*
        #[pyclass(frozen, eq, ord, hash, from_py_object, module = "ehr_ledger")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(pub(crate) primitives::$name);

        #[pymethods]
        impl $name {
            #[new]
            fn new(value: Source<'_>) -> PyResult<Self> {
                if let Ok(text) = value.0.cast::<PyString>() {
                    return from_text(stringify!($name), text.to_str()?).map(Self);
                }
                let bytes: Data = value.0.extract()?;
                <[u8; 32]>::try_from(&*bytes)
                    .map(|bytes| Self(bytes.into()))
                    .map_err(|_| invalid(stringify!($name), "32 bytes expected"))
            }
            fn __str__(&self) -> String { self.0.to_string() }
            fn __repr__(&self) -> String { format!(concat!(stringify!($name), "('{}')"), self.0) }
            fn __bytes__(&self) -> &[u8] { self.0.as_bytes() }
            fn __getnewargs__(&self) -> (String,) { (self.0.to_string(),) }
        }

        impl Id for $name {
            type Core = primitives::$name;
            const CLASS: &'static str = stringify!($name);
            fn core(&self) -> Self::Core { self.0 }
            fn parse(text: &str) -> PyResult<Self::Core> { from_text(stringify!($name), text) }
        }
        impl From<primitives::$name> for $name { fn from(id: primitives::$name) -> Self { Self(id) } }
    )+};
}

ids! {
    /// Stable id of an account; keys rotate under it.
    ///
    /// >>> from ehr_ledger import AccountId
    /// >>> id = AccountId("5f" * 32)
    /// >>> id
    /// AccountId('5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f')
    /// >>> id == AccountId(bytes(id)) and str(id) == "5f" * 32
    /// True
    AccountId,
    /// Id of a record, chosen at random by its author.
    RecordId,
    /// Id of a scope, a folder of records that share a key.
    ScopeId,
    /// Id of a grant: of the transaction that made it.
    GrantId,
    /// Id of an access request: of the transaction that made it.
    RequestId,
    /// Id of a transaction.
    TxId,
    /// Id of a block.
    BlockId,
    /// Id of a chain: every transaction and block names it.
    ChainId,
}

/// Id of some bytes: their SHA-256, written as a CID that IPFS tools read.
#[pyclass(frozen, eq, ord, hash, from_py_object, module = "ehr_ledger")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ContentId(pub(crate) primitives::ContentId);

#[pymethods]
impl ContentId {
    #[new]
    fn new(value: &str) -> PyResult<Self> {
        from_text("ContentId", value).map(Self)
    }
    /// Whether these are the bytes.
    fn matches(&self, data: Data) -> bool {
        self.0.matches(&data)
    }
    fn __str__(&self) -> String {
        self.0.to_string()
    }
    fn __repr__(&self) -> String {
        format!("ContentId('{}')", self.0)
    }
    /// The SHA-256.
    fn __bytes__(&self) -> &[u8] {
        self.0.digest().as_bytes()
    }
    fn __getnewargs__(&self) -> (String,) {
        (self.0.to_string(),)
    }
}

impl Id for ContentId {
    type Core = primitives::ContentId;
    const CLASS: &'static str = "ContentId";
    fn core(&self) -> Self::Core {
        self.0
    }
    fn parse(text: &str) -> PyResult<Self::Core> {
        from_text("ContentId", text)
    }
}

impl From<primitives::ContentId> for ContentId {
    fn from(id: primitives::ContentId) -> Self {
        Self(id)
    }
}

/// What an id is made from.
struct Source<'py>(Bound<'py, PyAny>);

impl<'py> FromPyObject<'_, 'py> for Source<'py> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("builtins", "str"),
        type_hint_identifier!("builtins", "bytes")
    );
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() {
            Ok(Self(value.to_owned()))
        } else {
            Err(expected("str or bytes", &value))
        }
    }
}

/// What the id classes have in common.
pub(crate) trait Id: pyo3::PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Sync {
    /// The id in Rust.
    type Core;
    /// Name of the class.
    const CLASS: &'static str;
    /// The id.
    fn core(&self) -> Self::Core;
    /// From its text.
    fn parse(text: &str) -> PyResult<Self::Core>;
}
