"""One hospital as a Flask process: a ledger, and three endpoints to write, mine and look at it.

EHR_LEDGER_GENESIS=chain.genesis EHR_LEDGER_KEYS=hospital.key EHR_LEDGER_PASSPHRASE=... flask --app app run
Peers post frames to each other; what a frame means is the ledger's business. A demonstration: no logins, no TLS.
"""

import base64
import os
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask, jsonify, request

from ehr_ledger import EhrError, Genesis, Keyring, Ledger

app = Flask(__name__)
genesis = Genesis.from_bytes(Path(os.environ["EHR_LEDGER_GENESIS"]).read_bytes())
keys = Keyring.from_key_file(Path(os.environ["EHR_LEDGER_KEYS"]).read_bytes(), os.environ["EHR_LEDGER_PASSPHRASE"])
ledger = Ledger.create(os.environ.get("EHR_LEDGER_PATH"), genesis=genesis)


@app.errorhandler(EhrError)
def failed(error):
    status = 404 if isinstance(error, LookupError) else 403 if isinstance(error, PermissionError) else 422
    return jsonify(error=error.kind, reason=error.reason), status


@app.post("/new_transaction")
def new_transaction():
    """A signed draft, as a doctor's or patient's device makes it."""
    return jsonify(tx=str(ledger.submit_bytes(request.get_data()))), 201


@app.post("/mine")
def mine():
    mined = ledger.mine(keys.account)
    return jsonify(height=mined.height, id=str(mined.id), transactions=mined.transactions)


@app.get("/chain")
def chain():
    blocks = [ledger.block(height) for height in range(ledger.tip.height + 1)]
    return jsonify([{"height": b.height, "id": str(b.id), "transactions": len(b.transactions)} for b in blocks])


@app.post("/frames")
def frames():
    """A neighbour's frames in, the answers out."""
    return jsonify(exchange(request.json))


@app.post("/sync")
def sync():
    """Talk to a neighbour until neither has anything to say."""
    frames = exchange({"hello": True, "frames": []})
    while frames:
        answer = Request(request.json["peer"] + "/frames", json.dumps({}).encode(), {"Content-Type": "application/json"})
