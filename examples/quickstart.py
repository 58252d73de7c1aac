"""A patient, a doctor and a hospital: enrol, write, grant, read, revoke, prove.

    pip install ./bindings/python && python examples/quickstart.py
"""

from datetime import datetime, timedelta, timezone

from ehr_ledger import AnyAdmitted, DeniedError, Genesis, GrantTerms, Keyring, Ledger, LightClient, OfScope, Role

hospital, clinic = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.INSTITUTION)
doctor, specialist = Keyring.generate(Role.STAFF), Keyring.generate(Role.STAFF)
patient = Keyring.generate(Role.PATIENT)
soon = datetime.now(timezone.utc) + timedelta(days=30)

genesis = Genesis.new("Quickstart", [hospital, clinic], difficulty=0)
with Ledger.create(genesis=genesis) as ledger:  # a path instead keeps it on disk
    for person in (patient, doctor, specialist):
        ledger.enrol(person, payer=hospital)
    ledger.mine(hospital.account)
    ledger.set_membership(doctor.account, roles="DOCTOR", until=soon, payer=hospital)
    ledger.set_membership(specialist.account, roles="DOCTOR", until=soon, payer=clinic)
    scope = ledger.create_scope(patient, payer=hospital).scope
    ledger.mine(hospital.account)

    written = ledger.append_record(
        author=doctor, institution=hospital, scope=scope, kind="Observation",
        body=b'{"resourceType": "Observation", "status": "final"}', media_type="application/fhir+json",
        signers=[patient], payer=hospital,
    )
    terms = GrantTerms(AnyAdmitted("DOCTOR"), OfScope(scope), actions="READ", purposes="TREAT", until=soon)
    grant = ledger.grant(terms, patient=patient, payer=hospital)
    ledger.mine(hospital.account)
    opened = ledger.read(written.record, reader=specialist, acting_for=clinic, purpose="TREAT")
    print("the specialist reads:", bytes(opened.sections[0].body).decode())

    ledger.revoke(grant, patient=patient, payer=hospital)
    ledger.mine(hospital.account)
    try:
        ledger.read(written.record, reader=specialist, acting_for=clinic, purpose="TREAT")
    except DeniedError as error:
        print("after the patient revoked:", error)

    light = LightClient(genesis)
    light.accept(ledger.headers())
    print("proved to a light client:", light.verify(ledger.prove_record(written.record)))
    print("tip", ledger.tip.height, ledger.tip.id, "sound" if ledger.verify().sound else "NOT sound")
