//! The ledger: an engine with its stores behind one handle.

mod drafts;
mod events;
mod lookup;
mod mine;
mod open;
mod prove;
mod read;
mod submit;
mod sync;
mod verify;

/// One ledger, open. May be shared by threads: a call waits for its turn. Dropping the last handle closes it; closing
/// loses nothing, as what was answered is stored.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Ledger(());
