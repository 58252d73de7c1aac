//! Two hospitals with a doctor each, and patients: all real keys, all drafts by the client, every block by the rules.

use ehr_core::block::{Balance, ChainSpec, Genesis};
use ehr_core::client::{AccountKeys, ClientError, Desk, Draft, GrantTerms, Opened, Reader, admission};
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use ehr_core::policy::{Actions, Obligations, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::{AccountId, ChainId, GrantId, RecordId, ScopeId, Timestamp, VersionNo};
use ehr_core::record::Section;
use ehr_core::state::testkit::TestLedger;
use ehr_core::state::{Params, TxError};
use ehr_core::store::{BlobStore, MemoryBlobs};
use ehr_core::tx::Role;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// 2026-01-01.
pub(crate) const START: Timestamp = Timestamp(1_767_225_600_000);
/// When everything given a long life ends.
pub(crate) const YEAR: Timestamp = Timestamp(1_798_761_600_000);

pub(crate) struct World {
    pub(crate) ledger: TestLedger,
    pub(crate) blobs: MemoryBlobs,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) a: AccountKeys,
    pub(crate) b: AccountKeys,
    pub(crate) doctor_a: AccountKeys,
    pub(crate) doctor_b: AccountKeys,
    pub(crate) patients: Vec<AccountKeys>,
}

/// A desk at the tip, borrowing nothing of the world but ledger and bodies.
macro_rules! desk {
    ($world:expr) => {
        ehr_core::client::Desk {
            spec: &$world.ledger.spec,
            state: $world.ledger.view(),
            bodies: &$world.blobs,
            height: $world.ledger.tip().height,
            time: $world.ledger.tip().time,
        }
    };
}
pub(crate) use desk;

/// Drafts, signs, stores bodies and mines: `mine!(world, payer, [others], |desk, rng| draft)`.
macro_rules! mine {
    ($world:expr, $payer:ident, [$($other:expr),*], |$desk:ident, $rng:ident| $draft:expr) => {{
        let draft: ehr_core::client::Draft = {
            let $desk = crate::world::desk!($world);
            #[allow(unused_variables, reason = "not every draft draws")]
            let $rng = &mut $world.rng;
            $draft.unwrap()
        };
        let about = draft.about.clone();
        let tx = {
            let desk = crate::world::desk!($world);
            let nonce = desk.next_nonce($world.$payer.id(), &[]).unwrap();
            crate::world::store(&$world.blobs, &draft);
            desk.assemble(&$world.$payer, nonce, draft, &[$($other),*]).unwrap()
        };
        $world.ledger.block(&[&tx]).unwrap();
        (tx.id(), about)
    }};
}
pub(crate) use mine;

pub(crate) fn store(blobs: &impl BlobStore, draft: &Draft) {
    for (id, bytes) in &draft.bodies {
        blobs.put(id, bytes).unwrap();
    }
}

pub(crate) fn keys(role: Role, rng: &mut ChaCha20Rng) -> AccountKeys {
    AccountKeys::generate(role, rng).unwrap()
}

impl World {
    /// Hospital A founds the chain and admits B; doctors and patients are enrolled and employed.
    pub(crate) fn new(patients: usize) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let (a, b) = (keys(Role::Institution, &mut rng), keys(Role::Institution, &mut rng));
        let ledger = TestLedger::new(spec(&a, &b, &mut rng));
        let (doctor_a, doctor_b) = (keys(Role::Staff, &mut rng), keys(Role::Staff, &mut rng));
        let patients = (0..patients).map(|_| keys(Role::Patient, &mut rng)).collect();
        let mut world = Self { ledger, blobs: MemoryBlobs::new(), rng, a, b, doctor_a, doctor_b, patients };
        mine!(world, a, [], |desk, rng| desk.admit(world.b.id(), "hospital B", 276, rng));
        let (of_a, of_b) = (Some(world.a.id()), Some(world.b.id()));
        mine!(world, a, [&world.doctor_a], |desk, rng| desk.enrol(&world.doctor_a, of_a));
        mine!(world, b, [&world.doctor_b], |desk, rng| desk.enrol(&world.doctor_b, of_b));
        for n in 0..world.patients.len() {
            mine!(world, a, [&world.patients[n]], |desk, rng| desk.enrol(&world.patients[n], of_a));
        }
        let roles = StaffRoles::DOCTOR;
        mine!(world, a, [&world.doctor_a], |desk, rng| desk.membership(
            world.a.id(),
            world.doctor_a.id(),
            roles,
            START,
            YEAR
        ));
        mine!(world, b, [&world.doctor_b], |desk, rng| desk.membership(
            world.b.id(),
            world.doctor_b.id(),
            roles,
            START,
            YEAR
        ));
        world
    }

    pub(crate) fn desk(&self) -> Desk<'_> {
        desk!(self)
    }

    pub(crate) fn scope(&mut self, patient: usize) -> ScopeId {
        let (_, about) =
            mine!(self, a, [&self.patients[patient]], |desk, rng| desk.scope(&self.patients[patient], rng));
        about.scope.unwrap()
    }

    /// Doctor A and the patient begin a record with one section.
    pub(crate) fn record(&mut self, patient: usize, scope: ScopeId, text: &str) -> RecordId {
        let section = Section { media_type: "text/plain", body: text.as_bytes() };
        let (_, about) = mine!(self, a, [&self.doctor_a, &self.patients[patient]], |desk, rng| desk.record(
            &self.doctor_a,
            self.a.id(),
            scope,
            "Observation",
            &[section],
            rng
        ));
        about.record.unwrap()
    }

    /// Doctor A and the patient add a version.
    pub(crate) fn version(&mut self, patient: usize, record: RecordId, text: &str) -> VersionNo {
        let section = Section { media_type: "text/plain", body: text.as_bytes() };
        let (_, about) = mine!(self, a, [&self.doctor_a, &self.patients[patient]], |desk, rng| desk.version(
            &self.doctor_a,
            self.a.id(),
            record,
            "Observation",
            &[section],
            rng
        ));
        about.version.unwrap()
    }

    /// Reading for treatment, for a year.
    pub(crate) fn terms(subject: Subject, resource: Resource) -> GrantTerms {
        GrantTerms {
            subject,
            resource,
            actions: Actions::READ,
            purposes: Purposes::TREAT,
            not_before: START,
            not_after: YEAR,
            depth: 0,
            max_uses: None,
            obligations: Obligations::RECEIPT,
            scopes: Vec::new(),
        }
    }

    pub(crate) fn grant(&mut self, patient: usize, terms: &GrantTerms) -> GrantId {
        let (tx, _) = mine!(self, a, [&self.patients[patient]], |desk, rng| desk.grant(
            &self.patients[patient],
            terms,
            rng
        ));
        tx.into()
    }

    /// Doctor B's scope grant.
    pub(crate) fn grant_scope_to_b(&mut self, patient: usize, scope: ScopeId) -> GrantId {
        let subject = Subject::Account { id: self.doctor_b.id() };
        self.grant(patient, &Self::terms(subject, Resource::Scope { id: scope }))
    }

    pub(crate) fn doctor_b_reads(
        &self,
        record: RecordId,
        version: Option<VersionNo>,
    ) -> Result<Opened, ClientError> {
        let reader = Reader { keys: &self.doctor_b, acting_for: Some(self.b.id()), institution_keys: None };
        self.desk().read(&reader, record, version, Purposes::TREAT)
    }

    pub(crate) fn patient_reads(
        &self,
        patient: usize,
        record: RecordId,
        version: Option<VersionNo>,
    ) -> Result<Opened, ClientError> {
        self.desk().read(&Reader::own(&self.patients[patient]), record, version, Purposes::PATRQT)
    }

    /// Why a draft with its signatures is refused by the chain.
    pub(crate) fn refused(&mut self, draft: Draft, others: &[&AccountKeys]) -> TxError {
        let desk = self.desk();
        let nonce = desk.next_nonce(self.a.id(), &[]).unwrap();
        let tx = desk.assemble(&self.a, nonce, draft, others).unwrap();
        self.ledger.admit(&tx).expect_err("the transaction is valid")
    }
}

fn spec(a: &AccountKeys, b: &AccountKeys, rng: &mut ChaCha20Rng) -> ChainSpec {
    let easy = DifficultyRule::Fixed { target: CompactTarget::EASIEST };
    let enc_key = a.ring().current().encryption_key().public();
    let accounts = [a, b].map(|keys| keys.enrolment(ChainId::ZERO, None).unwrap()).to_vec();
    let credits = |account: AccountId| Balance { account, credits: 1_000_000 };
    ChainSpec::new(Genesis {
        name: "client tests".to_owned(),
        time: START,
        params: Params { consensus: ConsensusParams::work(easy), ..Params::default() },
        accounts,
        institutions: vec![admission(a.id(), enc_key, "hospital A", 276, rng).0],
        balances: vec![credits(a.id()), credits(b.id())],
        validators: Vec::new(),
    })
    .unwrap()
}

/// The one section of what was read.
pub(crate) fn text(opened: Result<Opened, ClientError>) -> Result<String, ClientError> {
    opened.map(|opened| {
        assert_eq!(opened.sections.len(), 1);
        assert_eq!(opened.sections[0].media_type, "text/plain");
        String::from_utf8(opened.sections[0].body.to_vec()).unwrap()
    })
}

pub(crate) fn denied(opened: Result<Opened, ClientError>) -> bool {
    matches!(opened, Err(ClientError::Denied(_)))
}
