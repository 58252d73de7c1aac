"""A patient, a doctor and a hospital: enrol, write, grant, read, revoke, prove.

pip install ./bindings/python && python examples/quickstart.py
"""

from datetime import datetime, timedelta, timezone

from ehr_ledger import DeniedError, Genesis, GrantTerms, Keyring, Ledger, LightClient, OfScope, Role, StaffOf

hospital, clinic = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.INSTITUTION)
doctor, specialist = Keyring.generate(Role.STAFF), Keyring.generate(Role.STAFF)
patient = Keyring.generate(Role.PATIENT)
next_year = datetime.now(timezone.utc) + timedelta(days=365)

genesis = Genesis.new("Quickstart", [hospital, clinic], difficulty=2)
with Ledger.create(genesis=genesis) as ledger:  # in memory; give a path to keep it
    for person in (patient, doctor, specialist):
        ledger.enrol(person, payer=hospital)
    ledger.mine(hospital)
    ledger.set_membership(doctor, institution=hospital, roles="DOCTOR", until=next_year)
    ledger.set_membership(specialist, institution=clinic, roles="DOCTOR", until=next_year)
    scope = ledger.create_scope(patient, payer=hospital).scope
    ledger.mine(hospital)

    body = b'{"resourceType": "Observation", "status": "final"}'
    written = ledger.append_record(
        scope=scope, author=doctor, institution=hospital, kind="Observation", body=body,
        media_type="application/fhir+json", signers=[patient], payer=hospital,
    )  # fmt: skip
    terms = GrantTerms(StaffOf(clinic, "DOCTOR"), OfScope(scope), "READ", "TREAT", not_after=next_year)
    ledger.mine(hospital)
    grant = ledger.grant(terms, patient=patient, payer=hospital)
    ledger.mine(hospital)
    opened = ledger.read(written.record, reader=specialist, acting_for=clinic, purpose="TREAT")
    print("the specialist reads:", opened.sections[0].body.decode())

    ledger.revoke(grant, patient=patient, payer=hospital)
    ledger.mine(hospital)
    try:
        ledger.read(written.record, reader=specialist, acting_for=clinic, purpose="TREAT")
    except DeniedError as error:
        print("after the patient revoked:", error)

    light = LightClient(genesis)
    light.accept(ledger.headers(since=1))
    facts = light.verify(ledger.prove_record(written.record))
    print("a phone with headers alone checks:", facts.versions[0].record, "at height", facts.height)
    print("tip", ledger.tip.height, ledger.tip.id, "sound" if ledger.verify() else "NOT SOUND")
