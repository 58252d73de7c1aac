//! The state as typed entries: what is stored, with what this block has changed so far.

use super::delta::{Slot, StateDelta};
use super::key::{AnyEntry, Entry};
use super::name::EntryName;
use crate::codec::EncodeError;
use crate::primitives::Hash32;
use crate::store::{LedgerRead, ReadError, Table};
use core::any::Any;
use core::cell::RefCell;
use std::collections::btree_map::{BTreeMap, Entry as Place};
use std::rc::Rc;

/// Typed reads of the state, wherever it stands.
pub trait StateRead {
    /// The entry of an id, if there is one.
    ///
    /// # Errors
    /// The store did not answer, or holds what is no such entry.
    fn get<E: Entry>(&self, id: &E::Id) -> Result<Option<Rc<E>>, ReadError>;
}

impl StateRead for StateView<'_> {
    fn get<E: Entry>(&self, id: &E::Id) -> Result<Option<Rc<E>>, ReadError> {
        self.get_named(EntryName::of::<E>(id))
    }
}

/// The entries this view has met.
#[derive(Default)]
struct Met {
    entries: Vec<Cached>,
    /// Where each is in `entries`.
    places: BTreeMap<EntryName, usize>,
}

/// One of them.
struct Cached {
    /// State key.
    key: Hash32,
    /// Value now.
    now: Slot,
    /// Bytes in the store, before this block.
    stored: Option<Vec<u8>>,
    /// Whether a transaction of this block set it.
    touched: bool,
}

/// Typed reads over a store, decoded once each, and the changes absorbed so far. Lives as long as one block.
pub struct StateView<'a> {
    read: &'a dyn LedgerRead,
    met: RefCell<Met>,
}

/// An entry whose stored value this block replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// State key.
    pub key: Hash32,
    /// Value before the block, none if it was absent.
    pub old: Option<Vec<u8>>,
    /// Value after the block, none if it is gone.
    pub new: Option<Vec<u8>>,
}

impl<'a> StateView<'a> {
    /// The state as `read` shows it.
    pub fn new(read: &'a dyn LedgerRead) -> Self {
        Self { read, met: RefCell::default() }
    }

    pub(super) fn get_named<E: Entry>(&self, name: EntryName) -> Result<Option<Rc<E>>, ReadError> {
        let Met { entries, places } = &mut *self.met.borrow_mut();
        match places.entry(name) {
            Place::Occupied(place) => {
                let now = entries.get(*place.get()).and_then(|cached| cached.now.as_ref());
                now.map(typed).transpose()
            }
            Place::Vacant(place) => {
                let key = name.key();
                let stored = self.read.get(Table::State, key.as_ref())?;
                let entry = stored.as_deref().map(|bytes| decode::<E>(bytes).map(Rc::new)).transpose()?;
                let now = entry.clone().map(|entry| entry as Rc<dyn AnyEntry>);
                place.insert(entries.len());
                entries.push(Cached { key, now, stored, touched: false });
                Ok(entry)
            }
        }
    }

    /// Makes a transaction's changes visible to the next one.
    ///
    /// # Errors
    /// The store did not answer for an entry that is set without having been read.
    pub fn absorb(&self, delta: StateDelta) -> Result<(), ReadError> {
        let Met { entries, places } = &mut *self.met.borrow_mut();
        for (name, slot) in delta.slots {
            match places.entry(name) {
                Place::Occupied(place) => {
                    if let Some(cached) = entries.get_mut(*place.get()) {
                        (cached.now, cached.touched) = (slot, true);
                    }
                }
                Place::Vacant(place) => {
                    let key = name.key();
                    let stored = self.read.get(Table::State, key.as_ref())?;
                    place.insert(entries.len());
                    entries.push(Cached { key, now: slot, stored, touched: true });
                }
            }
        }
        Ok(())
    }

    /// Every entry whose bytes differ from the stored ones, in key order.
    ///
    /// # Errors
    /// A value cannot be encoded; not reachable within the limits.
    pub fn into_replaced(self) -> Result<Vec<Replaced>, EncodeError> {
        let mut out = Vec::new();
        let mut buffer = Vec::new();
        for cached in self.met.into_inner().entries.into_iter().filter(|cached| cached.touched) {
            let gone = cached.now.is_none();
            if let Some(entry) = cached.now {
                buffer = entry.encode(buffer)?;
            }
            let new = (!gone).then_some(buffer.as_slice());
            if new != cached.stored.as_deref() {
                out.push(Replaced { key: cached.key, new: new.map(<[u8]>::to_vec), old: cached.stored });
            }
        }
        out.sort_unstable_by_key(|entry| entry.key);
        Ok(out)
    }
}

/// The entry behind a slot as its kind. Keys of two kinds never collide, so it is never another.
pub(super) fn typed<E: Entry>(entry: &Rc<dyn AnyEntry>) -> Result<Rc<E>, ReadError> {
    let any: Rc<dyn Any> = Rc::clone(entry) as Rc<dyn Any>;
    any.downcast::<E>().map_err(|_| corrupt::<E>())
}

/// Decodes a stored value. Its canonical form is known: this program wrote it, and the state root covers it.
fn decode<E: Entry>(bytes: &[u8]) -> Result<E, ReadError> {
    serde_ipld_dagcbor::from_slice(bytes).map_err(|_| corrupt::<E>())
}

fn corrupt<E: Entry>() -> ReadError {
    ReadError::Corrupt { what: format!("state entry is no {}", E::NAME) }
}
