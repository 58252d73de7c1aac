"""The story of docs/story.md in Python: the line it ends with is the same in every language."""

import hashlib
import json
from datetime import datetime, timedelta, timezone

from ehr_ledger import (
    Clock,
    DeniedError,
    EhrError,
    Entropy,
    Genesis,
    Keyring,
    Ledger,
    LightClient,
    OfRecord,
    OfVersion,
    Role,
)

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)
NOTE = b'{"resourceType":"Observation","status":"preliminary"}'
FINAL = b'{"resourceType":"Observation","status":"final"}'
ADVICE = b"telephone advice"
FHIR = "application/fhir+json"

# 1. Keys.
clock, keys = Clock.manual(START), Entropy.seeded(bytes([1]) * 32)
roles = (Role.INSTITUTION, Role.INSTITUTION, Role.STAFF, Role.STAFF, Role.PATIENT)
north, south, ada, ben, pat = (Keyring.generate(role, entropy=keys) for role in roles)

# 2. Found.
genesis = Genesis.new(
    "story", [north, south], difficulty=1, confirmations=2, credits=1_000_000, time=START, clock=clock, entropy=keys
)
ledger = Ledger.create(genesis=genesis, clock=clock, entropy=Entropy.seeded(bytes([2]) * 32))


def mine() -> int:
    clock.set(clock.now() + MINUTE)
    return ledger.mine(north).height


# 3. and 4. Enrol, staff.
for person in (ada, ben, pat):
    ledger.enrol(person, payer=north)
mine()
for hospital, doctor in ((north, ada), (south, ben)):
    ledger.set_membership(
        doctor, institution=hospital, roles="DOCTOR", since=START, until=START + YEAR, signers=[doctor]
    )
mine()

# 5. to 7. Scope, append, propose.
chart = ledger.create_scope(pat, payer=north).scope
mine()
written = dict(author=ada, institution=north, payer=north)
observation = dict(written, kind="Observation", media_type=FHIR, signers=[pat])
first = ledger.append_record(scope=chart, body=NOTE, **observation).record
mine()
proposed = ledger.propose_record(scope=chart, kind="Basic", media_type="text/plain", body=ADVICE, **written)
second = proposed.record
mine()
ledger.co_sign(proposed.tx, patient=pat, payer=north)
mine()
assert len(ledger.history(second)) == 1, "a co-signed proposal is a record"


def ben_reads(at, record, version=None, purpose="TREAT"):
    return at.read(record, reader=ben, acting_for=south, version=version, purpose=purpose).sections[0].body


def refused(at, record, version=None, purpose="TREAT", about=None):
    """The words of the refusal there must be."""
    try:
        ben_reads(at, record, version, purpose)
    except DeniedError:
        resource = OfVersion(record, version or 0)
        question = dict(subject=ben, acting_for=south, action="READ", purpose=purpose)
        decision = at.explain(about, resource, **question) if about else at.evaluate(resource, **question)
        assert not decision.permitted, "the decision is a refusal too"
        return str(decision)
    raise AssertionError("Ben read what nobody granted")


# 8. to 10. Refused; request, grant.
refusals = [refused(ledger, first, 0)]
request = ledger.request_access(
    pat, requester=ben, institution=south, resource=OfRecord(first), actions="READ", purposes="TREAT",
    until=START + YEAR, why="second opinion", payer=south,
)  # fmt: skip
mine()
consent = ledger.acknowledge(request, patient=pat, payer=north)
mine()

# 11. and 12. The second ledger; another record, another purpose.
other = Ledger.create(genesis=genesis, clock=clock, entropy=Entropy.seeded(bytes([3]) * 32))
other.sync_with(ledger)
assert other.tip == ledger.tip, "after the sync the tips agree"
assert ben_reads(other, first) == NOTE, "Ben reads the note"
refusals += [refused(other, second), refused(other, first, purpose="HRESCH")]

# 13. to 15. Revoke, append, refused.
ledger.revoke(consent, patient=pat, payer=north)
mine()
ledger.append_version(first, body=FINAL, **observation)
height = mine()
other.sync_with(ledger)
refusals += [refused(other, first, 1, about=consent), refused(other, first, 0, about=consent)]
own = ledger.read(first, reader=pat, version=1, purpose="TREAT")
assert own.sections[0].body == FINAL, "Pat reads the final version"

# 16. Prove.
while ledger.tip.final_height < height:
    mine()
proof = ledger.prove_record(first, version=1)
phone = LightClient(genesis, clock=clock)
phone.accept(ledger.headers(since=1, limit=1000))
assert any((v.record, v.version) == (first, 1) for v in phone.verify(proof).versions), "the proof proves version 1"
try:
    phone.verify(proof[:-1] + bytes([proof[-1] ^ 1]))
except EhrError:
    pass
else:
    raise AssertionError("a forged proof is accepted")

tip = ledger.tip
line = {
    "tip": str(tip.id),
    "height": tip.height,
    "state_root": tip.state_root.hex(),
    "proof_sha256": hashlib.sha256(proof).hexdigest(),
    "refusals": refusals,
}
print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))
