"""Stores, transports and signers written in Python, right ones and wrong ones."""

from __future__ import annotations

import bisect
import queue
import threading


class DictStore:
    """A record store: sorted lists of keys, one per table."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tables: dict[int, dict[bytes, bytes]] = {}
        self.keys: dict[int, list[bytes]] = {}

    def get(self, table: int, key: bytes) -> bytes | None:
        return self.tables.get(table, {}).get(key)

    def range(self, table: int, start: bytes, end: bytes, limit: int) -> list[tuple[bytes, bytes]]:
        keys = self.keys.get(table, [])
        low = bisect.bisect_left(keys, start)
        high = bisect.bisect_left(keys, end) if end else len(keys)
        return [(key, self.tables[table][key]) for key in keys[low : min(high, low + limit)]]

    def commit(self, changes) -> None:
        with self.lock:
            for table, key, value in changes:
                rows = self.tables.setdefault(table, {})
                keys = self.keys.setdefault(table, [])
                if value is None:
                    if rows.pop(key, None) is not None:
                        keys.remove(key)
                else:
                    if key not in rows:
                        bisect.insort(keys, key)
                    rows[key] = value


class DictBlobs:
    """A blob store."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, id: str, data: bytes) -> None:
        self.blobs[id] = data

    def get(self, id: str) -> bytes | None:
        return self.blobs.get(id)

    def forget(self, id: str) -> bool:
        self.blobs.pop(id, None)
        return True


class Pipe:
    """One end of a connection between two threads, with room for a hundred frames."""

    ROOM = 100

    def __init__(self, number: int) -> None:
        self.number = number
        self.inbox: queue.Queue = queue.Queue()
        self.other: Pipe | None = None
        self.frames = 0
        self.starved = False
        self.closed = False
        self.lock = threading.Lock()

    @classmethod
    def pair(cls) -> tuple[Pipe, Pipe]:
        a, b = cls(1), cls(2)
        a.other, b.other = b, a
        for end in (a, b):
            end.inbox.put(("up", end.number))
        return a, b

    def send(self, peer: int, frame: bytes) -> bool:
        if peer != self.number or self.closed or self.other.closed:
            raise ConnectionError("gone")
        with self.other.lock:
            if self.other.frames >= self.ROOM:
                self.starved = True
                return False
            self.other.frames += 1
        self.other.inbox.put(("frame", self.other.number, frame))
        return True

    def receive(self, timeout: float):
        try:
            event = self.inbox.get(timeout=timeout) if timeout > 0 else self.inbox.get_nowait()
        except queue.Empty:
            return None
        if event[0] == "frame":
            with self.lock:
                self.frames -= 1
            if self.other.starved:
                self.other.starved = False
                self.other.inbox.put(("ready", self.other.number))
        return event

    def close(self) -> None:
        self.closed = True
        self.other.inbox.put(("down", self.other.number))


# Ed25519 as in RFC 8032, 5.1, slowly: a signer needs no other package here.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _mul(s, p):
    q = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = _add(q, p)
        p, s = _add(p, p), s >> 1
    return q


_BY = 4 * pow(5, _P - 2, _P) % _P
_X2 = (_BY * _BY - 1) * pow(_D * _BY * _BY + 1, _P - 2, _P) % _P
_BX = pow(_X2, (_P + 3) // 8, _P)
if (_BX * _BX - _X2) % _P:
    _BX = _BX * pow(2, (_P - 1) // 4, _P) % _P
if _BX & 1:
    _BX = _P - _BX
_B = (_BX, _BY, 1, _BX * _BY % _P)


def _pack(p):
    z = pow(p[2], _P - 2, _P)
    return (p[1] * z % _P | (p[0] * z % _P & 1) << 255).to_bytes(32, "little")


class SlowSigner:
    """An Ed25519 key of a 32-byte seed. Not constant-time: for tests only."""

    def __init__(self, seed: bytes) -> None:
        from hashlib import sha512

        self._hash = sha512
        digest = sha512(seed).digest()
        self._a = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
        self._prefix = digest[32:]
        self._public = _pack(_mul(self._a, _B))
        self.signed = 0

    def public_key(self) -> bytes:
        return self._public

    def sign(self, message: bytes) -> bytes:
        self.signed += 1
        number = lambda *parts: int.from_bytes(self._hash(b"".join(parts)).digest(), "little") % _L  # noqa: E731
        r = number(self._prefix, message)
        point = _pack(_mul(r, _B))
        s = (r + number(point, self._public, message) * self._a) % _L
        return point + s.to_bytes(32, "little")
