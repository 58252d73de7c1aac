"""The cast of every test: a hospital, a clinic, their doctors and a patient, on a ledger that needs no work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

import ehr_ledger as ehr

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
YEAR = NOW + timedelta(days=365)
# Told to nobody but the reader: no error text and no repr may hold it.
CANARY = b"canary 7c1f: the patient's own words"


@dataclass
class Story:
    """A ledger with everybody on it and one scope of the patient."""

    ledger: ehr.Ledger
    genesis: ehr.Genesis
    clock: ehr.Clock
    hospital: ehr.Keyring
    clinic: ehr.Keyring
    doctor: ehr.Keyring
    specialist: ehr.Keyring
    patient: ehr.Keyring
    scope: ehr.ScopeId

    def mine(self) -> ehr.Mined:
        self.clock.set(self.clock.now() + timedelta(minutes=10))
        return self.ledger.mine(self.hospital)

    def record(self, body: bytes = CANARY, **more) -> ehr.RecordRef:
        """A record that is mined."""
        ref = self.ledger.append_record(
            scope=self.scope, author=self.doctor, institution=self.hospital, kind="Observation", body=body,
            media_type="text/plain", payer=self.hospital, signers=[self.patient], **more,
        )  # fmt: skip
        self.mine()
        return ref

    def terms(self, **changed) -> ehr.GrantTerms:
        terms = {
            "subject": ehr.OfAccount(self.specialist), "resource": ehr.OfScope(self.scope), "actions": "READ",
            "purposes": "TREAT", "not_after": YEAR,
        }  # fmt: skip
        return ehr.GrantTerms(**{**terms, **changed})

    def reopen(self, *args, **kwargs) -> ehr.Ledger:
        """Another ledger of the same chain, still empty."""
        return ehr.Ledger.create(*args, genesis=self.genesis, clock=self.clock, **kwargs)


def make_story(*args, seed: bytes = b"s" * 32, **kwargs) -> Story:
    entropy = ehr.Entropy.seeded(seed)
    clock = ehr.Clock.manual(NOW)
    people = {
        name: ehr.Keyring.generate(role, entropy=entropy)
        for name, role in {
            "hospital": ehr.Role.INSTITUTION, "clinic": ehr.Role.INSTITUTION, "doctor": ehr.Role.STAFF,
            "specialist": ehr.Role.STAFF, "patient": ehr.Role.PATIENT,
        }.items()
    }  # fmt: skip
    founders = [people["hospital"], people["clinic"]]
    genesis = ehr.Genesis.new("test", founders, difficulty=0, confirmations=2, clock=clock, entropy=entropy)
    ledger = ehr.Ledger.create(*args, genesis=genesis, clock=clock, entropy=entropy, **kwargs)
    story = Story(ledger=ledger, genesis=genesis, clock=clock, scope=ehr.ScopeId("00" * 32), **people)
    for name in ("doctor", "specialist", "patient"):
        ledger.enrol(people[name], payer=people["hospital"])
    story.mine()
    ledger.set_membership(story.doctor, institution=story.hospital, roles="DOCTOR", until=YEAR)
    ledger.set_membership(story.specialist, institution=story.clinic, roles="DOCTOR", until=YEAR)
    story.scope = ledger.create_scope(story.patient, payer=story.hospital).scope
    story.mine()
    return story


@pytest.fixture
def story():
    made = make_story()
    yield made
    made.ledger.close()
