//! Headers and the proof header that identifies them.

mod header;
mod proof_header;
mod seal;
mod work_template;

pub use header::Header;
pub use proof_header::ProofHeader;
pub use seal::Seal;
pub use work_template::WorkTemplate;
