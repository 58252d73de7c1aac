//! Two hospitals, their staff, their patients and the chain they share.

use super::person::{Person, bytes32};
use crate::block::{Balance, ChainSpec, Genesis};
use crate::codec::Wire;
use crate::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use crate::policy::StaffRoles;
use crate::primitives::{AccountId, ChainId, ContentId, EncryptionKey, Hash32, Height, ScopeId, Timestamp};
use crate::state::Params;
use crate::tx::{
    AdmitInstitution, Payload, Rekey, Role, ScopeCreate, SetMembership, SignatureEntry, TX_VERSION, Tx,
    TxBody,
};
use std::collections::BTreeMap;

/// Hospitals A and B with a doctor each, a nurse and a clerk at A, a third institution that is enrolled and not
/// admitted, and patients. Hands out nonces, so transactions must be applied in the order they are made.
pub struct Consortium {
    /// Hospital A; pays unless told otherwise.
    pub hospital_a: Person,
    /// Hospital B.
    pub hospital_b: Person,
    /// Enrolled, not admitted.
    pub newcomer: Person,
    /// Doctor at A.
    pub doctor_a: Person,
    /// Doctor at B.
    pub doctor_b: Person,
    /// Nurse at A.
    pub nurse_a: Person,
    /// Front desk at A: may not write.
    pub clerk_a: Person,
    /// Patients.
    pub patients: Vec<Person>,
    /// The specification of their chain.
    pub genesis: Genesis,
    /// Its id.
    pub chain_id: ChainId,
    /// First height that transactions are made valid for.
    pub height: Height,
    nonces: BTreeMap<AccountId, u64>,
}

/// Time of genesis: 2026-01-01.
pub(super) const START: Timestamp = Timestamp(1_767_225_600_000);
/// When everything given a long life ends: a year after [`START`].
pub(super) const YEAR: Timestamp = Timestamp(1_798_761_600_000);

impl Consortium {
    /// A consortium with some patients and the easiest proof of work.
    pub fn new(patients: usize) -> Self {
        let params = Params {
            consensus: ConsensusParams::work(DifficultyRule::Fixed { target: CompactTarget::EASIEST }),
            ..Params::default()
        };
        Self::with_params(patients, params)
    }

    /// A consortium with other parameters.
    pub fn with_params(patients: usize, params: Params) -> Self {
        let person = |role, name: &str| Person::new(role, name);
        let mut kit = Self {
            hospital_a: person(Role::Institution, "hospital A"),
            hospital_b: person(Role::Institution, "hospital B"),
            newcomer: person(Role::Institution, "newcomer"),
            doctor_a: person(Role::Staff, "doctor A"),
            doctor_b: person(Role::Staff, "doctor B"),
            nurse_a: person(Role::Staff, "nurse A"),
            clerk_a: person(Role::Staff, "clerk A"),
            patients: (0..patients).map(|n| person(Role::Patient, &format!("patient {n}"))).collect(),
            genesis: Genesis {
                name: "test consortium".into(),
                time: START,
                params,
                accounts: Vec::new(),
                institutions: Vec::new(),
                balances: Vec::new(),
                validators: Vec::new(),
            },
            chain_id: ChainId::ZERO,
            height: Height(1),
            nonces: BTreeMap::new(),
        };
        kit.genesis.accounts =
            kit.people().iter().map(|person| person.enrolment(ChainId::ZERO, None)).collect();
        kit.genesis.institutions = [&kit.hospital_a, &kit.hospital_b].map(admission).into();
        let rich = [&kit.hospital_a, &kit.hospital_b, &kit.newcomer];
        kit.genesis.balances =
            rich.map(|person| Balance { account: person.id, credits: 1_000_000_000 }).into();
        kit.chain_id = kit.spec().chain_id();
        kit
    }

    fn people(&self) -> Vec<&Person> {
        let named = [
            &self.hospital_a,
            &self.hospital_b,
            &self.newcomer,
            &self.doctor_a,
            &self.doctor_b,
            &self.nurse_a,
            &self.clerk_a,
        ];
        named.into_iter().chain(&self.patients).collect()
    }

    /// The chain.
    pub fn spec(&self) -> ChainSpec {
        ChainSpec::new(self.genesis.clone()).unwrap()
    }

    /// Somebody of the consortium by account id.
    pub fn person(&self, id: AccountId) -> &Person {
        self.people().into_iter().find(|person| person.id == id).unwrap()
    }

    /// The scope every patient has.
    pub fn scope(&self, patient: usize) -> ScopeId {
        ScopeId(bytes32(&format!("{}/scope", self.patients[patient].name)))
    }

    /// An admission of an institution's account.
    pub fn admission(&self, person: &Person) -> AdmitInstitution {
        admission(person)
    }

    /// A body that hospital A pays for, with the next nonce, valid for a hundred blocks from [`Self::height`] on.
    pub fn body(&mut self, payload: Payload) -> TxBody {
        self.body_paid_by(self.hospital_a.id, payload)
    }

    /// As [`Self::body`], with another fee payer.
    pub fn body_paid_by(&mut self, fee_payer: AccountId, payload: Payload) -> TxBody {
        let nonce = self.nonces.entry(fee_payer).or_default();
        *nonce += 1;
        TxBody {
            version: TX_VERSION,
            chain_id: self.chain_id,
            shard: 0,
            fee_payer,
            nonce: *nonce,
            fee: self.genesis.params.min_fee,
            valid_from: self.height,
            valid_until: self.height.plus(100),
            payload,
        }
    }

    /// Signs a body with the first device of each account.
    pub fn sign(&self, body: TxBody, signers: &[AccountId]) -> Tx {
        let bytes = body.to_bytes().unwrap();
        let signatures: Vec<SignatureEntry> =
            signers.iter().map(|id| self.person(*id).sign(&bytes)).collect();
        Tx::assemble(body, signatures).unwrap()
    }

    /// A transaction that hospital A pays for and signs, beside `signers`.
    pub fn tx(&mut self, payload: Payload, signers: &[AccountId]) -> Tx {
        let payer = self.hospital_a.id;
        let body = self.body(payload);
        let others = signers.iter().filter(|id| **id != payer).copied();
        let all: Vec<AccountId> = [payer].into_iter().chain(others).collect();
        self.sign(body, &all)
    }

    /// Makes somebody staff for a year.
    pub fn employ(&mut self, institution: AccountId, staff: AccountId, roles: StaffRoles) -> Tx {
        let membership = SetMembership { institution, staff, roles, from: START, until: YEAR, rekey: None };
        self.tx(Payload::SetMembership { membership }, &[institution, staff])
    }

    /// Ends a membership.
    pub fn dismiss(&mut self, institution: AccountId, staff: AccountId) -> Tx {
        let enc_key = EncryptionKey(bytes32(&format!("institution key after the dismissal of {staff}")));
        let rekey = Some(Rekey { enc_key, seeds: ContentId::of_raw(b"seeds after a dismissal") });
        let roles = StaffRoles::NONE;
        let membership = SetMembership { institution, staff, roles, from: START, until: YEAR, rekey };
        self.tx(Payload::SetMembership { membership }, &[institution])
    }

    /// Makes a patient's scope.
    pub fn create_scope(&mut self, patient: usize) -> Tx {
        let (account, scope) = (self.patients[patient].id, self.scope(patient));
        let public = self.patients[patient].enc_key("scope epoch 0");
        let create = ScopeCreate { account, scope, public, wraps: ContentId::of_raw(b"scope wraps") };
        self.tx(Payload::ScopeCreate { create }, &[account])
    }

    /// What makes the consortium ready for work: memberships and a scope for each patient.
    pub fn setup(&mut self) -> Vec<Tx> {
        let (a, b) = (self.hospital_a.id, self.hospital_b.id);
        let mut txs = vec![
            self.employ(a, self.doctor_a.id, StaffRoles::DOCTOR),
            self.employ(b, self.doctor_b.id, StaffRoles::DOCTOR),
            self.employ(a, self.nurse_a.id, StaffRoles::NURSE),
            self.employ(a, self.clerk_a.id, StaffRoles::ADMIN),
        ];
        for patient in 0..self.patients.len() {
            txs.push(self.create_scope(patient));
        }
        txs
    }
}

fn admission(person: &Person) -> AdmitInstitution {
    AdmitInstitution {
        account: person.id,
        name_commit: Hash32(bytes32(&format!("{}/name commitment", person.name))),
        jurisdiction: 276,
        roles: StaffRoles::ALL,
        emergency_key: person.enc_key("emergency"),
    }
}

/// The same transaction with a bit of its last signature changed.
pub fn forged(tx: &Tx) -> Tx {
    let mut signatures = tx.signatures().to_vec();
    signatures.last_mut().unwrap().signature.0[40] ^= 1;
    Tx::assemble(tx.body().clone(), signatures).unwrap()
}
