"""Founds a chain of two hospitals: writes chain.genesis, one.key and two.key.

EHR_PASSPHRASE=... python found.py
"""

from os import environ
from pathlib import Path

from ehr_ledger import Genesis, Keyring, Role

one, two = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.INSTITUTION)
for name, keys in (("one", one), ("two", two)):
    Path(f"{name}.key").write_bytes(keys.to_key_file(environ["EHR_PASSPHRASE"]))
Path("chain.genesis").write_bytes(Genesis.new("Flask", [one, two], difficulty=1, confirmations=1).to_bytes())
