//! What one input may cost. Checked before the memory is taken.

/// Longest file, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Longest single resource, in bytes.
pub const MAX_RESOURCE_BYTES: usize = 16 * 1024 * 1024;
/// Most entries in one bundle.
pub const MAX_ENTRIES: usize = 100_000;
/// Deepest nesting inside one resource; one object or array is one level.
pub const MAX_DEPTH: usize = 100;
