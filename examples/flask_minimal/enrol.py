"""Enrols a new patient at the first hospital, as its front desk would: writes patient.key.

EHR_PASSPHRASE=... python enrol.py http://127.0.0.1:5001
"""

import sys
from os import environ
from pathlib import Path
from random import randrange

from ehr_ledger import Genesis, Keyring, Ledger, Role
from sync import keep_up, post

hospital = Keyring.from_key_file(Path("one.key").read_bytes(), environ["EHR_PASSPHRASE"])
patient = Keyring.generate(Role.PATIENT)
Path("patient.key").write_bytes(patient.to_key_file(environ["EHR_PASSPHRASE"]))
with Ledger.create(genesis=Genesis.from_bytes(Path("chain.genesis").read_bytes())) as ledger:
    keep_up(ledger, sys.argv[1], peer=randrange(2, 2**32))
    draft = ledger.draft_enrol(patient, payer=hospital)
print(post(sys.argv[1] + "/new_transaction", draft.to_bytes(), "application/octet-stream")["tx"])
