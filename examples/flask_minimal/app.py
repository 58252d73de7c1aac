"""One hospital as one Flask process with its own ledger; neighbours post each other frames. No logins, no TLS."""

from os import environ
from pathlib import Path

from ehr_ledger import Draft, EhrError, Genesis, Keyring, Ledger
from flask import Flask, request

app, outbox = Flask(__name__), {}  # frames that wait, by neighbour
keys = Keyring.from_key_file(Path(environ["EHR_KEYS"]).read_bytes(), environ["EHR_PASSPHRASE"])
folder, genesis = Path(environ["EHR_FOLDER"]), Genesis.from_bytes(Path(environ["EHR_GENESIS"]).read_bytes())
ledger = Ledger.open(folder) if folder.exists() else Ledger.create(folder, genesis=genesis)
app.register_error_handler(EhrError, lambda error: ({"error": error.kind, "reason": error.reason}, 422))


@app.post("/new_transaction")
def new_transaction():  # a draft that a doctor's or patient's device made and signed
    return {"tx": str(ledger.submit(Draft.from_bytes(request.data)))}, 201


@app.post("/mine")
def mine():
    mined = ledger.mine(keys)
    return {"height": mined.height, "id": str(mined.id), "transactions": mined.transactions}


@app.get("/chain")
def chain():
    blocks = map(ledger.block_info, range(ledger.tip.height + 1))
    return [{"id": str(b.id), "transactions": [str(tx) for tx in b.transactions]} for b in blocks]


@app.post("/frames/<int:peer>")
def frames(peer):  # frames of a neighbour in, what waits for it out
    out = [] if peer in outbox else ledger.peer_up(peer)
    out += [answer for frame in request.json for answer in ledger.receive(peer, bytes.fromhex(frame))]
    for frame in out + ledger.tick():
        outbox.setdefault(frame.peer, []).append(frame.data.hex())
    waiting, outbox[peer] = outbox.get(peer, []), []
    return waiting
