"""The story of docs/story.md in Python. Rust, Kotlin and Swift tell the same and must end in the same line."""

import hashlib
import json
from datetime import datetime, timedelta, timezone

from ehr_ledger import Clock, DeniedError, EhrError, Entropy, Genesis, Keyring, Ledger, LightClient, OfRecord, OfVersion
from ehr_ledger import Role

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)
NOTE = b'{"resourceType":"Observation","status":"preliminary"}'
FINAL = b'{"resourceType":"Observation","status":"final"}'
FHIR = "application/fhir+json"


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"does not hold: {what}")


def entropy(byte: int) -> Entropy:
    return Entropy.seeded(bytes([byte]) * 32)


clock, keys = Clock.manual(START), entropy(1)
north, south = (Keyring.generate(Role.INSTITUTION, entropy=keys) for _ in range(2))
ada, ben = (Keyring.generate(Role.STAFF, entropy=keys) for _ in range(2))
pat = Keyring.generate(Role.PATIENT, entropy=keys)
genesis = Genesis.new(
    "story", [north, south], difficulty=1, confirmations=2, time=START, credits=1_000_000, clock=clock, entropy=keys
)
ledger = Ledger.create(genesis=genesis, clock=clock, entropy=entropy(2))


def mine() -> int:
    clock.set(clock.now() + MINUTE)
    return ledger.mine(north).height


def read(where: Ledger, record, version, purpose="TREAT") -> bytes:
    opened = where.read(record, reader=ben, purpose=purpose, version=version, acting_for=south)
    return opened.sections[0].body


def refused(where: Ledger, record, version, purpose="TREAT", about=None) -> str:
    """The words of the refusal there must be."""
    try:
        read(where, record, version, purpose)
    except DeniedError:
        question = {"subject": ben, "acting_for": south, "action": "READ", "purpose": purpose}
        asked = OfVersion(record, version or 0)
        decision = where.explain(about, asked, **question) if about else where.evaluate(asked, **question)
        expect(not decision, "the decision is a refusal too")
        return str(decision)
    raise SystemExit("Ben read what nobody granted")


for person in (ada, ben, pat):
    ledger.submit(ledger.draft_enrol(person, payer=north))
mine()
for hospital, doctor in ((north, ada), (south, ben)):
    until = START + YEAR
    draft = ledger.draft_membership(doctor, institution=hospital, roles="DOCTOR", since=START, until=until)
    draft.sign(doctor)
    ledger.submit(draft)
mine()
draft = ledger.draft_scope(pat, payer=north)
ledger.submit(draft)
chart = draft.scope
mine()

written = {"author": ada, "institution": north, "payer": north}
draft = ledger.draft_record(scope=chart, kind="Observation", body=NOTE, media_type=FHIR, **written)
draft.sign(pat)
ledger.submit(draft)
first = draft.record
mine()
draft = ledger.draft_record_proposal(
    scope=chart, kind="Basic", body=b"telephone advice", media_type="text/plain", **written
)
proposal = ledger.submit(draft)
second = draft.record
mine()
ledger.submit(ledger.draft_co_sign(proposal, patient=pat, payer=north))
mine()
expect(len(ledger.history(second)) == 1, "a co-signed proposal is a record")
refusals = [refused(ledger, first, 0)]

draft = ledger.draft_request(
    pat, requester=ben, institution=south, resource=OfRecord(first), actions="READ", purposes="TREAT",
    until=START + YEAR, why="second opinion", payer=south,
)  # fmt: skip
request = ledger.submit(draft)
mine()
draft = ledger.draft_acknowledge(str(request), patient=pat, payer=north)
consent = str(ledger.submit(draft))
mine()

other = Ledger.create(genesis=genesis, clock=clock, entropy=entropy(3))
other.sync_with(ledger)
expect(other.tip == ledger.tip, "after the sync the tips agree")
expect(read(other, first, None) == NOTE, "Ben reads the note")
refusals += [refused(other, second, None), refused(other, first, None, "HRESCH")]

ledger.submit(ledger.draft_revoke(consent, patient=pat, payer=north))
mine()
draft = ledger.draft_version(first, kind="Observation", body=FINAL, media_type=FHIR, **written)
draft.sign(pat)
ledger.submit(draft)
height = mine()
other.sync_with(ledger)
refusals += [refused(other, first, 1, about=consent), refused(other, first, 0, about=consent)]
own = ledger.read(first, reader=pat, purpose="TREAT", version=1)
expect(own.sections[0].body == FINAL, "Pat reads the final version")

while ledger.tip.final_height < height:
    mine()
proof = ledger.prove_record(first, version=1)
phone = LightClient(genesis, clock=clock)
phone.accept(ledger.headers(since=1, limit=1000))
proven = phone.verify(proof).versions
expect(any(it.record == first and it.version == 1 for it in proven), "the proof proves version 1")
try:
    phone.verify(proof[:-1] + bytes([proof[-1] ^ 1]))
    raise SystemExit("a forged proof is accepted")
except EhrError:
    pass

tip = ledger.tip
line = {
    "tip": str(tip.id), "height": tip.height, "state_root": tip.state_root.hex(),
    "proof_sha256": hashlib.sha256(proof).hexdigest(), "refusals": refusals,
}  # fmt: skip
print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))
