//! A hospital, a doctor and a patient on one chain, through the public face only.
#![allow(dead_code, reason = "each test uses a part")]

use ehr_core::policy::{
    AccessQuery, Actions, Obligations, Purposes, Resource, ResourceChain, StaffRoles, Subject,
};
use ehr_core::primitives::{AccountId, RecordId, ScopeId, Timestamp, TxId};
use ehr_core::tx::Role;
use ehr_ffi::types::{ChainConfig, GrantTerms, Section};
use ehr_ffi::{Clock, Draft, Entropy, Genesis, Keyring, Ledger, Storage};
use std::sync::Arc;

pub(crate) const START: u64 = 1_790_000_000_000;
pub(crate) const SECRET: &str = "Ottilie Zebrafink has gout";

pub(crate) struct World {
    pub(crate) clock: Arc<Clock>,
    pub(crate) entropy: Arc<Entropy>,
    pub(crate) hospital: Arc<Keyring>,
    pub(crate) doctor: Arc<Keyring>,
    pub(crate) patient: Arc<Keyring>,
    pub(crate) genesis: Arc<Genesis>,
}

impl World {
    pub(crate) fn new(seed: u8) -> Self {
        let entropy = Entropy::seeded(vec![seed; 32]).unwrap();
        let clock = Clock::manual(Timestamp(START));
        let keys = |role| Keyring::generate(role, Some(entropy.clone())).unwrap();
        let (hospital, doctor, patient) = (keys(Role::Institution), keys(Role::Staff), keys(Role::Patient));
        let config = ChainConfig {
            name: "test".to_owned(),
            difficulty: 1,
            confirmations: 2,
            time: Some(Timestamp(START - 1000)),
            credits: 1_000_000,
        };
        let founders = vec![hospital.clone()];
        let genesis = Genesis::new(config, founders, Some(clock.clone()), Some(entropy.clone())).unwrap();
        Self { clock, entropy, hospital, doctor, patient, genesis }
    }

    pub(crate) fn create(&self, storage: &Arc<Storage>) -> Arc<Ledger> {
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        Ledger::create(self.genesis.clone(), storage.clone(), Some(clock), Some(entropy)).unwrap()
    }

    pub(crate) fn open(&self, storage: &Arc<Storage>) -> Arc<Ledger> {
        Ledger::open(storage.clone(), Some(self.clock.clone()), Some(self.entropy.clone())).unwrap()
    }

    pub(crate) fn ledger(&self) -> Arc<Ledger> {
        self.create(&Storage::memory())
    }

    /// A ledger whose next block would take days to find.
    pub(crate) fn endless(&self) -> Arc<Ledger> {
        let config = ChainConfig {
            name: "hard".to_owned(),
            difficulty: 8,
            confirmations: 1,
            time: Some(self.clock.now()),
            credits: 1,
        };
        let genesis = Genesis::new(config, vec![self.hospital.clone()], None, None).unwrap();
        Ledger::create(genesis, Storage::memory(), None, None).unwrap()
    }

    pub(crate) fn mine(&self, ledger: &Ledger) {
        self.clock.set(Timestamp(self.clock.now().0 + 10_000));
        ledger.mine(self.hospital.account().unwrap(), None).unwrap();
    }

    /// Signs, submits and mines.
    pub(crate) fn done(&self, ledger: &Ledger, draft: Arc<Draft>, signers: &[&Arc<Keyring>]) -> TxId {
        for keys in signers {
            draft.sign((*keys).clone()).unwrap();
        }
        assert_eq!(draft.missing(), vec![], "{}", draft.kind());
        let id = ledger.submit(draft).unwrap();
        self.mine(ledger);
        assert!(ledger.transaction(id).unwrap().unwrap().height.is_some());
        id
    }

    /// Doctor and patient enrolled, the doctor on the staff.
    pub(crate) fn people(&self, ledger: &Ledger) {
        let hospital = &self.hospital;
        let enrol = |who: &Arc<Keyring>| ledger.draft_enrol(hospital.clone(), who.clone()).unwrap();
        self.done(ledger, enrol(&self.doctor), &[]);
        self.done(ledger, enrol(&self.patient), &[]);
        let (doctor, from) = (self.doctor.account().unwrap(), Timestamp(START - 1));
        let staff = ledger.draft_membership(
            hospital.clone(),
            doctor,
            StaffRoles::DOCTOR.union(StaffRoles::GATEWAY),
            from,
            Timestamp(START * 2),
        );
        self.done(ledger, staff.unwrap(), &[&self.doctor]);
    }

    pub(crate) fn scope(&self, ledger: &Ledger) -> ScopeId {
        let draft = ledger.draft_scope(self.hospital.clone(), self.patient.clone()).unwrap();
        let scope = draft.scope().unwrap();
        self.done(ledger, draft, &[]);
        scope
    }

    pub(crate) fn record(&self, ledger: &Ledger, scope: ScopeId, text: &str) -> RecordId {
        let hospital = self.hospital.account().unwrap();
        let draft = ledger
            .draft_record(
                self.hospital.clone(),
                self.doctor.clone(),
                hospital,
                scope,
                text.to_owned(),
                note(text),
            )
            .unwrap();
        let record = draft.record().unwrap();
        self.done(ledger, draft, &[&self.patient]);
        record
    }

    pub(crate) fn reads(&self, subject: AccountId, record: RecordId, ledger: &Ledger) -> AccessQuery {
        let versions = ledger.history(record).unwrap();
        let place = versions.last().unwrap();
        AccessQuery {
            subject,
            acting_for: None,
            action: Actions::READ,
            purpose: Purposes::TREAT,
            resource: ResourceChain {
                account: place.account,
                scope: Some(place.scope),
                record: Some(record),
                version: Some(place.version),
                section: None,
            },
        }
    }
}

pub(crate) fn note(text: &str) -> Vec<Section> {
    vec![
        Section { media_type: "text/plain".to_owned(), body: text.as_bytes().to_vec() },
        Section { media_type: "application/octet-stream".to_owned(), body: vec![7; 5000] },
    ]
}

pub(crate) fn read_for(subject: AccountId, resource: Resource) -> GrantTerms {
    GrantTerms {
        subject: Subject::Account { id: subject },
        resource,
        actions: Actions::READ,
        purposes: Purposes::TREAT,
        not_before: Timestamp(START - 1),
        not_after: Timestamp(START * 2),
        depth: 0,
        max_uses: None,
        obligations: Obligations::NONE,
        scopes: Vec::new(),
    }
}
