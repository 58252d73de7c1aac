//! What one transaction changes.

use super::key::AnyEntry;
use super::name::EntryName;
use crate::codec::EncodeError;
use crate::primitives::Hash32;
use std::rc::Rc;

/// A state entry after a change; none if it is gone.
pub(crate) type Slot = Option<Rc<dyn AnyEntry>>;

/// A state key and its new value, none if it is gone.
pub type EncodedChange = (Hash32, Option<Vec<u8>>);

/// The entries one transaction changes, as values. Nothing is changed until a
/// [`StateView`](super::StateView) absorbs it.
#[derive(Default)]
pub struct StateDelta {
    pub(super) slots: Vec<(EntryName, Slot)>,
}

impl StateDelta {
    /// Number of entries changed.
    pub fn len(&self) -> usize {
        self.slots.len()
    }
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
    /// The changed keys and their new values, none for what is gone; in the order they were first touched.
    ///
    /// # Errors
    /// A value cannot be encoded; not reachable within the limits.
    pub fn encoded(&self) -> Result<Vec<EncodedChange>, EncodeError> {
        self.slots
            .iter()
            .map(|(name, slot)| {
                Ok((name.key(), slot.as_ref().map(|entry| entry.encode(Vec::new())).transpose()?))
            })
            .collect()
    }

    pub(super) fn get(&self, name: &EntryName) -> Option<&Slot> {
        // A transaction touches a handful of entries: a scan is cheaper than a map.
        self.slots.iter().find(|(n, _)| n == name).map(|(_, slot)| slot)
    }

    pub(super) fn set(&mut self, name: EntryName, slot: Slot) {
        match self.slots.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => *old = slot,
            None => self.slots.push((name, slot)),
        }
    }
}
