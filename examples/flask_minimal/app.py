"""One hospital as one Flask process with its own ledger; neighbours post each other frames.

EHR_GENESIS=chain.genesis EHR_KEYS=hospital.key EHR_PASSPHRASE=... flask --app app run
A demonstration in the spirit of the papers: no logins, no TLS.
"""

import os
from base64 import b64decode, b64encode
from collections import defaultdict
from pathlib import Path
from threading import Lock

from flask import Flask, jsonify, request

from ehr_ledger import Draft, EhrError, Genesis, Keyring, Ledger

app = Flask(__name__)
keys = Keyring.from_key_file(Path(os.environ["EHR_KEYS"]).read_bytes(), os.environ["EHR_PASSPHRASE"])
genesis = Genesis.from_bytes(Path(os.environ["EHR_GENESIS"]).read_bytes())
ledger = Ledger.create(os.environ.get("EHR_FOLDER"), genesis=genesis)
outbox, outbox_lock = defaultdict(list), Lock()  # frames by neighbour


@app.errorhandler(EhrError)
def failed(error):
    status = 404 if isinstance(error, LookupError) else 403 if isinstance(error, PermissionError) else 422
    return jsonify(error=error.kind, reason=error.reason), status


@app.post("/new_transaction")
def new_transaction():  # a draft that a doctor's or patient's device made and signed
    return jsonify(tx=str(ledger.submit(Draft.from_bytes(request.get_data())))), 201


@app.post("/mine")
def mine():
    mined = ledger.mine(keys)
    return jsonify(height=mined.height, id=str(mined.id), transactions=mined.transactions)


@app.get("/chain")
def chain():
    blocks = [ledger.block_info(height) for height in range(ledger.tip.height + 1)]
    return jsonify([{"id": str(b.id), "transactions": [str(tx) for tx in b.transactions]} for b in blocks])


@app.post("/frames/<int:peer>")
def frames(peer):  # frames of a neighbour in, what waits for it out
    with outbox_lock:
        out = [] if peer in outbox else ledger.peer_up(peer)
        for frame in request.json:
            out += ledger.receive(peer, b64decode(frame))
        for frame in out + ledger.tick():
            outbox[frame.peer].append(b64encode(frame.data).decode())
        return jsonify(outbox.pop(peer, []) + outbox[peer])
