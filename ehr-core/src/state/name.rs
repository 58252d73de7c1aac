//! What an entry is called inside this process.

use super::key::Entry;
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::Hash32;
use core::cmp::Ordering;

/// Bytes of the longest id, that of a membership.
const LONGEST_ID: usize = 64;

/// Namespace and id of an entry. The state key is a hash of them, so maps of entries go by these: each is then hashed
/// once a block and not at every read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryName {
    namespace: u8,
    len: u8,
    /// The id, then zeros.
    id: [u8; LONGEST_ID],
}

impl EntryName {
    pub(crate) fn of<E: Entry>(id: &E::Id) -> Self {
        const { assert!(size_of::<E::Id>() <= LONGEST_ID) };
        let bytes = id.as_ref();
        let mut padded = [0; LONGEST_ID];
        if let Some(place) = padded.get_mut(..bytes.len()) {
            place.copy_from_slice(bytes);
        }
        Self { namespace: E::NAMESPACE, len: u8::try_from(bytes.len()).unwrap_or(u8::MAX), id: padded }
    }

    /// The state key (rule ST-1).
    pub(crate) fn key(&self) -> Hash32 {
        let id = self.id.get(..usize::from(self.len)).unwrap_or(&self.id);
        tagged(Domain::StateKey, &[&[self.namespace], id])
    }

    /// Ids are random or hashes: their first bytes decide nearly every comparison.
    fn leading(&self) -> u64 {
        self.id.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }
}

impl Ord for EntryName {
    fn cmp(&self, other: &Self) -> Ordering {
        let rest = |name: &Self| (name.namespace, name.len);
        self.leading()
            .cmp(&other.leading())
            .then_with(|| rest(self).cmp(&rest(other)))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for EntryName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::AccountId;
    use crate::state::{Account, AccountGrants, Membership, MembershipId, Registry};

    #[test]
    fn a_name_has_the_key_of_its_entry_and_equals_no_other() {
        let (a, b) = (AccountId([7; 32]), AccountId([0; 32]));
        let (ab, ba) = (MembershipId::new(a, b), MembershipId::new(b, a));
        let names = [
            (EntryName::of::<Account>(&a), Account::key(&a)),
            (EntryName::of::<Account>(&b), Account::key(&b)),
            (EntryName::of::<AccountGrants>(&a), AccountGrants::key(&a)),
            (EntryName::of::<Membership>(&ab), Membership::key(&ab)),
            (EntryName::of::<Membership>(&ba), Membership::key(&ba)),
            (EntryName::of::<Registry>(Registry::ID), Registry::key(Registry::ID)),
        ];
        for (at, (name, key)) in names.iter().enumerate() {
            assert_eq!(name.key(), *key);
            for (other_at, (other, _)) in names.iter().enumerate() {
                assert_eq!(name == other, at == other_at);
                assert_eq!(name.cmp(other).is_eq(), at == other_at);
                assert_eq!(name.cmp(other), other.cmp(name).reverse());
            }
        }
    }
}
