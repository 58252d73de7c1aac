"""Carries frames between two hospitals until neither has more to say.

python sync.py http://127.0.0.1:5001 http://127.0.0.1:5002
"""

import json
import random
import sys
from urllib.request import Request, urlopen


def post(url, data, kind="application/json"):
    with urlopen(Request(url, data, {"Content-Type": kind}), timeout=60) as response:
        return json.load(response)


def sync(first, second):
    peer = random.getrandbits(53)  # a connection's number, new each time
    ends = {first: second, second: first}
    waiting = {end: post(f"{other}/frames/{peer}", b"[]") for end, other in ends.items()}
    while any(waiting.values()):
        for end, other in ends.items():
            frames, waiting[end] = waiting[end], []
            if frames:
                waiting[other] += post(f"{end}/frames/{peer}", json.dumps(frames).encode())


if __name__ == "__main__":
    sync(*sys.argv[1:3])
