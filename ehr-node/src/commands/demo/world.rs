//! The beginning: a chain, two hospitals, their doctors, the patients.

use super::council::{self, Council};
use super::error::DemoError;
use super::hospital::Hospital;
use super::mining::Progress;
use super::patient::Patient;
use super::place::{NAMES, Place};
use crate::cli::{ConsensusArg, DemoArgs};
use crate::driver::system_clock;
use crate::ui::Screen;
use crate::wallet::Payer;
use ehr_core::block::{Balance, ChainSpec, Genesis};
use ehr_core::client::{AccountKeys, admission};
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use ehr_core::policy::StaffRoles;
use ehr_core::primitives::{AccountId, ChainId, ScopeId, Timestamp};
use ehr_core::state::Params;
use ehr_core::transport::MemoryHub;
use ehr_core::tx::{Role, Stake};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use std::sync::Arc;

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

/// How blocks are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sealing {
    /// Mined, at this difficulty in leading zero hex digits.
    Work(u8),
    /// Voted for by four validators.
    Stake,
}

impl Sealing {
    pub(super) fn of(args: &DemoArgs) -> Self {
        match args.consensus {
            ConsensusArg::Pow => Self::Work(args.difficulty),
            ConsensusArg::Bft => Self::Stake,
        }
    }

    /// What shows how far a block is that is being mined.
    fn progress(self, screen: &Screen) -> Option<Progress> {
        let Self::Work(difficulty) = self else { return None };
        let expected = 16_u64.saturating_pow(difficulty.into());
        Some(Progress { screen: screen.clone(), expected })
    }
}

/// What all chapters need.
pub(super) struct World {
    pub(super) screen: Screen,
    pub(super) rng: ChaCha20Rng,
    pub(super) chain: ChainId,
    genesis: Genesis,
    hub: MemoryHub,
    sealing: Sealing,
    pub(super) a: Hospital,
    /// Hospital B before it has a node.
    waiting: Option<Payer>,
    pub(super) patients: Vec<Patient>,
    /// Under proof of stake, the other validators.
    pub(super) council: Option<Council>,
}

impl World {
    /// Hospital A founds the chain. Hospital B has an account on it and no say yet.
    pub(super) fn found(screen: Screen, place: &Place, sealing: Sealing) -> Result<Self, DemoError> {
        let mut rng = crate::wallet::os_rng()?;
        let a = AccountKeys::generate(Role::Institution, &mut rng)?;
        let b = AccountKeys::generate(Role::Institution, &mut rng)?;
        let consensus = match sealing {
            // No target lets every hash pass, so none has the difficulty 0; the easiest stands for it.
            Sealing::Work(difficulty) => ConsensusParams::work(DifficultyRule::Fixed {
                target: CompactTarget::leading_zero_nibbles(difficulty).unwrap_or(CompactTarget::EASIEST),
            }),
            Sealing::Stake => council::consensus(),
        };
        let params = Params { consensus, confirmations: CONFIRMATIONS, ..Params::default() };
        let emergency_key = a.ring().current().encryption_key().public();
        let mut genesis = Genesis {
            name: "EHR Ledger demonstration".to_owned(),
            time: system_clock()(),
            params,
            accounts: vec![a.enrolment(ChainId::ZERO, None)?, b.enrolment(ChainId::ZERO, None)?],
            institutions: vec![admission(a.id(), emergency_key, NAMES[0], JURISDICTION, &mut rng).0],
            balances: [&a, &b].map(|keys| Balance { account: keys.id(), credits: CREDITS }).to_vec(),
            validators: Vec::new(),
        };
        let (a, b) = (Arc::new(a), Arc::new(b));
        let (mut council, voter) = match sealing {
            Sealing::Work(_) => (None, None),
            Sealing::Stake => {
                let (council, voter) = Council::found(&mut genesis, (&a, &b), JURISDICTION, place, &mut rng)?;
                (Some(council), Some(voter))
            }
        };
        let spec = ChainSpec::new(genesis.clone())?;
        let chain = spec.chain_id();
        let hub = MemoryHub::new(FRAMES);
        if let Some(council) = &mut council {
            council.start(&spec, &hub)?;
        }
        let dir = place.root().join(NAMES[0]);
        let (payer, waiting) = (Payer::new(a, spec.clone()), Some(Payer::new(b, spec.clone())));
        let a =
            Hospital::start("hospital A", &dir, spec, payer, hub.join(), voter, sealing.progress(&screen))?;
        Ok(Self { screen, rng, chain, genesis, hub, sealing, a, waiting, patients: Vec::new(), council })
    }

    /// A generator for one operation at a desk, which has a thread of its own.
    pub(super) fn fork(&mut self) -> ChaCha20Rng {
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        ChaCha20Rng::from_seed(seed)
    }

    /// Doctors of A, and the patients with their scopes.
    pub(super) async fn enrol_a(&mut self, patients: usize) -> Result<(), DemoError> {
        for _ in 0..DOCTORS {
            let keys = AccountKeys::generate(Role::Staff, &mut self.rng)?;
            let keys = enrol(&mut self.a, keys.into()).await?;
            self.a.doctors.push(keys);
        }
        for number in 1..=patients {
            let patient = Patient::new(number, AccountKeys::generate(Role::Patient, &mut self.rng)?);
            enrol(&mut self.a, Arc::clone(&patient.keys)).await?;
            self.patients.push(patient);
        }
        self.a.mine().await?;
        employ(&mut self.a).await?;
        let mut drafts = Vec::with_capacity(patients);
        for patient in 0..patients {
            let (keys, mut rng) = (Arc::clone(&self.patients[patient].keys), self.fork());
            drafts.push(self.a.desk(move |desk| desk.scope(&keys, &mut rng)).await?);
        }
        let bodies: Vec<_> = drafts.iter().flat_map(|draft| draft.bodies.iter().cloned()).collect();
        self.a.store_all(&bodies)?;
        for (patient, draft) in self.patients.iter_mut().zip(drafts) {
            patient.scope = draft.about.scope.unwrap_or(ScopeId::ZERO);
            self.a.submit_stored(draft, &[&patient.keys]).await?;
        }
        self.a.mine().await?;
        Ok(())
    }

    /// The admitted institutions admit B: A alone, or two of A, C and D.
    pub(super) async fn admit_b(&mut self) -> Result<(), DemoError> {
        let mut rng = self.fork();
        let b = match &self.waiting {
            Some(b) => b.keys().id(),
            None => return Err(DemoError::Broken("hospital B was admitted before".to_owned())),
        };
        let draft = self.a.desk(move |desk| desk.admit(b, NAMES[1], JURISDICTION, &mut rng)).await?;
        let seat = self.council.as_ref().and_then(|council| council.seats.first());
        let others: Vec<_> = seat.map(|seat| Arc::clone(&seat.keys)).into_iter().collect();
        let others: Vec<&AccountKeys> = others.iter().map(|keys| &**keys).collect();
        self.a.submit(draft, &others).await?;
        self.a.mine().await?;
        Ok(())
    }

    /// Hospital B starts from nothing but the genesis specification.
    ///
    /// Under proof of stake it follows until it has stake; what will put it up is given as well.
    pub(super) fn start_b(&mut self, place: &Place) -> Result<(Hospital, Option<Stake>), DemoError> {
        let payer = self.waiting.take();
        let payer = payer.ok_or_else(|| DemoError::Broken("hospital B was started before".to_owned()))?;
        let spec = ChainSpec::new(self.genesis.clone())?;
        let voter = self.council.as_mut().map(Council::voter_of_b).transpose()?;
        let stake = voter.as_ref().map(|voter| council::stake_of_b(voter, self.chain)).transpose()?;
        let dir = place.root().join(NAMES[1]);
        let progress = self.sealing.progress(&self.screen);
        let b = Hospital::start("hospital B", &dir, spec, payer, self.hub.join(), voter, progress)?;
        Ok((b, stake))
    }

    /// Doctors of B, enrolled and employed through B's own node.
    pub(super) async fn enrol_b(&mut self, b: &mut Hospital) -> Result<(), DemoError> {
        for _ in 0..DOCTORS {
            let keys = AccountKeys::generate(Role::Staff, &mut self.rng)?;
            let keys = enrol(b, keys.into()).await?;
            b.doctors.push(keys);
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

/// A person is enrolled; the hospital vouches.
async fn enrol(hospital: &mut Hospital, keys: Arc<AccountKeys>) -> Result<Arc<AccountKeys>, DemoError> {
    let (who, sponsor) = (Arc::clone(&keys), Some(hospital.id()));
    let draft = hospital.desk(move |desk| desk.enrol(&who, sponsor)).await?;
    hospital.submit(draft, &[&keys]).await?;
    Ok(keys)
}

/// Every doctor of a hospital becomes a member of its staff.
async fn employ(hospital: &mut Hospital) -> Result<(), DemoError> {
    let institution: AccountId = hospital.id();
    for doctor in hospital.doctors.clone() {
        let staff = doctor.id();
        let (roles, from, until) = (StaffRoles::DOCTOR, Timestamp::ZERO, Timestamp::MAX);
        let draft =
            hospital.desk(move |desk| desk.membership(institution, staff, roles, from, until)).await?;
        hospital.submit(draft, &[&doctor]).await?;
    }
    Ok(())
}
