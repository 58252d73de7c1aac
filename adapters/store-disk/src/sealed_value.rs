//! A stored value carries a check that binds it to its table and key.
//!
//! redb does not verify its page checksums when it reads, so a changed byte would be served as data. The check
//! turns it into an error. It is against accidents; against people there are the hashes of the ledger itself.

use ehr_core::crypto::hash::prefixed;
use ehr_core::store::{ReadError, Table};

/// Bytes appended to each value.
pub(crate) const CHECK_LEN: usize = 8;

/// First bytes of SHA-256 over table code, length of the key (8 bytes, big-endian), key and value.
pub(crate) fn check(table: Table, key: &[u8], value: &[u8]) -> [u8; CHECK_LEN] {
    let len = u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes();
    let hash = prefixed(table.code(), &[&len, key, value]);
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

/// The value without its check, if the check holds.
pub(crate) fn open(table: Table, key: &[u8], stored: &[u8]) -> Result<Vec<u8>, ReadError> {
    match stored.split_last_chunk() {
        Some((value, found)) if *found == check(table, key, value) => Ok(value.to_vec()),
        _ => Err(damaged(table, key, "value fails its check")),
    }
}

/// Damage at a key.
pub(crate) fn damaged(table: Table, key: &[u8], how: &str) -> ReadError {
    let shown: String = key.iter().take(40).map(|b| format!("{b:02x}")).collect();
    ReadError::Corrupt { what: format!("table {}, key {shown}: {how}", table.name()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_belongs_to_its_table_and_key() {
        let stored = [&b"value"[..], &check(Table::State, b"key", b"value")].concat();
        assert_eq!(open(Table::State, b"key", &stored).unwrap(), b"value");
        assert!(open(Table::Pages, b"key", &stored).is_err());
        assert!(open(Table::State, b"kez", &stored).is_err());
        assert!(open(Table::State, b"keyv", &stored[1..]).is_err());
        assert!(open(Table::State, b"key", &stored[..7]).is_err());
        for at in 0..stored.len() {
            let mut bad = stored.clone();
            bad[at] ^= 1;
            assert!(open(Table::State, b"key", &bad).is_err());
        }
    }
}
