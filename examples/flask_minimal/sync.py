"""Carries frames between two hospitals until neither has more to say.

python sync.py http://127.0.0.1:5001 http://127.0.0.1:5002
"""

import json
import sys
from urllib.request import Request, urlopen


def post(url, data, kind="application/json"):
    with urlopen(Request(url, data, {"Content-Type": kind}), timeout=60) as response:
        return json.load(response)


def sync(first, second, peer=1):
    """`peer` is the number of this connection, the same each time."""
    waiting = {first: [], second: []}
    quiet = False
    while not quiet:
        quiet = True
        for end, other in ((first, second), (second, first)):
            frames, waiting[end] = waiting[end], []
            waiting[other] += post(f"{end}/frames/{peer}", json.dumps(frames).encode())
            quiet = quiet and not frames and not waiting[other]


def keep_up(ledger, url, peer):
    """Brings a ledger of this process up to what a hospital has, over a connection of its own: a new number each time."""
    out = ledger.peer_up(peer)
    while True:
        frames = [frame.data.hex() for frame in out]
        answers = post(f"{url}/frames/{peer}", json.dumps(frames).encode())
        if not frames and not answers:
            ledger.peer_down(peer)
            return
        out = [frame for answer in answers for frame in ledger.receive(peer, bytes.fromhex(answer))] + ledger.tick()


if __name__ == "__main__":
    sync(*sys.argv[1:3])
