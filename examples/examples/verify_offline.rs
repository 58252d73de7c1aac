//! Checks facts about a ledger without having it: `cargo run -p ehr-examples --example verify_offline`.
//!
//! A hospital hands over a few kilobytes. A phone that trusts one 32-byte block id, and nobody else, knows after
//! checking them what was written, whether a grant is in force, and what is not there.
#![allow(clippy::print_stdout, reason = "an example prints")]

use ehr_core::codec::Wire;
use ehr_core::light::{LightProof, Prover, prove_grant, prove_record, prove_tx};
use ehr_core::policy::Subject;
use ehr_core::primitives::{AccountId, BlockId, GrantId, RecordId, VersionNo};
use ehr_core::state::testkit::Consortium;
use ehr_core::state::{Institution, StateRead, Version, VersionId};
use ehr_core::tx::Payload;
use ehr_examples::Node;
use std::error::Error;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // The hospital's side: a ledger with a record and a grant in it, and three blocks on top.
    let mut kit = Consortium::new(1);
    let mut node = Node::new(1, kit.spec())?;
    node.block(&kit.setup())?;
    let created = kit.create_record(0, "blood count");
    let grant = kit.grant(kit.read_terms(0, Subject::Account { id: kit.doctor_b.id }));
    node.block(&[created.clone(), grant.clone()])?;
    for _ in 0..3 {
        node.block(&[])?;
    }
    // What it hands over is bytes; what the phone trusts is one id, from a block explorer, a friend or a QR code.
    let tip = node.engine.best().clone();
    let record = prove_record(&node.disk, &kit.record("blood count"), None)?.to_bytes()?;
    let in_force = prove_grant(&node.disk, &GrantId::from(grant.id()))?.to_bytes()?;
    // Absence is a fact too: this institution was never admitted.
    let prover = Prover::at_tip(&node.disk)?;
    prover.get::<Institution>(&kit.newcomer.id)?;
    let absent = prover.finish().to_bytes()?;
    // A transaction belongs to its own block; the history in the tip's header ties that block to the tip.
    let signed = prove_tx(&node.disk, &created.id(), tip.header.height)?.to_bytes()?;
    println!("The phone trusts block {} and gets four proofs.", tip.id);

    let phone = Phone { trusted: tip.id };
    phone.record(&record, kit.record("blood count"))?;
    phone.grant(&in_force, GrantId::from(grant.id()))?;
    phone.absent(&absent, kit.newcomer.id)?;
    let proof = LightProof::from_bytes(&signed)?;
    let proven = proof.verify(&phone.trusted)?;
    let (index, tx) = proven.tx(&created.id())?;
    assert!(matches!(tx.body().payload, Payload::RecordCreate { .. }));
    println!(
        "- {} bytes: transaction {index} of block {} is {}.",
        signed.len(),
        proven.as_of().height.0,
        tx.id()
    );

    // Whoever hands it over cannot lie: no changed byte gets through.
    let spoilt = (0..record.len()).filter(|at| {
        let mut bytes = record.clone();
        bytes[*at] ^= 1;
        LightProof::from_bytes(&bytes).is_ok_and(|proof| proof.verify(&phone.trusted).is_ok())
    });
    assert_eq!(spoilt.count(), 0);
    println!(
        "Each of the {} bytes of the first proof was changed in turn: refused every time.",
        record.len()
    );
    // Nor does a proof stand on a header that is not trusted, however well it fits together.
    let other = BlockId([7; 32]);
    let refused = LightProof::from_bytes(&record)?.verify(&other).err().ok_or("it was believed")?;
    println!("To one who trusts another block: {refused}.");
    Ok(())
}

/// Has no ledger, no network and one id.
struct Phone {
    trusted: BlockId,
}

impl Phone {
    fn record(&self, bytes: &[u8], record: RecordId) -> Result<(), Box<dyn Error>> {
        let proof = LightProof::from_bytes(bytes)?;
        let proven = proof.verify(&self.trusted)?;
        let id = VersionId::new(record, VersionNo::ZERO);
        let version = proven.entry::<Version>(&id)?.ok_or("no such version")?;
        println!("- {} bytes: version 0 has plain root {}.", bytes.len(), version.content.plain_root);
        Ok(())
    }

    fn grant(&self, bytes: &[u8], grant: GrantId) -> Result<(), Box<dyn Error>> {
        let proof = LightProof::from_bytes(bytes)?;
        let proven = proof.verify(&self.trusted)?;
        assert!(proven.grant_in_force(&grant)?);
        println!("- {} bytes: the grant is in force as of height {}.", bytes.len(), proven.as_of().height.0);
        Ok(())
    }

    fn absent(&self, bytes: &[u8], institution: AccountId) -> Result<(), Box<dyn Error>> {
        let proof = LightProof::from_bytes(bytes)?;
        let proven = proof.verify(&self.trusted)?;
        assert!(proven.entry::<Institution>(&institution)?.is_none());
        println!("- {} bytes: {institution} is no member of this ledger.", bytes.len());
        Ok(())
    }
}
