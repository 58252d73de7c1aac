//! Transactions from a script, valid or nearly so, on a ledger of one block.

use crate::input::Input;
use ehr_core::codec::Wire;
use ehr_core::merkle::sparse;
use ehr_core::policy::{Actions, Resource, StaffRoles, Subject};
use ehr_core::primitives::{
    AccountId, ContentId, EncryptionKey, GrantId, Height, RequestId, ScopeId, Timestamp, TxId, VersionNo,
};
use ehr_core::state::testkit::{Consortium, Person, TestLedger, content};
use ehr_core::tx::{
    Acknowledge, CoSign, DenyCode, DenyRequest, Payload, Proposed, RecordPropose, RecordReject, RejectReason,
    Rekey, Revoke, RevokeTarget, Role, ScopeCreate, SetMembership, TX_VERSION, Tx, TxBody,
};

const PATIENTS: usize = 2;
const LABELS: [&str; 3] = ["blood count", "x-ray", "letter"];
/// Long enough to build on what went before, short enough for many runs a second.
const MOST_TXS: usize = 10;

thread_local! {
    /// Making keys and memberships takes longer than a run; every run leaves the ledger as it found it.
    static READY: std::cell::RefCell<(Consortium, TestLedger)> = {
        let mut kit = Consortium::new(PATIENTS);
        let ledger = TestLedger::ready(&mut kit);
        std::cell::RefCell::new((kit, ledger))
    };
}

pub(crate) fn do_test(data: &[u8]) {
    READY.with_borrow_mut(|(kit, ledger)| run(kit, ledger, &mut Input(data)));
}

fn run(kit: &Consortium, ledger: &mut TestLedger, input: &mut Input<'_>) {
    let mut script = Script { kit, nonce: 1_000, made: Vec::new() };
    let mut dumps = vec![ledger.dump()];
    let mut blocks = Vec::new();
    for _ in 0..MOST_TXS {
        if input.is_empty() {
            break;
        }
        let tx = script.tx(input, ledger.tip().height);
        let before = ledger.dump();
        match (ledger.admit(&tx), ledger.make(&[&tx])) {
            (Ok(()), Ok(block)) => {
                ledger.commit(&block).expect("a block of one valid transaction");
                script.made.push(tx.id());
                blocks.push(block);
                dumps.push(ledger.dump());
            }
            (Err(alone), Err(in_block)) => {
                assert_eq!(alone, in_block, "pool and block disagree on why");
                assert!(ledger.dump() == before, "a refused transaction left a trace");
            }
            (alone, in_block) => panic!("pool says {alone:?}, block says {:?}", in_block.map(|b| b.id())),
        }
        assert_eq!(ledger.state_root(), ledger.tip().state_root);
    }
    let rebuilt = sparse::rebuild(&ledger.store).expect("memory");
    assert_eq!(rebuilt.root, ledger.state_root(), "pages and entries disagree");

    // Back to the start, forth and back again.
    let end = ledger.tip().clone();
    for forth in [true, false] {
        for dump in dumps.iter().rev() {
            assert!(ledger.dump() == *dump, "undoing does not lead back");
            if ledger.tip().height.0 > 1 {
                ledger.undo();
            }
        }
        if forth {
            for block in &blocks {
                ledger.commit(block).expect("it was valid before");
            }
            assert_eq!(*ledger.tip(), end);
        }
    }
}

struct Script<'a> {
    kit: &'a Consortium,
    nonce: u64,
    /// Transactions that were applied.
    made: Vec<TxId>,
}

impl Script<'_> {
    fn tx(&mut self, input: &mut Input<'_>, tip: Height) -> Tx {
        let (payload, mut signers) = self.payload(input);
        let payer = self.kit.hospital_a.id;
        self.nonce += 1;
        let mut body = TxBody {
            version: TX_VERSION,
            chain_id: self.kit.chain_id,
            shard: 0,
            fee_payer: payer,
            nonce: self.nonce,
            fee: self.kit.genesis.params.min_fee,
            valid_from: Height(1),
            valid_until: tip.plus(50),
            payload,
        };
        // Now and then something about the envelope is wrong.
        match input.byte() {
            200 => body.nonce = u64::from(input.byte()),
            201 => body.fee = u64::from(input.byte()) << 56,
            202 => body.valid_from = tip.plus(u64::from(input.byte())),
            203 => body.valid_until = Height(u64::from(input.byte())),
            204 => body.chain_id.0[0] ^= 1,
            205 => body.version = 2,
            206 => body.shard = 1,
            207 => body.fee_payer = self.kit.patients[0].id,
            208..=215 => signers.truncate(input.below(3)),
            216..=223 => signers.push(self.somebody(input)),
            _ => {}
        }
        let pays = body.fee_payer;
        signers.push(pays);
        signers.sort();
        signers.dedup();
        let bytes = body.to_bytes().expect("within the limits");
        let mut signatures: Vec<_> = signers.iter().map(|id| self.kit.person(*id).sign(&bytes)).collect();
        if input.chance(60) {
            signatures[0].signature.0[usize::from(input.byte()) % 64] ^= 1;
        }
        Tx::assemble(body, signatures).expect("within the limits")
    }

    fn somebody(&self, input: &mut Input<'_>) -> AccountId {
        let kit = self.kit;
        let people: [&Person; 9] = [
            &kit.hospital_a,
            &kit.hospital_b,
            &kit.doctor_a,
            &kit.doctor_b,
            &kit.nurse_a,
            &kit.clerk_a,
            &kit.newcomer,
            &kit.patients[0],
            &kit.patients[1],
        ];
        people[input.below(people.len())].id
    }

    /// One of the transactions so far, the newest first; one that never was if there is none.
    fn earlier(&self, input: &mut Input<'_>) -> TxId {
        let back = input.below(8);
        self.made.iter().rev().nth(back).copied().unwrap_or(TxId([9; 32]))
    }

    fn subject(&self, input: &mut Input<'_>) -> Subject {
        let kit = self.kit;
        match input.below(5) {
            0 => Subject::Account { id: self.somebody(input) },
            1 => Subject::Institution { id: kit.hospital_b.id },
            2 => Subject::StaffOf { institution: kit.hospital_b.id, roles: StaffRoles::DOCTOR },
            3 => Subject::AnyAdmitted { roles: StaffRoles::DOCTOR },
            _ => Subject::Account { id: kit.doctor_b.id },
        }
    }

    fn resource(&self, input: &mut Input<'_>, patient: usize) -> Resource {
        let record = self.kit.record(LABELS[input.below(LABELS.len())]);
        match input.below(5) {
            0 => Resource::Scope { id: self.kit.scope(patient) },
            1 => Resource::Record { id: record },
            2 => Resource::Version { record, version: VersionNo(u32::from(input.byte() % 3)) },
            3 => Resource::Section { record, version: VersionNo(0), section: 1 },
            _ => Resource::AllOf { account: self.kit.patients[patient].id },
        }
    }

    fn proposed(&self, input: &mut Input<'_>, patient: usize) -> Proposed {
        let label = LABELS[input.below(LABELS.len())];
        if input.chance(2) {
            return Proposed::Create { create: self.kit.record_create(patient, label) };
        }
        let version = 1 + u32::from(input.byte() % 3);
        Proposed::Append { append: self.kit.version_append(label, version, self.earlier(input)) }
    }

    fn payload(&self, input: &mut Input<'_>) -> (Payload, Vec<AccountId>) {
        let kit = self.kit;
        let kind = input.below(17);
        let patient = input.below(PATIENTS);
        let label = LABELS[input.below(LABELS.len())];
        let account = kit.patients[patient].id;
        let doctor = kit.doctor_a.id;
        match kind {
            0 | 1 => {
                (Payload::RecordCreate { create: kit.record_create(patient, label) }, vec![doctor, account])
            }
            2 | 3 => {
                let version = 1 + u32::from(input.byte() % 3);
                let mut append = kit.version_append(label, version, self.earlier(input));
                append.content = content(&format!("{label}/{}", input.byte()));
                (Payload::VersionAppend { append }, vec![doctor, account])
            }
            4 => {
                let proposed = self.proposed(input, patient);
                (Payload::RecordPropose { propose: RecordPropose { proposed } }, vec![doctor])
            }
            5 => {
                let cosign = CoSign { proposal: self.earlier(input) };
                (Payload::CoSign { cosign }, vec![account])
            }
            6 => {
                let reject = RecordReject { proposal: self.earlier(input), reason: RejectReason::Incorrect };
                (Payload::RecordReject { reject }, vec![account])
            }
            7 | 8 => {
                let mut grant = kit.read_terms(patient, self.subject(input));
                grant.resource = self.resource(input, patient);
                grant.depth = input.byte() % 6;
                grant.max_uses = input.chance(2).then_some(u32::from(input.byte() % 4));
                grant.actions = Actions::from_bits(input.byte()).unwrap_or(Actions::READ);
                let delegated = input.chance(3);
                grant.parent = delegated.then(|| GrantId::from(self.earlier(input)));
                let signer = if delegated { self.somebody(input) } else { account };
                (Payload::Grant { grant }, vec![signer])
            }
            9 => {
                let target = match input.chance(3) {
                    true => RevokeTarget::Subject { account, subject: self.subject(input) },
                    false => RevokeTarget::Grant { id: GrantId::from(self.earlier(input)) },
                };
                let epoch = u32::from(input.byte() % 4);
                let rotate = if epoch > 0 { vec![kit.rotation(patient, epoch)] } else { Vec::new() };
                (Payload::Revoke { revoke: Revoke { target, rotate } }, vec![account])
            }
            10 => {
                let rotate = kit.rotation(patient, u32::from(input.byte() % 4));
                (Payload::ScopeRotate { rotate }, vec![account])
            }
            11 => {
                let mut request = kit.request_terms(patient);
                request.resource = self.resource(input, patient);
                (Payload::AccessRequest { request }, vec![kit.doctor_b.id, kit.hospital_b.id])
            }
            12 => {
                let grant = kit.read_terms(patient, Subject::Account { id: kit.doctor_b.id });
                let request = RequestId::from(self.earlier(input));
                (Payload::Acknowledge { acknowledge: Acknowledge { request, grant } }, vec![account])
            }
            13 => {
                let deny =
                    DenyRequest { request: RequestId::from(self.earlier(input)), code: DenyCode::NotWanted };
                (Payload::DenyRequest { deny }, vec![account])
            }
            14 => {
                let mut receipt = kit.receipt(GrantId::from(self.earlier(input)), label);
                receipt.version = VersionNo(u32::from(input.byte() % 3));
                (Payload::ReleaseReceipt { receipt }, vec![doctor])
            }
            15 => {
                let (institution, staff) = (kit.hospital_a.id, self.somebody(input));
                let roles = StaffRoles::from_bits(u16::from(input.byte() % 64)).unwrap_or(StaffRoles::NONE);
                let seeds = ContentId::of_raw(b"seeds");
                let rekey =
                    input.chance(2).then_some(Rekey { enc_key: EncryptionKey([input.byte(); 32]), seeds });
                let (from, until) = (Timestamp(0), Timestamp(u64::from(input.byte()) << 56));
                let membership = SetMembership { institution, staff, roles, from, until, rekey };
                (Payload::SetMembership { membership }, vec![institution, staff])
            }
            _ => self.newcomers(input, patient),
        }
    }

    fn newcomers(&self, input: &mut Input<'_>, patient: usize) -> (Payload, Vec<AccountId>) {
        let kit = self.kit;
        match input.below(3) {
            0 => {
                let admit = kit.admission(&kit.newcomer);
                (Payload::AdmitInstitution { admit }, vec![kit.hospital_a.id, kit.hospital_b.id])
            }
            1 => {
                let account = kit.patients[patient].id;
                let scope = ScopeId([input.byte(); 32]);
                let rotation = kit.rotation(patient, 1);
                let create = ScopeCreate { account, scope, public: rotation.public, wraps: rotation.wraps };
                (Payload::ScopeCreate { create }, vec![account])
            }
            _ => {
                // Nobody of the consortium signs for them, so this is refused by its signature at the latest.
                let person = Person::new(Role::Patient, "newborn");
                let enrol = person.enrolment(kit.chain_id, Some(kit.hospital_a.id));
                (Payload::EnrolAccount { enrol }, vec![kit.hospital_a.id])
            }
        }
    }
}
