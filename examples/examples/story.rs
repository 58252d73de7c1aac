//! The story of `docs/story.md`, over the handle that Python, Kotlin and Swift use as well: the reference that they
//! must end like.
#![allow(clippy::print_stdout, reason = "an example prints")]

use ehr_core::policy::{AccessQuery, Actions, Purposes, Resource, ResourceChain, StaffRoles};
use ehr_core::primitives::{GrantId, Height, RecordId, RequestId, ScopeId, Timestamp, VersionNo};
use ehr_core::tx::Role;
use ehr_ffi::types::{ChainConfig, Section, Tip};
use ehr_ffi::{
    Clock, Draft, EhrError, Entropy, Genesis, Keyring, Ledger, LightClient, Storage, decision_text,
};
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::sync::Arc;

/// The first millisecond of 2026 (UTC).
const START: Timestamp = Timestamp(1_767_225_600_000);
const MINUTE: u64 = 60_000;
const YEAR: u64 = 31_536_000_000;
const NOTE: &str = r#"{"resourceType":"Observation","status":"preliminary"}"#;
const FINAL: &str = r#"{"resourceType":"Observation","status":"final"}"#;
const ADVICE: &str = "telephone advice";
const FIRST: VersionNo = VersionNo(0);
const SECOND: VersionNo = VersionNo(1);

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

pub(crate) fn main() -> Outcome {
    println!("{}", Story::begin()?.tell()?);
    Ok(())
}

/// The people and the ledger of the north.
struct Story {
    clock: Arc<Clock>,
    north: Arc<Keyring>,
    south: Arc<Keyring>,
    ada: Arc<Keyring>,
    ben: Arc<Keyring>,
    pat: Arc<Keyring>,
    genesis: Arc<Genesis>,
    ledger: Arc<Ledger>,
}

impl Story {
    /// Steps 1 and 2: keys, and a ledger founded by two hospitals.
    fn begin() -> Outcome<Self> {
        let (clock, keys) = (Clock::manual(START), entropy(1)?);
        let person = |role| Keyring::generate(role, Some(keys.clone()));
        let (north, south) = (person(Role::Institution)?, person(Role::Institution)?);
        let (ada, ben, pat) = (person(Role::Staff)?, person(Role::Staff)?, person(Role::Patient)?);
        let config = ChainConfig {
            name: "story".to_owned(),
            difficulty: 1,
            confirmations: 2,
            time: Some(START),
            credits: 1_000_000,
        };
        let founders = vec![north.clone(), south.clone()];
        let genesis = Genesis::new(config, founders, Some(clock.clone()), Some(keys.clone()))?;
        let ledger =
            Ledger::create(genesis.clone(), Storage::memory(), Some(clock.clone()), Some(entropy(2)?))?;
        Ok(Self { clock, north, south, ada, ben, pat, genesis, ledger })
    }

    /// Steps 3 to 16, and the line.
    fn tell(&self) -> Outcome<String> {
        self.enrol()?;
        let chart = self.scope()?;
        let first = self.append(chart)?;
        let second = self.propose(chart)?;
        let mut refusals =
            vec![self.refused(&self.ledger, chart, first, Some(FIRST), Purposes::TREAT, None)?];
        let consent = self.grant(first)?;

        let clock = Some(self.clock.clone());
        let other = Ledger::create(self.genesis.clone(), Storage::memory(), clock, Some(entropy(3)?))?;
        other.sync_with(self.ledger.clone(), None)?;
        expect(other.tip()? == self.ledger.tip()?, "after the sync the tips agree")?;
        expect(
            self.ben_reads(&other, first, None, Purposes::TREAT)? == NOTE.as_bytes(),
            "Ben reads the note",
        )?;
        refusals.push(self.refused(&other, chart, second, None, Purposes::TREAT, None)?);
        refusals.push(self.refused(&other, chart, first, None, Purposes::HRESCH, None)?);

        self.submit(&self.ledger.draft_revoke(self.north.clone(), self.pat.clone(), consent)?, None)?;
        self.mine()?;
        let written = self.version(first)?;

        other.sync_with(self.ledger.clone(), None)?;
        refusals.push(self.refused(&other, chart, first, Some(SECOND), Purposes::TREAT, Some(consent))?);
        refusals.push(self.refused(&other, chart, first, Some(FIRST), Purposes::TREAT, Some(consent))?);
        let own = self.ledger.read(self.pat.clone(), first, Some(SECOND), Purposes::TREAT, None, None)?;
        expect(own.sections.iter().any(|part| part.body == FINAL.as_bytes()), "Pat reads the final version")?;

        while self.ledger.tip()?.final_height < written {
            self.mine()?;
        }
        line(&self.ledger.tip()?, &self.prove(first)?, &refusals)
    }

    fn submit(&self, draft: &Arc<Draft>, by: Option<&Arc<Keyring>>) -> Outcome {
        if let Some(keys) = by {
            draft.sign(keys.clone())?;
        }
        self.ledger.submit(draft.clone())?;
        Ok(())
    }

    fn mine(&self) -> Outcome<Height> {
        self.clock.set(self.clock.now().plus(MINUTE));
        Ok(self.ledger.mine(self.north.account()?, None)?.height)
    }

    fn enrol(&self) -> Outcome {
        for person in [&self.ada, &self.ben, &self.pat] {
            self.submit(&self.ledger.draft_enrol(self.north.clone(), person.clone())?, None)?;
        }
        self.mine()?;
        for (hospital, doctor) in [(&self.north, &self.ada), (&self.south, &self.ben)] {
            let (staff, until) = (doctor.account()?, START.plus(YEAR));
            let draft =
                self.ledger.draft_membership(hospital.clone(), staff, StaffRoles::DOCTOR, START, until)?;
            self.submit(&draft, Some(doctor))?;
        }
        self.mine()?;
        Ok(())
    }

    fn scope(&self) -> Outcome<ScopeId> {
        let draft = self.ledger.draft_scope(self.north.clone(), self.pat.clone())?;
        self.submit(&draft, None)?;
        self.mine()?;
        Ok(draft.scope().ok_or("no scope")?)
    }

    fn append(&self, chart: ScopeId) -> Outcome<RecordId> {
        let draft = self.ledger.draft_record(
            self.north.clone(),
            self.ada.clone(),
            self.north.account()?,
            chart,
            "Observation".to_owned(),
            section("application/fhir+json", NOTE),
        )?;
        self.submit(&draft, Some(&self.pat))?;
        self.mine()?;
        Ok(draft.record().ok_or("no record")?)
    }

    fn propose(&self, chart: ScopeId) -> Outcome<RecordId> {
        let (north, pat) = (self.north.clone(), self.pat.clone());
        let draft = self.ledger.draft_record_proposal(
            north.clone(),
            self.ada.clone(),
            north.account()?,
            chart,
            "Basic".to_owned(),
            section("text/plain", ADVICE),
        )?;
        self.submit(&draft, None)?;
        self.mine()?;
        self.submit(&self.ledger.draft_co_sign(north, pat, draft.id())?, None)?;
        self.mine()?;
        let record = draft.record().ok_or("no record")?;
        expect(self.ledger.history(record)?.len() == 1, "a co-signed proposal is a record")?;
        Ok(record)
    }

    fn grant(&self, record: RecordId) -> Outcome<GrantId> {
        let request = self.ledger.draft_request(
            self.south.clone(),
            self.ben.clone(),
            self.south.account()?,
            self.pat.account()?,
            Resource::Record { id: record },
            Actions::READ,
            Purposes::TREAT,
            START.plus(YEAR),
            "second opinion".to_owned(),
        )?;
        self.submit(&request, None)?;
        self.mine()?;
        let (payer, patient) = (self.north.clone(), self.pat.clone());
        let draft = self.ledger.draft_acknowledge(payer, patient, RequestId(request.id().0), None)?;
        self.submit(&draft, None)?;
        self.mine()?;
        Ok(GrantId(draft.id().0))
    }

    /// Appends the final version; gives the height of its block.
    fn version(&self, record: RecordId) -> Outcome<Height> {
        let draft = self.ledger.draft_version(
            self.north.clone(),
            self.ada.clone(),
            self.north.account()?,
            record,
            "Observation".to_owned(),
            section("application/fhir+json", FINAL),
        )?;
        self.submit(&draft, Some(&self.pat))?;
        self.mine()
    }

    fn ben_reads(
        &self,
        ledger: &Ledger,
        record: RecordId,
        version: Option<VersionNo>,
        purpose: Purposes,
    ) -> Result<Vec<u8>, EhrError> {
        let (place, keys) = (self.south.account()?, self.south.clone());
        let opened = ledger.read(self.ben.clone(), record, version, purpose, Some(place), Some(keys))?;
        Ok(opened.sections.into_iter().flat_map(|part| part.body).collect())
    }

    /// The words of the refusal there must be.
    fn refused(
        &self,
        ledger: &Ledger,
        chart: ScopeId,
        record: RecordId,
        version: Option<VersionNo>,
        purpose: Purposes,
        about: Option<GrantId>,
    ) -> Outcome<String> {
        match self.ben_reads(ledger, record, version, purpose) {
            Err(EhrError::Denied { .. }) => {}
            Err(other) => return Err(other.into()),
            Ok(_) => return Err("Ben read what nobody granted".into()),
        }
        let resource = ResourceChain {
            account: self.pat.account()?,
            scope: Some(chart),
            record: Some(record),
            version: version.or(Some(FIRST)),
            section: None,
        };
        let (subject, acting_for) = (self.ben.account()?, Some(self.south.account()?));
        let query = AccessQuery { subject, acting_for, action: Actions::READ, purpose, resource };
        let decision = match about {
            Some(grant) => ledger.explain(query, grant)?,
            None => ledger.evaluate(query)?,
        };
        expect(!decision.is_permit(), "the decision is a refusal too")?;
        Ok(decision_text(decision))
    }

    /// Proves the second version, and has a light client that knows only the genesis check the proof.
    fn prove(&self, record: RecordId) -> Outcome<Vec<u8>> {
        let proof = self.ledger.prove_record(record, Some(SECOND))?;
        let phone = LightClient::new(self.genesis.clone(), Some(self.clock.clone()))?;
        phone.accept(self.ledger.headers(Height(1), 1000)?)?;
        let facts = phone.verify(proof.clone())?;
        let proven = facts.versions.iter().any(|it| it.record == record && it.version == SECOND);
        expect(proven, "the proof proves the second version")?;
        let mut forged = proof.clone();
        *forged.last_mut().ok_or("an empty proof")? ^= 1;
        expect(phone.verify(forged).is_err(), "a forged proof is refused")?;
        Ok(proof)
    }
}

/// The line that every language must end with.
fn line(tip: &Tip, proof: &[u8], refusals: &[String]) -> Outcome<String> {
    let (proof, refusals) = (hex::encode(Sha256::digest(proof)), serde_json::to_string(refusals)?);
    let (id, height, state_root) = (tip.id, tip.height, tip.state_root);
    Ok(format!(
        r#"{{"tip":"{id}","height":{height},"state_root":"{state_root}","proof_sha256":"{proof}","refusals":{refusals}}}"#
    ))
}

fn entropy(byte: u8) -> Outcome<Arc<Entropy>> {
    Ok(Entropy::seeded(vec![byte; 32])?)
}

fn section(media_type: &str, body: &str) -> Vec<Section> {
    vec![Section { media_type: media_type.to_owned(), body: body.as_bytes().to_vec() }]
}

fn expect(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(format!("does not hold: {what}").into()) }
}
