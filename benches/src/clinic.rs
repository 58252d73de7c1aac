//! A consortium with as many patients as asked for, and blocks of their transactions.

use ehr_core::block::{Block, Checked};
use ehr_core::primitives::Height;
use ehr_core::state::Params;
use ehr_core::state::testkit::{Consortium, Person, TestLedger};
use ehr_core::tx::{Payload, Role, Tx};

/// Patients enrolled and scopes made in one block.
const SETUP_CHUNK: usize = 1000;

/// Two hospitals, two doctors and patients with a scope each, all enrolled on a chain without fees.
pub struct Clinic {
    /// Who signs.
    pub kit: Consortium,
    /// Their ledger.
    pub ledger: TestLedger,
    /// The blocks that set it up, height 1 first.
    pub setup: Vec<Block<Checked>>,
    made: u32,
}

impl Clinic {
    /// A clinic of so many patients.
    pub fn new(patients: usize) -> Self {
        let params = Params { min_fee: 0, open_enrolment: true, ..Consortium::new(0).genesis.params };
        let mut kit = Consortium::with_params(0, params);
        let ledger = TestLedger::new(kit.spec());
        kit.patients = (0..patients).map(|n| Person::new(Role::Patient, &format!("patient {n}"))).collect();
        let mut clinic = Self { kit, ledger, setup: Vec::new(), made: 0 };
        let enrolments: Vec<Tx> = (0..patients).map(|patient| clinic.enrolment(patient)).collect();
        let setup = clinic.kit.setup();
        for txs in enrolments.chunks(SETUP_CHUNK).chain(setup.chunks(SETUP_CHUNK)) {
            let block = clinic.block(txs);
            clinic.ledger.commit(&block).unwrap();
            clinic.setup.push(block);
        }
        clinic
    }

    fn enrolment(&mut self, patient: usize) -> Tx {
        let person = &self.kit.patients[patient];
        let (id, enrol) = (person.id, person.enrolment(self.kit.chain_id, None));
        let body = self.kit.body_paid_by(id, Payload::EnrolAccount { enrol });
        self.kit.sign(body, &[id])
    }

    /// A sealed block of transactions on the tip; not committed.
    pub fn block(&mut self, txs: &[Tx]) -> Block<Checked> {
        self.kit.height = self.ledger.tip().height;
        self.ledger.make(&txs.iter().collect::<Vec<_>>()).unwrap()
    }

    /// One scope rotation by each patient, who alone signs and pays.
    pub fn rotations(&mut self, epoch: u32) -> Vec<Tx> {
        (0..self.kit.patients.len())
            .map(|patient| {
                let (id, rotate) = (self.kit.patients[patient].id, self.kit.rotation(patient, epoch));
                let body = self.kit.body_paid_by(id, Payload::ScopeRotate { rotate });
                self.kit.sign(body, &[id])
            })
            .collect()
    }

    /// One new record of each patient, who pays, signed by the patient and doctor A.
    pub fn records(&mut self) -> Vec<Tx> {
        self.made += 1;
        (0..self.kit.patients.len())
            .map(|patient| {
                let id = self.kit.patients[patient].id;
                let create = self.kit.record_create(patient, &format!("record {} of {patient}", self.made));
                let doctor = create.author;
                let body = self.kit.body_paid_by(id, Payload::RecordCreate { create });
                self.kit.sign(body, &[id, doctor])
            })
            .collect()
    }

    /// The next block of one record a patient, committed.
    pub fn record_block(&mut self) -> Block<Checked> {
        self.kit.height = Height(self.ledger.tip().height.0 + 1);
        let txs = self.records();
        let block = self.block(&txs);
        self.ledger.commit(&block).unwrap();
        block
    }
}
