//! The state as one transaction sees it while it is applied.

use super::TxError;
use super::delta::StateDelta;
use super::key::{AnyEntry, Entry};
use super::name::EntryName;
use super::view::{StateRead, StateView, typed};
use crate::primitives::Hash32;
use crate::store::ReadError;
use std::rc::Rc;

/// A view and the changes of one transaction on top. Dropped on error, so an invalid transaction changes nothing.
pub(crate) struct Draft<'a, 'v> {
    view: &'a StateView<'v>,
    delta: StateDelta,
}

impl StateRead for Draft<'_, '_> {
    fn get<E: Entry>(&self, id: &E::Id) -> Result<Option<Rc<E>>, ReadError> {
        let name = EntryName::of::<E>(id);
        match self.delta.get(&name) {
            Some(slot) => slot.as_ref().map(typed).transpose(),
            None => self.view.get_named(name),
        }
    }
}

impl<'a, 'v> Draft<'a, 'v> {
    pub(crate) fn new(view: &'a StateView<'v>) -> Self {
        Self { view, delta: StateDelta::default() }
    }

    /// The entry of a 32-byte id, which must exist.
    pub(crate) fn need<E>(&self, id: &E::Id) -> Result<Rc<E>, TxError>
    where
        E: Entry,
        E::Id: Copy + Into<Hash32>,
    {
        self.get::<E>(id)?.ok_or_else(|| TxError::Unknown { what: E::NAME, id: (*id).into() })
    }

    /// Refuses a 32-byte id that is taken.
    pub(crate) fn need_absent<E>(&self, id: &E::Id) -> Result<(), TxError>
    where
        E: Entry,
        E::Id: Copy + Into<Hash32>,
    {
        match self.get::<E>(id)? {
            None => Ok(()),
            Some(_) => Err(TxError::Exists { what: E::NAME, id: (*id).into() }),
        }
    }

    pub(crate) fn put<E: Entry>(&mut self, id: &E::Id, entry: E) {
        let entry: Rc<dyn AnyEntry> = Rc::new(entry);
        self.delta.set(EntryName::of::<E>(id), Some(entry));
    }

    pub(crate) fn delete<E: Entry>(&mut self, id: &E::Id) {
        self.delta.set(EntryName::of::<E>(id), None);
    }

    pub(crate) fn into_delta(self) -> StateDelta {
        self.delta
    }
}
