//! Rules SC-1 to SC-3 and: scopes, records, versions, proposals.

use ehr_core::policy::Resource;
use ehr_core::primitives::{ContentId, Epoch, RecordId, ScopeId, TxId, VersionNo};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::state::{Proposal, ProposalStatus, Record, Scope, StateRead, TxError, Version, VersionId};
use ehr_core::tx::{
    Payload, Proposed, RecordCreate, RotateReason, ScopeCreate, ScopeRotate, Tx, VersionAppend,
};

fn ready() -> (Consortium, TestLedger) {
    let mut kit = Consortium::new(2);
    let ledger = TestLedger::ready(&mut kit);
    (kit, ledger)
}

#[test]
fn scopes_are_a_patients_and_their_ids_are_used_once() {
    let (mut kit, ledger) = ready();
    let again = kit.create_scope(0);
    assert_eq!(ledger.refusal(&again), TxError::Exists { what: "scope", id: kit.scope(0).into() });
    let doctor = kit.doctor_a.id;
    let create = ScopeCreate {
        account: doctor,
        scope: ScopeId([1; 32]),
        public: kit.doctor_a.enc_key("scope"),
        wraps: ContentId::of_raw(b""),
    };
    let tx = kit.tx(Payload::ScopeCreate { create }, &[doctor]);
    assert_eq!(ledger.refusal(&tx), TxError::WrongRole { account: doctor });
}

#[test]
fn epochs_count_up_with_a_new_key_by_the_owner() {
    let (mut kit, mut ledger) = ready();
    let (owner, other) = (kit.patients[0].id, kit.patients[1].id);
    let not_next = |got| TxError::NotNext { field: "epoch", want: 1, got };
    for got in [0, 2] {
        let tx = kit.rotate_scope(0, got);
        assert_eq!(ledger.refusal(&tx), not_next(u64::from(got)));
    }
    let rotate = kit.rotation(0, 1);
    let tx = kit.tx(Payload::ScopeRotate { rotate: rotate.clone() }, &[other]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: owner });
    let same_key = ScopeRotate { public: kit.patients[0].enc_key("scope epoch 0"), ..rotate.clone() };
    let tx = kit.tx(Payload::ScopeRotate { rotate: same_key }, &[owner]);
    assert_eq!(ledger.refusal(&tx), TxError::DuplicateKey { field: "public", index: 0 });
    let unknown = ScopeRotate { scope: ScopeId([9; 32]), reason: RotateReason::Routine, ..rotate };
    let tx = kit.tx(Payload::ScopeRotate { rotate: unknown }, &[owner]);
    assert_eq!(ledger.refusal(&tx), TxError::Unknown { what: "scope", id: ScopeId([9; 32]).into() });
    let tx = kit.rotate_scope(0, 1);
    ledger.block(&[&tx]).unwrap();
    assert_eq!(ledger.view().get::<Scope>(&kit.scope(0)).unwrap().unwrap().epoch, Epoch(1));
}

fn create(kit: &mut Consortium, label: &str, change: impl Fn(&mut RecordCreate)) -> Tx {
    let mut create = kit.record_create(0, label);
    change(&mut create);
    let signers = [create.author, create.account];
    kit.tx(Payload::RecordCreate { create }, &signers)
}

fn append(kit: &mut Consortium, label: &str, parent: TxId, change: impl Fn(&mut VersionAppend)) -> Tx {
    let mut append = kit.version_append(label, 1, parent);
    change(&mut append);
    let signers = [append.author, kit.patients[0].id];
    kit.tx(Payload::VersionAppend { append }, &signers)
}

#[test]
fn a_record_has_its_patients_and_authors_signature() {
    let (mut kit, ledger) = ready();
    let (doctor, patient, other) = (kit.doctor_a.id, kit.patients[0].id, kit.patients[1].id);
    let record = kit.record_create(0, "x");
    let payload = || Payload::RecordCreate { create: record.clone() };
    let tx = kit.tx(payload(), &[doctor]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: patient });
    let tx = kit.tx(payload(), &[patient]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: doctor });
    let tx = kit.tx(payload(), &[doctor, other]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: patient });
    let tx = kit.tx(payload(), &[doctor, patient, other]);
    assert_eq!(ledger.refusal(&tx), TxError::ExtraSignature { account: other });
}

#[test]
fn who_may_write() {
    let (mut kit, mut ledger) = ready();
    let (a, clerk, nurse, doctor_b) = (kit.hospital_a.id, kit.clerk_a.id, kit.nurse_a.id, kit.doctor_b.id);
    let newcomer = kit.newcomer.id;
    let tx = create(&mut kit, "clerk", |create| create.author = clerk);
    assert_eq!(ledger.refusal(&tx), TxError::RoleMayNot { institution: a, staff: clerk });
    let tx = create(&mut kit, "foreign", |create| create.author = doctor_b);
    assert_eq!(ledger.refusal(&tx), TxError::NotMember { institution: a, staff: doctor_b });
    let tx = create(&mut kit, "outsider", |create| create.institution = newcomer);
    assert_eq!(ledger.refusal(&tx), TxError::NotAdmitted { institution: newcomer });
    let tx = create(&mut kit, "nurse", |create| create.author = nurse);
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn where_a_record_may_be_filed() {
    let (mut kit, mut ledger) = ready();
    let foreign = kit.scope(1);
    let tx = create(&mut kit, "x", |create| create.scope = foreign);
    assert_eq!(ledger.refusal(&tx), TxError::NotTheirs { what: "scope", id: foreign.into() });
    let nowhere = ScopeId([5; 32]);
    let tx = create(&mut kit, "x", |create| create.scope = nowhere);
    let error = ledger.refusal(&tx);
    assert_eq!(error, TxError::Unknown { what: "scope", id: nowhere.into() });
    let tx = create(&mut kit, "x", |create| create.epoch = Epoch(1));
    assert_eq!(ledger.refusal(&tx), TxError::NotNext { field: "epoch", want: 0, got: 1 });
    let first = create(&mut kit, "x", |_| ());
    ledger.block(&[&first]).unwrap();
    let second = create(&mut kit, "x", |_| ());
    assert_eq!(ledger.refusal(&second), TxError::Exists { what: "record", id: kit.record("x").into() });
}

#[test]
fn versions_follow_the_head() {
    let (mut kit, mut ledger) = ready();
    let first = create(&mut kit, "x", |_| ());
    ledger.block(&[&first]).unwrap();
    let head = first.id();
    let tx = append(&mut kit, "x", TxId([3; 32]), |_| ());
    assert_eq!(ledger.refusal(&tx), TxError::StaleParent { head });
    for got in [0, 2] {
        let tx = append(&mut kit, "x", head, |append| append.version = VersionNo(got));
        let got = u64::from(got);
        assert_eq!(ledger.refusal(&tx), TxError::NotNext { field: "version", want: 1, got });
    }
    let nothing = RecordId([8; 32]);
    let tx = append(&mut kit, "x", head, |append| append.record = nothing);
    assert_eq!(ledger.refusal(&tx), TxError::Unknown { what: "record", id: nothing.into() });
    let one = append(&mut kit, "x", head, |_| ());
    let two = append(&mut kit, "x", head, |_| ());
    ledger.block(&[&one]).unwrap();
    assert_eq!(ledger.refusal(&two), TxError::StaleParent { head: one.id() }, "the second to the same head");
    // Old versions stay.
    let view = ledger.view();
    for version in [VersionNo(0), VersionNo(1)] {
        assert!(view.get::<Version>(&VersionId::new(kit.record("x"), version)).unwrap().is_some());
    }
    let record = view.get::<Record>(&kit.record("x")).unwrap().unwrap();
    assert_eq!((record.head, record.head_tx), (VersionNo(1), one.id()));
}

#[test]
fn no_version_is_written_to_an_old_epoch() {
    let (mut kit, mut ledger) = ready();
    let first = create(&mut kit, "x", |_| ());
    let rotate = kit.rotate_scope(0, 1);
    ledger.block(&[&first, &rotate]).unwrap();
    let tx = append(&mut kit, "x", first.id(), |_| ());
    assert_eq!(ledger.refusal(&tx), TxError::NotNext { field: "epoch", want: 1, got: 0 });
    let tx = append(&mut kit, "x", first.id(), |append| append.epoch = Epoch(1));
    ledger.block(&[&tx]).unwrap();
}

fn propose(kit: &mut Consortium, label: &str) -> Tx {
    let create = kit.record_create(0, label);
    kit.propose(Proposed::Create { create })
}

#[test]
fn proposals_obey_what_records_obey() {
    let (mut kit, ledger) = ready();
    let clerk = kit.clerk_a.id;
    let mut record = kit.record_create(0, "x");
    record.author = clerk;
    let propose = ehr_core::tx::RecordPropose { proposed: Proposed::Create { create: record } };
    let tx = kit.tx(Payload::RecordPropose { propose }, &[clerk]);
    assert_eq!(ledger.refusal(&tx), TxError::RoleMayNot { institution: kit.hospital_a.id, staff: clerk });
    let late = kit.version_append("nothing", 1, TxId([1; 32]));
    let tx = kit.propose(Proposed::Append { append: late });
    assert!(matches!(ledger.refusal(&tx), TxError::Unknown { what: "record", .. }));
}

#[test]
fn the_patient_answers_once() {
    let (mut kit, mut ledger) = ready();
    let proposal = propose(&mut kit, "x");
    let id = proposal.id();
    ledger.block(&[&proposal]).unwrap();
    assert!(ledger.view().get::<Record>(&kit.record("x")).unwrap().is_none(), "not a record yet");
    let wrong = kit.cosign(1, id);
    assert_eq!(ledger.refusal(&wrong), TxError::MissingSignature { account: kit.patients[0].id });
    let yes = kit.cosign(0, id);
    ledger.block(&[&yes]).unwrap();
    let version =
        ledger.view().get::<Version>(&VersionId::new(kit.record("x"), VersionNo(0))).unwrap().unwrap();
    assert_eq!((version.tx, version.ratified_by), (id, Some(yes.id())));
    let closed = TxError::Closed { what: "proposal", id: id.into() };
    let (again, no) = (kit.cosign(0, id), kit.reject(0, id));
    assert_eq!((ledger.refusal(&again), ledger.refusal(&no)), (closed.clone(), closed));
    let unknown = kit.cosign(0, TxId([2; 32]));
    assert!(matches!(ledger.refusal(&unknown), TxError::Unknown { what: "proposal", .. }));
}

#[test]
fn a_refused_proposal_stays_for_audit_and_stays_refused() {
    let (mut kit, mut ledger) = ready();
    let proposal = propose(&mut kit, "x");
    let no = kit.reject(0, proposal.id());
    ledger.block(&[&proposal, &no]).unwrap();
    let stored = ledger.view().get::<Proposal>(&proposal.id()).unwrap().unwrap();
    assert!(matches!(stored.status, ProposalStatus::Rejected { .. }));
    let yes = kit.cosign(0, proposal.id());
    assert!(matches!(ledger.refusal(&yes), TxError::Closed { what: "proposal", .. }));
}

#[test]
fn proposals_expire() {
    let (mut kit, mut ledger) = ready();
    let proposal = propose(&mut kit, "x");
    ledger.block(&[&proposal]).unwrap();
    let yes = kit.cosign(0, proposal.id());
    let expiry = kit.genesis.params.proposal_expiry_ms;
    ledger.step_ms = expiry - 1;
    ledger.admit(&yes).unwrap();
    ledger.step_ms = expiry;
    assert!(matches!(ledger.refusal(&yes), TxError::Closed { what: "proposal", .. }));
}

#[test]
fn what_is_ratified_must_still_fit() {
    let (mut kit, mut ledger) = ready();
    // A version proposed for a head that has moved.
    let first = create(&mut kit, "x", |_| ());
    let proposed = kit.version_append("x", 1, first.id());
    let proposal = kit.propose(Proposed::Append { append: proposed });
    let overtakes = append(&mut kit, "x", first.id(), |_| ());
    ledger.block(&[&first, &proposal, &overtakes]).unwrap();
    let yes = kit.cosign(0, proposal.id());
    assert_eq!(ledger.refusal(&yes), TxError::StaleParent { head: overtakes.id() });
    // A record wrapped to an epoch that has ended.
    let proposal = propose(&mut kit, "y");
    let rotate = kit.rotate_scope(0, 1);
    ledger.block(&[&proposal, &rotate]).unwrap();
    let yes = kit.cosign(0, proposal.id());
    assert_eq!(ledger.refusal(&yes), TxError::NotNext { field: "epoch", want: 1, got: 0 });
}

#[test]
fn an_author_who_has_left_does_not_invalidate_what_was_proposed() {
    let (mut kit, mut ledger) = ready();
    let proposal = propose(&mut kit, "x");
    let dismiss = kit.dismiss(kit.hospital_a.id, kit.doctor_a.id);
    let yes = kit.cosign(0, proposal.id());
    ledger.block(&[&proposal, &dismiss, &yes]).unwrap();
    // And the version after a ratified proposal names the proposal, which carries the content.
    let nurse = kit.nurse_a.id;
    let next = append(&mut kit, "x", proposal.id(), |append| append.author = nurse);
    ledger.block(&[&next]).unwrap();
    let grant = kit.read_terms(0, ehr_core::policy::Subject::Account { id: nurse });
    let on = |version| Resource::Version { record: kit.record("x"), version: VersionNo(version) };
    let (there, not_there) = (on(1), on(2));
    let tx = kit.grant(ehr_core::tx::Grant { resource: not_there, ..grant.clone() });
    assert!(matches!(ledger.refusal(&tx), TxError::Unknown { what: "version of record", .. }));
    let tx = kit.grant(ehr_core::tx::Grant { resource: there, ..grant });
    ledger.block(&[&tx]).unwrap();
}
