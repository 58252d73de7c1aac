//! The signatures of a block as `ed25519-zebra` takes them.

use ed25519_zebra::{Signature, VerificationKeyBytes, batch};
use ehr_core::block::{Block, Checked};
use ehr_core::crypto::domain::Domain;
use ehr_core::state::testkit::TestLedger;
use ehr_core::state::{Account, StateRead};
use rand_core::SeedableRng;

/// A signature, its key and what it signs, tag included.
pub struct RawSignature {
    key: VerificationKeyBytes,
    signature: Signature,
    message: Vec<u8>,
}

/// All transaction signatures of a block. Its signers must be enrolled on the ledger.
pub fn signatures(ledger: &TestLedger, block: &Block<Checked>) -> Vec<RawSignature> {
    let view = ledger.view();
    let of_tx = block.txs().iter().flat_map(|tx| tx.signatures().iter().map(move |entry| (tx, entry)));
    of_tx
        .map(|(tx, entry)| {
            let account = view.get::<Account>(&entry.account).unwrap().unwrap();
            RawSignature {
                key: account.device(entry.key).unwrap().sig.0.into(),
                signature: entry.signature.0.into(),
                message: [Domain::Tx.tag(), tx.body_bytes()].concat(),
            }
        })
        .collect()
}

/// The raw primitive: one batch of `ed25519-zebra`, keys and signatures decoded in it.
pub fn raw_batch<'a>(signatures: impl IntoIterator<Item = &'a RawSignature>) {
    let mut verifier = batch::Verifier::new();
    for RawSignature { key, signature, message } in signatures {
        verifier.queue((*key, *signature, message));
    }
    verifier.verify(rand_chacha::ChaCha20Rng::from_seed([7; 32])).unwrap();
}
