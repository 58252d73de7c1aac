//! Rules G-1 to G-9, Q-1 to Q-5 and L-1 to L-4: grants, revocation, requests, releases.

use ehr_core::block::Balance;
use ehr_core::codec::limits;
use ehr_core::policy::{
    AccessQuery, Actions, Attenuation, Basis, DenyReason, Obligations, Outcome, Purposes, Resource,
    ResourceChain, StaffRoles, Subject, Why,
};
use ehr_core::primitives::{AccountId, ContentId, GrantId, Height, RequestId, ScopeId, Timestamp, VersionNo};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::state::{
    AccountGrants, GrantEntry, GrantStatus, StateRead, TxError, explain_access, explain_grant,
};
use ehr_core::store::{LedgerRead, Table};
use ehr_core::tx::{AccessRequest, Grant, Payload, ReleaseReceipt, Revoke, RevokeTarget, Tx};

fn ready() -> (Consortium, TestLedger) {
    let mut kit = Consortium::new(2);
    let mut ledger = TestLedger::ready(&mut kit);
    let record = kit.create_record(0, "x");
    ledger.block(&[&record]).unwrap();
    (kit, ledger)
}

fn doctor_b(kit: &Consortium) -> Subject {
    Subject::Account { id: kit.doctor_b.id }
}

/// A grant of patient 0 to doctor B, changed by `change`.
fn grant(kit: &mut Consortium, change: impl Fn(&mut Grant)) -> Tx {
    let mut grant = kit.read_terms(0, doctor_b(kit));
    change(&mut grant);
    kit.grant(grant)
}

fn entry(ledger: &TestLedger, id: GrantId) -> GrantEntry {
    GrantEntry::clone(&ledger.view().get::<GrantEntry>(&id).unwrap().unwrap())
}

/// May doctor B read the record of the label now?
fn question(kit: &Consortium, label: &str) -> AccessQuery {
    AccessQuery {
        subject: kit.doctor_b.id,
        acting_for: Some(kit.hospital_b.id),
        action: Actions::READ,
        purpose: Purposes::TREAT,
        resource: ResourceChain {
            account: kit.patients[0].id,
            scope: Some(kit.scope(0)),
            record: Some(kit.record(label)),
            version: Some(VersionNo(0)),
            section: None,
        },
    }
}

fn outcome(kit: &Consortium, ledger: &TestLedger) -> Outcome {
    explain_access(&ledger.view(), &question(kit, "x"), ledger.tip().time).unwrap().outcome
}

#[test]
fn grants_that_permit_nothing_are_refused() {
    let (mut kit, ledger) = ready();
    let mut refused = |change: &dyn Fn(&mut Grant)| {
        let tx = grant(&mut kit, change);
        ledger.refusal(&tx)
    };
    assert_eq!(refused(&|g| g.actions = Actions::NONE), TxError::Empty { field: "actions" });
    assert_eq!(refused(&|g| g.purposes = Purposes::NONE), TxError::Empty { field: "purposes" });
    assert_eq!(refused(&|g| g.max_uses = Some(0)), TxError::Empty { field: "max_uses" });
    assert!(matches!(refused(&|g| g.not_after = g.not_before), TxError::EmptyPeriod { .. }));
    let over = ledger.next_time();
    assert!(matches!(refused(&|g| g.not_after = over), TxError::EmptyPeriod { field: "not_after", .. }));
    assert_eq!(refused(&|g| g.depth = 5), TxError::TooLarge { field: "depth", limit: 4, got: 5 });
}

#[test]
fn subjects_must_exist() {
    let (mut kit, ledger) = ready();
    let (nobody, newcomer, b) = (AccountId([4; 32]), kit.newcomer.id, kit.hospital_b.id);
    let mut refused = |subject: Subject| {
        let tx = grant(&mut kit, |g| g.subject = subject.clone());
        ledger.refusal(&tx)
    };
    assert!(matches!(refused(Subject::Account { id: nobody }), TxError::Unknown { what: "account", .. }));
    let not_admitted = TxError::NotAdmitted { institution: newcomer };
    assert_eq!(refused(Subject::Institution { id: newcomer }), not_admitted);
    let roles = StaffRoles::DOCTOR;
    assert_eq!(refused(Subject::StaffOf { institution: newcomer, roles }), not_admitted);
    let empty = TxError::Empty { field: "subject.roles" };
    let roles = StaffRoles::NONE;
    assert_eq!(refused(Subject::StaffOf { institution: b, roles }), empty);
    assert_eq!(refused(Subject::AnyAdmitted { roles }), empty);
}

#[test]
fn resources_must_exist_and_be_the_patients() {
    let (mut kit, mut ledger) = ready();
    let (other, foreign) = (kit.patients[1].id, kit.scope(1));
    let record = kit.record("x");
    let mut refused = |resource: Resource| {
        let tx = grant(&mut kit, |g| g.resource = resource.clone());
        ledger.refusal(&tx)
    };
    let not_theirs = |what, id| TxError::NotTheirs { what, id };
    assert_eq!(refused(Resource::AllOf { account: other }), not_theirs("account", other.into()));
    assert_eq!(refused(Resource::Scope { id: foreign }), not_theirs("scope", foreign.into()));
    let none = ScopeId([1; 32]);
    assert_eq!(refused(Resource::Scope { id: none }), TxError::Unknown { what: "scope", id: none.into() });
    let version = Resource::Version { record, version: VersionNo(1) };
    assert!(matches!(refused(version), TxError::Unknown { what: "version of record", .. }));
    let account = kit.patients[1].id;
    let body = kit.read_terms(1, doctor_b(&kit));
    let tx = kit.grant(Grant { resource: Resource::Record { id: record }, ..body });
    assert_eq!(ledger.refusal(&tx), not_theirs("record", record.into()));
    assert_ne!(account, kit.patients[0].id);
    let section = Resource::Section { record, version: VersionNo(0), section: 3 };
    let tx = grant(&mut kit, |g| g.resource = section.clone());
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn only_the_patient_grants_and_only_so_often() {
    let (mut kit, mut ledger) = ready();
    let (patient, doctor) = (kit.patients[0].id, kit.doctor_b.id);
    let terms = kit.read_terms(0, doctor_b(&kit));
    let tx = kit.tx(Payload::Grant { grant: terms.clone() }, &[doctor]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: patient });
    // One of 64 ends soon and makes room for another.
    let soon = ledger.tip().time.plus(50_000);
    let first = grant(&mut kit, |g| g.not_after = soon);
    let more: Vec<Tx> = (1..64).map(|_| grant(&mut kit, |_| ())).collect();
    let all: Vec<&Tx> = [&first].into_iter().chain(&more).collect();
    ledger.block(&all).unwrap();
    let one_more = grant(&mut kit, |_| ());
    assert_eq!(ledger.refusal(&one_more), TxError::TooMany { field: "live grants", limit: 64, got: 65 });
    ledger.step_ms = 60_000;
    ledger.block(&[&one_more]).unwrap();
    let live = ledger.view().get::<AccountGrants>(&patient).unwrap().unwrap();
    assert_eq!(live.live.len(), 64);
    assert!(live.live.iter().all(|grant| grant.id != GrantId::from(first.id())));
}

/// A grant to doctor B that may be passed on twice, and its terms.
fn shareable(kit: &mut Consortium, ledger: &mut TestLedger) -> (GrantId, Grant) {
    let end = ledger.tip().time.plus(1_000_000);
    let change = |g: &mut Grant| {
        (g.actions, g.purposes) =
            (Actions::READ.union(Actions::SHARE), Purposes::TREAT.union(Purposes::CAREMGT));
        (g.depth, g.max_uses, g.not_after) = (2, Some(5), end);
    };
    let tx = grant(kit, change);
    ledger.block(&[&tx]).unwrap();
    let mut terms = kit.read_terms(0, doctor_b(kit));
    change(&mut terms);
    (GrantId::from(tx.id()), terms)
}

#[test]
fn delegation_only_narrows() {
    let (mut kit, mut ledger) = ready();
    let (parent, terms) = shareable(&mut kit, &mut ledger);
    let doctor = kit.doctor_b.id;
    let child = Grant {
        parent: Some(parent),
        subject: Subject::Account { id: kit.nurse_a.id },
        depth: 1,
        ..terms.clone()
    };
    let mut refused = |change: &dyn Fn(&mut Grant)| {
        let mut grant = child.clone();
        change(&mut grant);
        let tx = kit.delegate(doctor, grant);
        match ledger.refusal(&tx) {
            TxError::Attenuation(error) => error,
            other => panic!("{other}"),
        }
    };
    assert!(matches!(refused(&|g| g.actions = Actions::ALL), Attenuation::Actions { .. }));
    assert!(matches!(refused(&|g| g.purposes = Purposes::ALL), Attenuation::Purposes { .. }));
    assert!(matches!(refused(&|g| g.not_before = Timestamp(0)), Attenuation::NotBefore { .. }));
    assert!(matches!(refused(&|g| g.not_after = g.not_after.plus(1)), Attenuation::NotAfter { .. }));
    assert!(matches!(refused(&|g| g.depth = 2), Attenuation::Depth { .. }));
    assert!(matches!(refused(&|g| g.max_uses = Some(6)), Attenuation::MaxUses { .. }));
    assert!(matches!(refused(&|g| g.max_uses = None), Attenuation::MaxUses { .. }));
    assert!(matches!(refused(&|g| g.obligations = Obligations::NONE), Attenuation::Obligations { .. }));

    let patient = kit.patients[0].id;
    let tx = kit.delegate(patient, child.clone());
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: doctor }, "the grantee delegates");
    let tx = kit.delegate(doctor, child);
    ledger.block(&[&tx]).unwrap();
    assert_eq!(entry(&ledger, GrantId::from(tx.id())).grantor, doctor);
}

#[test]
fn delegation_stays_with_the_patient_and_inside_the_resource() {
    let (mut kit, mut ledger) = ready();
    let scope = kit.scope(0);
    let tx = grant(&mut kit, |g| {
        (g.actions, g.depth) = (Actions::READ.union(Actions::SHARE), 1);
        g.resource = Resource::Scope { id: scope };
    });
    ledger.block(&[&tx]).unwrap();
    let (parent, doctor) = (GrantId::from(tx.id()), kit.doctor_b.id);
    let child = |kit: &Consortium, patient, resource| Grant {
        parent: Some(parent),
        resource,
        ..kit.read_terms(patient, Subject::Account { id: kit.nurse_a.id })
    };
    let all = Resource::AllOf { account: kit.patients[0].id };
    let tx = kit.delegate(doctor, child(&kit, 0, all));
    assert_eq!(ledger.refusal(&tx), TxError::Attenuation(Attenuation::Resource));
    let foreign = Resource::AllOf { account: kit.patients[1].id };
    let tx = kit.delegate(doctor, child(&kit, 1, foreign));
    assert_eq!(ledger.refusal(&tx), TxError::NotTheirs { what: "grant", id: parent.into() });
    let inside = Resource::Record { id: kit.record("x") };
    let tx = kit.delegate(doctor, child(&kit, 0, inside));
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn what_may_not_be_shared_and_who_cannot_delegate() {
    let (mut kit, mut ledger) = ready();
    let doctor = kit.doctor_b.id;
    let plain = grant(&mut kit, |_| ());
    let roles = StaffRoles::DOCTOR;
    let group = grant(&mut kit, |g| {
        g.subject = Subject::AnyAdmitted { roles };
        (g.actions, g.depth) = (Actions::READ.union(Actions::SHARE), 1);
    });
    ledger.block(&[&plain, &group]).unwrap();
    let child = |kit: &Consortium, parent: &Tx| Grant {
        parent: Some(GrantId::from(parent.id())),
        ..kit.read_terms(0, doctor_b(kit))
    };
    let tx = kit.delegate(doctor, child(&kit, &plain));
    assert_eq!(ledger.refusal(&tx), TxError::Attenuation(Attenuation::NotShareable));
    let tx = kit.delegate(doctor, child(&kit, &group));
    assert_eq!(ledger.refusal(&tx), TxError::CannotDelegate { grant: GrantId::from(group.id()) });
}

#[test]
fn a_revoked_parent_takes_its_children_along() {
    let (mut kit, mut ledger) = ready();
    let (parent, terms) = shareable(&mut kit, &mut ledger);
    let (doctor, nurse) = (kit.doctor_b.id, kit.nurse_a.id);
    let child = Grant { parent: Some(parent), subject: Subject::Account { id: nurse }, depth: 1, ..terms };
    let tx = kit.delegate(doctor, child.clone());
    ledger.block(&[&tx]).unwrap();
    let child_id = GrantId::from(tx.id());
    let revoke = kit.revoke(kit.patients[0].id, parent);
    ledger.block(&[&revoke]).unwrap();
    let height = ledger.tip().height;
    assert_eq!(entry(&ledger, parent).status, GrantStatus::Revoked { height });
    let live = ledger.view().get::<AccountGrants>(&kit.patients[0].id).unwrap().unwrap();
    assert!(live.live.is_empty(), "neither takes up room");

    let whole_scope = ResourceChain { record: None, version: None, ..question(&kit, "x").resource };
    let query = AccessQuery {
        subject: nurse,
        acting_for: None,
        purpose: Purposes::TREAT,
        resource: whole_scope,
        action: Actions::READ,
    };
    let decision = explain_grant(&ledger.view(), &query, child_id, ledger.tip().time).unwrap();
    assert_eq!(decision.outcome, Outcome::Deny { reason: DenyReason::NoPermit });
    assert_eq!(decision.reasons[0].why, Why::ParentRevoked { height });
    // Nor is anything delegated from either any more.
    for (by, from) in [(doctor, parent), (nurse, child_id)] {
        let tx = kit.delegate(by, Grant { parent: Some(from), depth: 0, ..child.clone() });
        assert_eq!(ledger.refusal(&tx), TxError::GrantNotLive { grant: from });
    }
}

#[test]
fn who_may_revoke() {
    let (mut kit, mut ledger) = ready();
    let (patient, doctor, nurse, b) =
        (kit.patients[0].id, kit.doctor_b.id, kit.nurse_a.id, kit.hospital_b.id);
    let make = |kit: &mut Consortium, ledger: &mut TestLedger| {
        let (parent, terms) = shareable(kit, ledger);
        let subject = Subject::Account { id: nurse };
        let tx = kit.delegate(doctor, Grant { parent: Some(parent), subject, depth: 0, ..terms });
        ledger.block(&[&tx]).unwrap();
        GrantId::from(tx.id())
    };
    let id = make(&mut kit, &mut ledger);
    let stranger = kit.revoke(kit.clerk_a.id, id);
    assert_eq!(ledger.refusal(&stranger), TxError::ExtraSignature { account: kit.clerk_a.id });
    let nobody = kit.revoke(kit.hospital_a.id, id);
    assert_eq!(ledger.refusal(&nobody), TxError::NoAuthority, "paying gives no say");
    for by in [patient, doctor, nurse] {
        let id = make(&mut kit, &mut ledger);
        let tx = kit.revoke(by, id);
        ledger.block(&[&tx]).unwrap();
        let again = kit.revoke(by, id);
        assert_eq!(ledger.refusal(&again), TxError::Closed { what: "grant", id: id.into() });
    }
    // Both the patient and the grantee signing is one too many: either could be left out.
    let payload = Payload::Revoke { revoke: Revoke { target: RevokeTarget::Grant { id }, rotate: vec![] } };
    let tx = kit.tx(payload, &[patient, nurse]);
    assert!(matches!(ledger.refusal(&tx), TxError::ExtraSignature { .. }));
    // So is the patient beside a payer who has a say, unless the patient's scope rotates as well.
    let granted = grant(&mut kit, |g| g.subject = Subject::Institution { id: b });
    ledger.block(&[&granted]).unwrap();
    let target = RevokeTarget::Grant { id: GrantId::from(granted.id()) };
    for rotate in [vec![], vec![kit.rotation(0, 1)]] {
        let fits = !rotate.is_empty();
        let body = kit.body_paid_by(b, Payload::Revoke { revoke: Revoke { target: target.clone(), rotate } });
        let both = kit.sign(body.clone(), &[b, patient]);
        if fits {
            let alone = kit.sign(body, &[b]);
            assert_eq!(ledger.refusal(&alone), TxError::MissingSignature { account: patient });
            ledger.block(&[&both]).unwrap();
        } else {
            assert_eq!(ledger.refusal(&both), TxError::ExtraSignature { account: patient });
        }
    }
    // An institution renounces what was granted to it, and pays for it itself.
    let granted = grant(&mut kit, |g| g.subject = Subject::Institution { id: b });
    ledger.block(&[&granted]).unwrap();
    let target = RevokeTarget::Grant { id: GrantId::from(granted.id()) };
    let body = kit.body_paid_by(b, Payload::Revoke { revoke: Revoke { target, rotate: vec![] } });
    let tx = kit.sign(body, &[b]);
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn revoking_by_subject_ends_all_of_it() {
    let (mut kit, mut ledger) = ready();
    let (patient, subject) = (kit.patients[0].id, doctor_b(&kit));
    let (one, two) = (grant(&mut kit, |_| ()), grant(&mut kit, |g| g.max_uses = Some(1)));
    let roles = StaffRoles::DOCTOR;
    let other = grant(&mut kit, |g| g.subject = Subject::AnyAdmitted { roles });
    ledger.block(&[&one, &two, &other]).unwrap();
    let revoke = |kit: &mut Consortium| {
        let target = RevokeTarget::Subject { account: patient, subject: subject.clone() };
        kit.tx(Payload::Revoke { revoke: Revoke { target, rotate: vec![] } }, &[patient])
    };
    let tx = revoke(&mut kit);
    let done = ledger.block(&[&tx]).unwrap();
    assert_eq!(done.receipts[0].events.len(), 2);
    let live = ledger.view().get::<AccountGrants>(&patient).unwrap().unwrap();
    assert_eq!(live.live.iter().map(|g| g.id).collect::<Vec<_>>(), [GrantId::from(other.id())]);
    let again = revoke(&mut kit);
    assert!(matches!(ledger.refusal(&again), TxError::Unknown { .. }));
}

#[test]
fn a_block_full_of_the_heaviest_revocations_can_be_undone() {
    let mut kit = Consortium::new(1);
    let patient = kit.patients[0].id;
    kit.genesis.balances.push(Balance { account: patient, credits: 1_000 });
    kit.chain_id = kit.spec().chain_id();
    let mut ledger = TestLedger::ready(&mut kit);
    let subject = doctor_b(&kit);
    let wraps = Some(ContentId::of_raw(b"wraps"));
    let grants: Vec<Tx> = (0..u32::try_from(limits::MAX_LIVE_GRANTS).unwrap())
        .map(|n| {
            let (max_uses, subject) = (Some(u32::MAX - n), subject.clone());
            let terms = kit.read_terms(0, subject);
            kit.grant(Grant { max_uses, wraps, ..terms })
        })
        .collect();
    ledger.block(&grants.iter().collect::<Vec<_>>()).unwrap();
    let target = RevokeTarget::Subject { account: patient, subject };
    let body = kit.body_paid_by(patient, Payload::Revoke { revoke: Revoke { target, rotate: vec![] } });
    let tx = kit.sign(body, &[patient]);
    let done = ledger.block(&[&tx]).unwrap();
    assert_eq!(done.receipts[0].events.len(), limits::MAX_LIVE_GRANTS);
    let id = ledger.tip().id();
    let stored = |table| ledger.store.get(table, id.as_ref()).unwrap().unwrap().len();
    let most = limits::MAX_BLOCK_TXS.min(limits::MAX_BLOCK / tx.bytes().len());
    let (undo, receipts) = (most * stored(Table::Undo), most * stored(Table::Receipts));
    assert!(undo > 64 << 20, "it is heavy: {undo}");
    assert!(undo <= limits::MAX_UNDO / 2, "{undo}");
    assert!(receipts <= limits::MAX_RECEIPTS / 2, "{receipts}");
    ledger.undo();
}

#[test]
fn revocation_and_rotation_are_one_step_of_the_patients() {
    let (mut kit, mut ledger) = ready();
    let (patient, doctor) = (kit.patients[0].id, kit.doctor_b.id);
    let granted = grant(&mut kit, |_| ());
    ledger.block(&[&granted]).unwrap();
    let id = GrantId::from(granted.id());
    let target = RevokeTarget::Grant { id };
    let (own, foreign) = (kit.rotation(0, 1), kit.rotation(1, 1));
    let mut refused = |by, rotate: Vec<_>| {
        let revoke = Revoke { target: target.clone(), rotate };
        let tx = kit.tx(Payload::Revoke { revoke }, &[by]);
        ledger.refusal(&tx)
    };
    assert_eq!(refused(doctor, vec![own.clone()]), TxError::MissingSignature { account: patient });
    let not_theirs = TxError::NotTheirs { what: "scope", id: foreign.scope.into() };
    assert_eq!(refused(patient, vec![foreign]), not_theirs);
    assert_eq!(refused(patient, vec![own.clone(), own.clone()]), TxError::Unsorted { field: "rotate" });
    let many = TxError::TooMany { field: "rotate", limit: 16, got: 17 };
    assert_eq!(refused(patient, vec![own; 17]), many);
    assert_eq!(entry(&ledger, id).status, GrantStatus::Active {});
    let tx = kit.revoke_and_rotate(0, id, 1);
    ledger.block(&[&tx]).unwrap();
    let old_epoch = kit.create_record(0, "y");
    assert_eq!(ledger.refusal(&old_epoch), TxError::NotNext { field: "epoch", want: 1, got: 0 });
}

#[test]
fn a_question_about_somebody_elses_record_is_refused_whatever_it_claims() {
    let (mut kit, mut ledger) = ready();
    let (mallory, doctor) = (kit.patients[1].id, kit.doctor_b.id);
    let of_mallory = Resource::AllOf { account: mallory };
    let terms = Grant { account: mallory, resource: of_mallory, ..kit.read_terms(1, doctor_b(&kit)) };
    let everything = kit.tx(Payload::Grant { grant: terms }, &[mallory]);
    ledger.block(&[&everything]).unwrap();
    let ask = |change: &dyn Fn(&mut AccessQuery)| {
        let mut query = question(&kit, "x");
        change(&mut query);
        explain_access(&ledger.view(), &query, ledger.tip().time).unwrap().outcome
    };
    let misplaced = Outcome::Deny { reason: DenyReason::Misplaced };
    // As if it were the asker's own, and as if it were covered by another patient's grant.
    let own = |query: &mut AccessQuery| {
        (query.subject, query.acting_for, query.resource.account) = (mallory, None, mallory);
    };
    for scope in [Some(kit.scope(0)), Some(kit.scope(1)), None] {
        assert_eq!(ask(&|query| (own(query), query.resource.scope = scope).0), misplaced);
        assert_eq!(
            ask(&|query| (query.resource.account, query.resource.scope) = (mallory, scope)),
            misplaced
        );
    }
    assert_eq!(ask(&|query| query.resource.scope = Some(kit.scope(1))), misplaced);
    assert_eq!(ask(&|query| query.resource.record = Some(kit.record("never"))), misplaced);
    assert_eq!(ask(&|query| query.resource.version = Some(VersionNo(1))), misplaced);
    assert_eq!(ask(&|query| query.resource.record = None), misplaced);
    let foreign_scope = |query: &mut AccessQuery| {
        let chain = query.resource;
        query.resource = ResourceChain { account: mallory, record: None, version: None, ..chain };
    };
    assert_eq!(ask(&foreign_scope), misplaced);
    // What is placed right is decided as ever.
    assert_eq!(ask(&|query| query.subject = doctor), Outcome::Deny { reason: DenyReason::NoPermit });
    let patient = kit.patients[0].id;
    let read = ask(&|query| (query.subject, query.acting_for) = (patient, None));
    assert!(matches!(read, Outcome::Permit { by: Basis::Patient, .. }));
}

#[test]
fn access_follows_grant_and_revocation() {
    let (mut kit, mut ledger) = ready();
    let no = Outcome::Deny { reason: DenyReason::NoPermit };
    assert_eq!(outcome(&kit, &ledger), no);
    let granted = grant(&mut kit, |_| ());
    ledger.block(&[&granted]).unwrap();
    assert!(matches!(outcome(&kit, &ledger), Outcome::Permit { .. }));
    let id = GrantId::from(granted.id());
    let revoke = kit.revoke(kit.patients[0].id, id);
    ledger.block(&[&revoke]).unwrap();
    assert_eq!(outcome(&kit, &ledger), no);
    let why = explain_grant(&ledger.view(), &question(&kit, "x"), id, ledger.tip().time).unwrap();
    assert_eq!(why.reasons[0].why, Why::Revoked { height: Height(4) });
    ledger.undo();
    assert!(matches!(outcome(&kit, &ledger), Outcome::Permit { .. }), "a reorganisation takes it back");
}

fn ask(kit: &mut Consortium, change: impl Fn(&mut AccessRequest)) -> Tx {
    let mut request = kit.request_terms(0);
    change(&mut request);
    let signers = [request.requester, request.institution];
    kit.tx(Payload::AccessRequest { request }, &signers)
}

#[test]
fn requests_are_by_active_staff_and_their_institution() {
    let (mut kit, ledger) = ready();
    let (nurse, b, doctor) = (kit.nurse_a.id, kit.hospital_b.id, kit.doctor_b.id);
    let tx = ask(&mut kit, |request| request.requester = nurse);
    assert_eq!(ledger.refusal(&tx), TxError::NotMember { institution: b, staff: nurse });
    let tx = ask(&mut kit, |request| request.actions = Actions::NONE);
    assert_eq!(ledger.refusal(&tx), TxError::Empty { field: "actions" });
    let tx = ask(&mut kit, |request| request.purposes = Purposes::NONE);
    assert_eq!(ledger.refusal(&tx), TxError::Empty { field: "purposes" });
    let now = ledger.next_time();
    let tx = ask(&mut kit, |request| request.until = now);
    assert!(matches!(ledger.refusal(&tx), TxError::EmptyPeriod { field: "until", .. }));
    let foreign = kit.scope(1);
    let tx = ask(&mut kit, |request| request.resource = Resource::Scope { id: foreign });
    assert_eq!(ledger.refusal(&tx), TxError::NotTheirs { what: "scope", id: foreign.into() });
    let request = kit.request_terms(0);
    let tx = kit.tx(Payload::AccessRequest { request }, &[doctor]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: b });
}

#[test]
fn an_answer_grants_no_more_than_was_asked() {
    let (mut kit, mut ledger) = ready();
    let asked = ask(&mut kit, |_| ());
    ledger.block(&[&asked]).unwrap();
    let id = RequestId::from(asked.id());
    let terms = kit.read_terms(0, doctor_b(&kit));
    let (a, b, nurse) = (kit.hospital_a.id, kit.hospital_b.id, kit.nurse_a.id);
    let mut refused = |change: &dyn Fn(&mut Grant)| {
        let mut grant = terms.clone();
        change(&mut grant);
        let tx = kit.acknowledge(0, id, grant);
        ledger.refusal(&tx)
    };
    let beyond = |field| TxError::BeyondRequest { field };
    assert_eq!(refused(&|g| g.actions = Actions::ALL), beyond("grant.actions"));
    assert_eq!(refused(&|g| g.purposes = Purposes::ALL), beyond("grant.purposes"));
    assert_eq!(refused(&|g| g.not_after = Timestamp::MAX), beyond("grant.not_after"));
    let strangers = [
        Subject::Account { id: nurse },
        Subject::Institution { id: a },
        Subject::AnyAdmitted { roles: StaffRoles::DOCTOR },
    ];
    for subject in strangers {
        assert_eq!(refused(&|g| g.subject = subject.clone()), beyond("grant.subject"));
    }
    let parent = Some(GrantId([1; 32]));
    assert_eq!(refused(&|g| g.parent = parent), TxError::MustBeAbsent { field: "grant.parent" });
    let other = kit.read_terms(1, doctor_b(&kit));
    let tx = kit.acknowledge(0, id, other);
    assert!(matches!(ledger.refusal(&tx), TxError::NotTheirs { what: "request of", .. }));
    let tx = kit.acknowledge(1, id, terms.clone());
    assert!(matches!(ledger.refusal(&tx), TxError::MissingSignature { .. }), "only the patient answers");

    let tx = kit.acknowledge(0, id, Grant { subject: Subject::Institution { id: b }, ..terms.clone() });
    ledger.block(&[&tx]).unwrap();
    assert!(matches!(outcome(&kit, &ledger), Outcome::Permit { .. }));
    let closed = TxError::Closed { what: "request", id: id.into() };
    let (again, no) = (kit.acknowledge(0, id, terms), kit.deny(0, id));
    assert_eq!((ledger.refusal(&again), ledger.refusal(&no)), (closed.clone(), closed));
}

#[test]
fn who_was_dismissed_since_asking_gets_no_grant_in_person() {
    let (mut kit, mut ledger) = ready();
    let (doctor, b) = (kit.doctor_b.id, kit.hospital_b.id);
    let request = kit.request(0);
    let dismissed = kit.dismiss(b, doctor);
    ledger.block(&[&request, &dismissed]).unwrap();
    let id = RequestId::from(request.id());
    let terms = kit.read_terms(0, doctor_b(&kit));
    let in_person = kit.acknowledge(0, id, terms.clone());
    let not_member = TxError::NotMember { institution: b, staff: doctor };
    assert_eq!(ledger.refusal(&in_person), not_member);
    let subject = Subject::Institution { id: b };
    let to_the_institution = kit.acknowledge(0, id, Grant { subject, ..terms });
    ledger.block(&[&to_the_institution]).unwrap();
}

#[test]
fn a_narrow_request_gets_a_narrow_answer() {
    let (mut kit, mut ledger) = ready();
    let record = Resource::Record { id: kit.record("x") };
    let asked = ask(&mut kit, |request| request.resource = record.clone());
    ledger.block(&[&asked]).unwrap();
    let id = RequestId::from(asked.id());
    let terms = kit.read_terms(0, doctor_b(&kit));
    let scope = Resource::Scope { id: kit.scope(0) };
    let tx = kit.acknowledge(0, id, Grant { resource: scope, ..terms.clone() });
    assert_eq!(ledger.refusal(&tx), TxError::BeyondRequest { field: "grant.resource" });
    let tx = kit.acknowledge(0, id, Grant { resource: record, ..terms });
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn requests_end() {
    let (mut kit, mut ledger) = ready();
    let until = ledger.tip().time.plus(100_000);
    let asked = ask(&mut kit, |request| request.until = until);
    ledger.block(&[&asked]).unwrap();
    let deny = kit.deny(0, RequestId::from(asked.id()));
    ledger.step_ms = until.0 - ledger.tip().time.0;
    assert!(matches!(ledger.refusal(&deny), TxError::Closed { what: "request", .. }));
    ledger.step_ms -= 1;
    ledger.block(&[&deny]).unwrap();
}

fn release(kit: &mut Consortium, grant: GrantId, change: impl Fn(&mut ReleaseReceipt)) -> Tx {
    let mut receipt = kit.receipt(grant, "x");
    change(&mut receipt);
    kit.release(receipt)
}

#[test]
fn releases_use_a_grant_up_to_its_limit_and_its_parents() {
    let (mut kit, mut ledger) = ready();
    let (parent, terms) = shareable(&mut kit, &mut ledger);
    let (doctor, b) = (kit.doctor_b.id, kit.hospital_b.id);
    let child = Grant {
        parent: Some(parent),
        subject: Subject::Institution { id: b },
        depth: 0,
        max_uses: Some(2),
        ..terms
    };
    let tx = kit.delegate(doctor, child);
    ledger.block(&[&tx]).unwrap();
    let id = GrantId::from(tx.id());
    for uses in 1..=2 {
        let tx = release(&mut kit, id, |_| ());
        ledger.block(&[&tx]).unwrap();
        assert_eq!((entry(&ledger, id).uses, entry(&ledger, parent).uses), (uses, uses));
    }
    let reason = DenyReason::NoPermit;
    let tx = release(&mut kit, id, |_| ());
    let why = Some(Why::UsedUp { max: 2 });
    assert_eq!(ledger.refusal(&tx), TxError::NotPermitted { grant: id, reason, why });
    for _ in 2..5 {
        let tx = release(&mut kit, parent, |_| ());
        ledger.block(&[&tx]).unwrap();
    }
    let tx = release(&mut kit, parent, |_| ());
    let why = Some(Why::UsedUp { max: 5 });
    assert_eq!(ledger.refusal(&tx), TxError::NotPermitted { grant: parent, reason, why });
}

#[test]
fn releases_that_nothing_permits() {
    let (mut kit, mut ledger) = ready();
    let granted = grant(&mut kit, |_| ());
    ledger.block(&[&granted]).unwrap();
    let id = GrantId::from(granted.id());
    let (a, nurse, doctor) = (kit.hospital_a.id, kit.nurse_a.id, kit.doctor_b.id);
    let (newcomer, clerk) = (kit.newcomer.id, kit.clerk_a.id);
    let mut refused = |change: &dyn Fn(&mut ReleaseReceipt)| {
        let tx = release(&mut kit, id, change);
        ledger.refusal(&tx)
    };
    let denied = |reason, why| TxError::NotPermitted { grant: id, reason, why };
    let no_permit = |why| denied(DenyReason::NoPermit, Some(why));
    assert_eq!(refused(&|r| r.purpose = Purposes::HRESCH), no_permit(Why::WrongPurpose));
    assert_eq!(refused(&|r| r.purpose = Purposes::ALL), denied(DenyReason::Malformed, None));
    assert_eq!(refused(&|r| r.institution = Some(a)), denied(DenyReason::NotMember, None));
    let outsider = denied(DenyReason::InstitutionNotAdmitted, None);
    assert_eq!(refused(&|r| r.institution = Some(newcomer)), outsider);
    assert_eq!(refused(&|r| (r.recipient, r.institution) = (clerk, None)), no_permit(Why::OtherSubject));
    let own = refused(&|r| (r.recipient, r.institution) = (nurse, Some(a)));
    assert_eq!(own, TxError::GrantNotNeeded { grant: id }, "the author's own staff");
    let not_member = TxError::NotMember { institution: a, staff: doctor };
    assert_eq!(refused(&|r| r.releaser = doctor), not_member, "only who wrote it releases it");
    assert!(matches!(refused(&|r| r.version = VersionNo(1)), TxError::Unknown { .. }));
    assert!(matches!(refused(&|r| r.grant = GrantId([1; 32])), TxError::Unknown { what: "grant", .. }));
    // For itself, in no institution's name, the account named may receive too; and officers may release.
    let tx = release(&mut kit, id, |r| (r.institution, r.releaser) = (None, a));
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn a_grant_that_is_over_releases_nothing() {
    let (mut kit, mut ledger) = ready();
    let end = ledger.tip().time.plus(60_000);
    let granted = grant(&mut kit, |g| g.not_after = end);
    ledger.block(&[&granted]).unwrap();
    let id = GrantId::from(granted.id());
    let tx = release(&mut kit, id, |_| ());
    ledger.admit(&tx).unwrap();
    ledger.step_ms = 60_000;
    let reason = DenyReason::NoPermit;
    let why = Some(Why::Expired { at: end });
    assert_eq!(ledger.refusal(&tx), TxError::NotPermitted { grant: id, reason, why });
}
