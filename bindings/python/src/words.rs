//! What tests and measurements ask the extension.

use crate::args::{NameSet, Words};
use ehr_core::policy::{Actions, Obligations, Purposes, StaffRoles};
use ehr_core::tx::{DenyCode, RejectReason, Role, RotateReason};
use pyo3::prelude::*;
use std::collections::BTreeMap;

fn enum_words<W: Words>() -> (&'static str, Vec<&'static str>) {
    (W::NAME, W::VALUES.iter().map(|word| word.word()).collect())
}

fn set_words<S: NameSet>() -> (&'static str, Vec<&'static str>) {
    (S::NAME, S::all_names())
}

/// The words of every set and enum, by the name of its Python class.
#[pyfunction]
pub(crate) fn _words() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        set_words::<Actions>(),
        set_words::<Purposes>(),
        set_words::<StaffRoles>(),
        set_words::<Obligations>(),
        enum_words::<Role>(),
        enum_words::<RotateReason>(),
        enum_words::<RejectReason>(),
        enum_words::<DenyCode>(),
    ])
}

/// Does nothing: what a call costs at least.
#[pyfunction]
pub(crate) fn _noop() {}
