//! The suite of [`Signer`].

use crate::Broken;
use crate::broken::{Must as _, ensure, or_panic, same};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{Signer, admit, verify};

/// Checks a signer.
pub fn run(signer: &dyn Signer) {
    or_panic(check(signer));
}

/// As [`run`], without a panic: a key that may be on a ledger, always the same, and signatures that are valid under it.
///
/// # Errors
/// The first rule that is broken.
pub fn check(signer: &dyn Signer) -> Result<(), Broken> {
    let public = signer.public_key();
    let key = admit(&public).must("the signer's public key")?;
    for (domain, message) in [
        (Domain::Tx, vec![]),
        (Domain::Tx, vec![0]),
        (Domain::Wrap, vec![]),
        (Domain::Tx, vec![0x5a; 10_000]),
    ] {
        let signature = signer.sign(domain, &message).must("sign")?;
        let valid = verify(domain, &key, &message, &signature).is_ok();
        ensure(valid, &format!("the signature of {} bytes is not valid", message.len()))?;
    }
    same(signer.public_key(), public, "the public key the second time")
}
