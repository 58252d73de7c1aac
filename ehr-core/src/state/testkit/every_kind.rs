//! One valid transaction of each kind.

use super::consortium::Consortium;
use super::person::Person;
use crate::policy::Subject;
use crate::primitives::{ContentId, GrantId, RequestId};
use crate::tx::{Caps, KeyRotate, Payload, Proposed, Role, Tx};

/// Valid transactions in an order in which they can be applied after [`Consortium::setup`] (which holds kinds 4 and
/// 11), at least one of every other kind. Needs two patients.
pub fn every_kind(kit: &mut Consortium) -> Vec<Tx> {
    let doctor_b = Subject::Account { id: kit.doctor_b.id };
    let mut txs = vec![enrol(kit), admit(kit), rotate_keys(kit)];
    let create = kit.create_record(0, "blood count");
    let append = kit.append_version(0, "blood count", 1, create.id());
    let first = kit.propose(Proposed::Create { create: kit.record_create(1, "x-ray") });
    let cosign = kit.cosign(1, first.id());
    let second = kit.propose(Proposed::Create { create: kit.record_create(1, "wrong") });
    let reject = kit.reject(1, second.id());
    let grant = kit.grant(kit.read_terms(0, doctor_b.clone()));
    let release = kit.release(kit.receipt(GrantId::from(grant.id()), "blood count"));
    let revoke = kit.revoke_and_rotate(0, GrantId::from(grant.id()), 1);
    let rotate = kit.rotate_scope(0, 2);
    let asked = kit.request(0);
    let acknowledge = kit.acknowledge(0, RequestId::from(asked.id()), kit.read_terms(0, doctor_b));
    let asked_again = kit.request(1);
    let deny = kit.deny(1, RequestId::from(asked_again.id()));
    txs.extend([create, append, first, cosign, second, reject, grant, release, revoke, rotate]);
    txs.extend([asked, acknowledge, asked_again, deny]);
    txs
}

fn enrol(kit: &mut Consortium) -> Tx {
    let newborn = Person::new(Role::Patient, "newborn");
    let sponsor = kit.hospital_a.id;
    let body = kit.body(Payload::EnrolAccount { enrol: newborn.enrolment(kit.chain_id, Some(sponsor)) });
    let bytes = crate::codec::Wire::to_bytes(&body).unwrap();
    let signatures = vec![kit.hospital_a.sign(&bytes), newborn.sign(&bytes)];
    Tx::assemble(body, signatures).unwrap()
}

fn admit(kit: &mut Consortium) -> Tx {
    let admit = kit.admission(&kit.newcomer);
    let signers = [kit.hospital_a.id, kit.hospital_b.id];
    kit.tx(Payload::AdmitInstitution { admit }, &signers)
}

fn rotate_keys(kit: &mut Consortium) -> Tx {
    let patient = &kit.patients[1];
    let (signer, key) = patient.other_device("phone", Caps::TRANSACT);
    let rotate = KeyRotate {
        account: patient.id,
        add: vec![key],
        remove: Vec::new(),
        enc_key: patient.enc_key("generation 1"),
        generation: 1,
        seeds: ContentId::of_raw(b"sealed seeds"),
        possessions: vec![patient.possession(kit.chain_id, &signer)],
    };
    let signers = [rotate.account];
    kit.tx(Payload::KeyRotate { rotate }, &signers)
}
