"""The examples run: the quickstart, and two Flask processes that sync."""

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

import ehr_ledger as ehr

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def test_quickstart():
    run = subprocess.run([sys.executable, EXAMPLES / "quickstart.py"], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert '"resourceType": "Observation"' in run.stdout and "sound" in run.stdout and "revoked" in run.stdout


def test_readme():
    def ten_lines(folder):
        return (folder / "README.md").read_text().split("```python\n")[1].split("```")[0]

    code = ten_lines(Path(__file__).resolve().parents[1])
    assert code == ten_lines(EXAMPLES.parent)
    run = subprocess.run([sys.executable, "-c", code.replace('"my-ledger", ', "")], capture_output=True, text=True)
    assert run.stdout == "b'It is a cold.'\n", run.stderr


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def hospital(folder: Path, name: str):
    port = free_port()
    env = {
        **os.environ, "EHR_GENESIS": str(folder / "chain.genesis"), "EHR_KEYS": str(folder / f"{name}.key"),
        "EHR_PASSPHRASE": "passphrase", "EHR_FOLDER": str(folder / name),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "app", "run", "--without-threads", "--port", str(port)]
    log = (folder / f"{name}.log").open("w")
    process = subprocess.Popen(command, cwd=EXAMPLES / "flask_minimal", env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urlopen(url + "/chain", timeout=5).close()
                break
            except URLError:
                assert process.poll() is None and time.monotonic() < deadline, (folder / f"{name}.log").read_text()
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def test_two_flask_processes(tmp_path, monkeypatch):
    pytest.importorskip("flask")
    assert len((EXAMPLES / "flask_minimal/app.py").read_text().splitlines()) <= 40
    monkeypatch.syspath_prepend(str(EXAMPLES / "flask_minimal"))
    from sync import keep_up, post, sync

    def script(name, *arguments):
        command = [sys.executable, str(EXAMPLES / "flask_minimal" / name), *arguments]
        env = {**os.environ, "EHR_PASSPHRASE": "passphrase"}
        run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    script("found.py")
    genesis = ehr.Genesis.from_bytes((tmp_path / "chain.genesis").read_bytes())
    one = ehr.Keyring.from_key_file((tmp_path / "one.key").read_bytes(), "passphrase")
    doctor = ehr.Keyring.generate("Staff")
    # A doctor's laptop: holds keys, makes and signs drafts on what it knows, and keeps up with the first hospital.
    laptop = ehr.Ledger.create(genesis=genesis)
    with hospital(tmp_path, "one") as first, hospital(tmp_path, "two") as second:

        def hand_in(draft, to=first):
            assert post(to + "/new_transaction", draft.to_bytes(), "application/octet-stream")["tx"] == str(draft.id)
            laptop.submit(draft)

        connections = itertools.count(2)

        def mine(url):
            sync(first, second)
            mined = post(url + "/mine", b"")
            sync(first, second)
            keep_up(laptop, first, next(connections))
            assert str(laptop.tip.id) == mined["id"]
            return mined

        enrolled = script("enrol.py", first)
        patient = ehr.Keyring.from_key_file((tmp_path / "patient.key").read_bytes(), "passphrase")
        assert mine(first)["transactions"] == 1
        assert laptop.transaction_info(enrolled).height == 1
        hand_in(laptop.draft_enrol(doctor, payer=one))
        assert mine(first)["transactions"] == 1
        until = datetime.now(timezone.utc) + timedelta(days=30)
        hand_in(laptop.draft_membership(doctor, institution=one, roles="DOCTOR", until=until))
        draft = laptop.draft_scope(patient, payer=one)
        hand_in(draft)
        assert mine(first)["transactions"] == 2
        record = laptop.draft_record(
            scope=draft.scope, author=doctor, institution=one, kind="Note", body=b"hello", payer=one
        )
        with pytest.raises(HTTPError) as refused:  # the patient has not signed
            post(first + "/new_transaction", record.to_bytes(), "application/octet-stream")
        assert refused.value.code == 422 and json.load(refused.value)["error"] == "Refused"
        record.sign(patient)
        hand_in(record)
        # The second hospital mines what was handed in to the first.
        assert mine(second)["transactions"] == 1
        chains = [json.load(urlopen(url + "/chain")) for url in (first, second)]
        assert chains[0] == chains[1] and len(chains[0]) == 5 and str(record.id) in chains[0][4]["transactions"]
    # Stopped hard and started again, the first goes on where it was.
    with hospital(tmp_path, "one") as first:
        assert json.load(urlopen(first + "/chain")) == chains[0]
    # Both folders hold the same ledger.
    tips = []
    for name in ("one", "two"):
        with ehr.Ledger.open(tmp_path / name) as ledger:
            assert ledger.verify()
            tips.append(ledger.tip)
    assert tips[0] == tips[1] == laptop.tip
