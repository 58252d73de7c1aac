//! Headers and the proof header that identifies them; blocks, receipts and genesis.

mod body;
mod genesis;
mod header;
mod proof_header;
mod receipt;
mod seal;
mod work_template;

pub use body::{Block, Checked, Unchecked};
pub(crate) use genesis::Nothing;
pub use genesis::{Balance, ChainSpec, Genesis, GenesisError};
pub use header::Header;
pub use proof_header::ProofHeader;
pub use receipt::{Event, EventCode, Receipt};
pub use seal::Seal;
pub use work_template::WorkTemplate;
