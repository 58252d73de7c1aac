//! The beginning: a chain, two hospitals, their doctors, the patients.

use super::error::DemoError;
use super::hospital::Hospital;
use super::patient::{Patient, random};
use super::place::{NAMES, Place};
use crate::driver::system_clock;
use crate::ui::Screen;
use crate::wallet::{Owner, Payer};
use ehr_core::block::{Balance, ChainSpec, Genesis};
use ehr_core::consensus::{CompactTarget, DifficultyRule};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash::tagged;
use ehr_core::policy::StaffRoles;
use ehr_core::primitives::{ChainId, Hash32, Timestamp};
use ehr_core::state::Params;
use ehr_core::transport::MemoryHub;
use ehr_core::tx::{AdmitInstitution, Payload, Role, SetMembership};
use rand_chacha::ChaCha20Rng;

/// Doctors of each hospital.
pub(super) const DOCTORS: usize = 2;
/// Credits each hospital starts with.
const CREDITS: u64 = 1_000_000_000;
/// Confirmations that make a block final here: the block and two on top of it.
const CONFIRMATIONS: u64 = 3;
/// ISO 3166-1 "user-assigned": no real country.
const JURISDICTION: u16 = 999;
/// Frames that may wait between the hospitals.
const FRAMES: usize = 64;

/// What all chapters need.
pub(super) struct World {
    pub(super) screen: Screen,
    pub(super) rng: ChaCha20Rng,
    pub(super) chain: ChainId,
    genesis: Genesis,
    hub: MemoryHub,
    pub(super) a: Hospital,
    /// Hospital B before it has a node.
    waiting: Option<Payer>,
    pub(super) patients: Vec<Patient>,
}

impl World {
    /// Hospital A founds the chain. Hospital B has an account on it and no say yet.
    pub(super) fn found(screen: Screen, place: &Place, difficulty: u8) -> Result<Self, DemoError> {
        let mut rng = crate::wallet::os_rng()?;
        let a = Owner::generate(Role::Institution, None, ChainId::ZERO, &mut rng)?;
        let b = Owner::generate(Role::Institution, None, ChainId::ZERO, &mut rng)?;
        // No target lets every hash pass, so none has the difficulty 0; the easiest stands for it.
        let target = CompactTarget::leading_zero_nibbles(difficulty).unwrap_or(CompactTarget::EASIEST);
        let params = Params {
            difficulty: DifficultyRule::Fixed { target },
            confirmations: CONFIRMATIONS,
            ..Params::default()
        };
        let genesis = Genesis {
            name: "EHR Ledger demonstration".to_owned(),
            time: system_clock()(),
            params,
            accounts: vec![a.enrolment().clone(), b.enrolment().clone()],
            institutions: vec![admission(&a, &mut rng)],
            balances: [&a, &b].map(|owner| Balance { account: owner.id(), credits: CREDITS }).to_vec(),
        };
        let spec = ChainSpec::new(genesis.clone())?;
        let (chain, fee) = (spec.chain_id(), spec.params().min_fee);
        let hub = MemoryHub::new(FRAMES);
        let dir = place.root().join(NAMES[0]);
        let a = Hospital::start("hospital A", &dir, spec, Payer::new(a, chain, fee), hub.join())?;
        let waiting = Some(Payer::new(b, chain, fee));
        Ok(Self { screen, rng, chain, genesis, hub, a, waiting, patients: Vec::new() })
    }

    /// Doctors of A, and the patients with their scopes.
    pub(super) async fn enrol_a(&mut self, patients: usize) -> Result<(), DemoError> {
        let sponsor = self.a.account().id();
        for _ in 0..DOCTORS {
            let doctor = Owner::generate(Role::Staff, Some(sponsor), self.chain, &mut self.rng)?;
            self.a.submit(Payload::EnrolAccount { enrol: doctor.enrolment().clone() }, &[&doctor]).await?;
            self.a.doctors.push(doctor);
        }
        for number in 1..=patients {
            let owner = Owner::generate(Role::Patient, Some(sponsor), self.chain, &mut self.rng)?;
            self.a.submit(Payload::EnrolAccount { enrol: owner.enrolment().clone() }, &[&owner]).await?;
            self.patients.push(Patient::new(number, owner, &mut self.rng));
        }
        self.a.mine().await?;
        employ(&mut self.a).await?;
        let mut wraps = Vec::with_capacity(patients);
        for patient in &self.patients {
            let (create, blob) = patient.create_scope(&mut self.rng)?;
            wraps.push(blob);
            self.a.submit(Payload::ScopeCreate { create }, &[&patient.owner]).await?;
        }
        self.a.store_all(&wraps)?;
        self.a.mine().await?;
        Ok(())
    }

    /// The admitted institutions (so far A alone) admit B.
    pub(super) async fn admit_b(&mut self) -> Result<(), DemoError> {
        let admit = match &self.waiting {
            Some(b) => admission(b.owner(), &mut self.rng),
            None => return Err(DemoError::Broken("hospital B was admitted before".to_owned())),
        };
        self.a.submit(Payload::AdmitInstitution { admit }, &[]).await?;
        self.a.mine().await?;
        Ok(())
    }

    /// Hospital B starts from nothing but the genesis specification.
    pub(super) fn start_b(&mut self, place: &Place) -> Result<Hospital, DemoError> {
        let payer = self.waiting.take();
        let payer = payer.ok_or_else(|| DemoError::Broken("hospital B was started before".to_owned()))?;
        let spec = ChainSpec::new(self.genesis.clone())?;
        Hospital::start("hospital B", &place.root().join(NAMES[1]), spec, payer, self.hub.join())
    }

    /// Doctors of B, enrolled and employed through B's own node.
    pub(super) async fn enrol_b(&mut self, b: &mut Hospital) -> Result<(), DemoError> {
        let sponsor = b.account().id();
        for _ in 0..DOCTORS {
            let doctor = Owner::generate(Role::Staff, Some(sponsor), self.chain, &mut self.rng)?;
            b.submit(Payload::EnrolAccount { enrol: doctor.enrolment().clone() }, &[&doctor]).await?;
            b.doctors.push(doctor);
        }
        b.mine().await?;
        employ(b).await?;
        b.mine().await?;
        self.agree(b).await
    }

    /// Waits until both hospitals have the same tip.
    pub(super) async fn agree(&self, b: &Hospital) -> Result<(), DemoError> {
        super::hospital::agree(&self.a, b).await
    }
}

/// Every doctor of a hospital becomes a member of its staff.
async fn employ(hospital: &mut Hospital) -> Result<(), DemoError> {
    for doctor in 0..hospital.doctors.len() {
        let Some(staff) = hospital.doctors.get(doctor).map(Owner::id) else { continue };
        let membership = SetMembership {
            institution: hospital.account().id(),
            staff,
            roles: StaffRoles::DOCTOR,
            from: Timestamp::ZERO,
            until: Timestamp::MAX,
            rekey: None,
        };
        hospital.submit_with_doctor(Payload::SetMembership { membership }, doctor, &[]).await?;
    }
    Ok(())
}

fn admission(owner: &Owner, rng: &mut ChaCha20Rng) -> AdmitInstitution {
    AdmitInstitution {
        account: owner.id(),
        name_commit: commitment(b"hospital", rng),
        jurisdiction: JURISDICTION,
        roles: StaffRoles::DOCTOR.union(StaffRoles::NURSE),
        emergency_key: owner.encryption_key(),
    }
}

/// A commitment under a fresh salt that nobody keeps: the story never opens it.
pub(super) fn commitment(what: &[u8], rng: &mut ChaCha20Rng) -> Hash32 {
    tagged(Domain::Commitment, &[&random::<16>(rng), what])
}
