"""Behaviour written in Python: the suites pass, and whatever goes wrong is a typed error that loses nothing."""

import threading
import time

import pytest
from conftest import CANARY, make_story
from hosts import DictBlobs, DictStore, Pipe, SlowSigner

import ehr_ledger as ehr
from ehr_ledger import testing


class Boom(Exception):
    """Raised by callbacks."""


def test_the_suites_pass():
    testing.check_record_store(DictStore())
    testing.check_blob_store(DictBlobs())
    testing.check_transport(*Pipe.pair())
    testing.check_signer(SlowSigner(b"k" * 32))


def test_the_suites_notice():
    class Backwards(DictStore):
        def range(self, *args):
            return super().range(*args)[::-1]

    class HalfCommit(DictStore):
        def commit(self, changes):
            super().commit(changes[: len(changes) // 2])

    class Liar(DictBlobs):
        def get(self, id):
            data = super().get(id)
            return data and data[:-1] + b"?"

    class Shorty(SlowSigner):
        def sign(self, message):
            return super().sign(message)[:63]

    class Other(SlowSigner):
        def sign(self, message):
            return super().sign(message + b"!")

    class Keeper(DictBlobs):
        def forget(self, id):
            return True

    for check, wrong, rule in [
        (testing.check_record_store, Backwards(), "out of order"),
        (testing.check_record_store, HalfCommit(), "own keys"),
        (testing.check_blob_store, Liar(), "not what their id names"),
        (testing.check_blob_store, Keeper(), "forgotten"),
        (testing.check_signer, Shorty(b"k" * 32), "64 bytes"),
        (testing.check_signer, Other(b"k" * 32), "not valid"),
    ]:
        with pytest.raises(ehr.HostError, match=rule):
            check(wrong)


class Wrong(Pipe):
    """A connection on which something happens to the twentieth frame."""

    sent = 0

    def send(self, peer, frame):
        self.sent += 1
        return self.twentieth(peer, frame) if self.sent == 20 else super().send(peer, frame)


class Lossy(Wrong):
    def twentieth(self, peer, frame):
        return True


class Twice(Wrong):
    def twentieth(self, peer, frame):
        return Pipe.send(self, peer, frame) and Pipe.send(self, peer, frame)


class Swapped(Wrong):
    """The twentieth comes after the twenty-first."""

    held = None

    def twentieth(self, peer, frame):
        self.held = frame
        return True

    def send(self, peer, frame):
        sent = super().send(peer, frame)
        if self.sent == 21:
            Pipe.send(self, peer, self.held)
        return sent


class Changing(Wrong):
    def twentieth(self, peer, frame):
        return Pipe.send(self, peer, frame[:-1] + b"?")


class Endless(Wrong):
    """Says that it took what it has no room for."""

    def send(self, peer, frame):
        Pipe.send(self, peer, frame)
        return True


class Mute(Wrong):
    """Takes frames for peers that it does not have."""

    def send(self, peer, frame):
        return Pipe.send(self, peer, frame) if peer == self.number else True


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (Lossy, "lost"), (Twice, "changed"), (Swapped, "out of order"), (Changing, "changed"),
        (Endless, "back-pressure"), (Mute, "never was"),
    ],
)  # fmt: skip
def test_the_transport_suite_notices(wrong, rule):
    with pytest.raises(ehr.HostError, match=rule):
        testing.check_transport(*wrong.pair())


@pytest.mark.parametrize("wrong", [None, 5, object(), DictStore, {}])
def test_what_is_no_store_is_refused_at_once(wrong):
    with pytest.raises((TypeError, ehr.EhrError)):
        testing.check_blob_store(wrong)
    with pytest.raises(TypeError):
        testing.check_transport(wrong, wrong)


def test_a_ledger_on_python_stores():
    store, blobs = DictStore(), DictBlobs()
    story = make_story(store=store, blobs=blobs)
    ref, tip = story.record(), story.ledger.tip
    assert story.ledger.verify() and blobs.blobs and store.tables
    assert all(CANARY not in blob for blob in blobs.blobs.values())
    story.ledger.close()
    with ehr.Ledger.open(store=store, blobs=blobs, clock=story.clock) as again:
        assert again.tip == tip
        assert again.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY


def test_what_a_store_raises_is_the_cause_and_nothing_is_lost():
    class Failing(DictStore):
        broken = False

        def commit(self, changes):
            if self.broken:
                raise Boom("disk on fire at ward 7")
            super().commit(changes)

    store, blobs = Failing(), DictBlobs()
    story = make_story(store=store, blobs=blobs)
    tip = story.ledger.tip
    tx = story.ledger.enrol(ehr.Keyring.generate("Patient"), payer=story.hospital)
    store.broken = True
    with pytest.raises(ehr.HostError) as caught:
        story.mine()
    assert isinstance(caught.value.__cause__, Boom) and "ward 7" not in str(caught.value)
    store.broken = False
    assert story.ledger.tip == tip
    story.mine()
    assert story.ledger.tip.height == tip.height + 1 and story.ledger.verify()
    assert tx


def test_what_a_blob_store_raises():
    class Failing(DictBlobs):
        broken = False

        def put(self, id, data):
            if self.broken:
                raise Boom
            super().put(id, data)

    story, blobs = make_story(), Failing()
    broken = story.reopen(store=DictStore(), blobs=blobs)
    broken.sync_with(story.ledger)
    blobs.broken = True
    draft = story.ledger.draft_scope(story.patient, payer=story.hospital)
    with pytest.raises(ehr.HostError) as caught:
        broken.submit(draft)
    assert isinstance(caught.value.__cause__, Boom)
    assert broken.pool_size == 0


@pytest.mark.parametrize("garbage", [5, "text", [1], object(), b"\xff" * 40])
def test_garbage_from_a_store(garbage):
    class Garbage(DictStore):
        on = False

        def get(self, table, key):
            return garbage if self.on else super().get(table, key)

    store = Garbage()
    story = make_story(store=store, blobs=DictBlobs())
    story.ledger.close()
    store.on = True
    with pytest.raises(ehr.EhrError) as caught:
        ehr.Ledger.open(store=store, blobs=DictBlobs())
    assert isinstance(caught.value, (ehr.HostError, ehr.DamagedError, ehr.MalformedError, ehr.NotFoundError))


def test_a_store_that_calls_back_is_told_busy():
    class Nosy(DictStore):
        ledger = None
        seen = None

        def commit(self, changes):
            if self.ledger is not None:
                try:
                    self.ledger.tip
                except ehr.BusyError as error:
                    self.seen = error
            super().commit(changes)

    store = Nosy()
    story = make_story(store=store, blobs=DictBlobs())
    store.ledger = story.ledger
    start = time.monotonic()
    story.mine()
    assert isinstance(store.seen, ehr.BusyError) and time.monotonic() - start < 10


def test_a_store_that_hangs_holds_up_nobody_else():
    class Hanging(DictStore):
        gate = threading.Event()
        hang = False

        def commit(self, changes):
            if self.hang:
                self.gate.wait(30)
            super().commit(changes)

    store = Hanging()
    story, other = make_story(store=store, blobs=DictBlobs()), make_story()
    store.hang = True
    worker = threading.Thread(target=story.mine)
    worker.start()
    try:
        time.sleep(0.3)
        other.record()  # another ledger and this thread go on
        assert worker.is_alive()
    finally:
        store.gate.set()
        worker.join(30)
    assert not worker.is_alive() and story.ledger.verify()


def test_progress():
    seen = []
    ledger = make_story().ledger
    ledger.verify(progress=seen.append)
    assert all(isinstance(step, ehr.Progress) for step in seen)


def hard_story():
    """A chain on which a block takes a while: eight zero digits take minutes."""
    hospital = ehr.Keyring.generate("Institution")
    return ehr.Ledger.create(genesis=ehr.Genesis.new("hard", [hospital], difficulty=8)), hospital


def test_progress_cancels():
    ledger, hospital = hard_story()
    steps = []

    def stop(step):
        steps.append(step)
        assert ledger.tip.height == 0  # a progress callback may call the ledger
        return len(steps) < 3

    start = time.monotonic()
    with pytest.raises(ehr.CancelledError):
        ledger.mine(hospital, progress=stop)
    assert len(steps) == 3 and time.monotonic() - start < 30 and ledger.tip.height == 0
    assert steps[0].what == "mine" and steps[-1].done >= steps[0].done


def test_a_progress_callback_that_raises():
    ledger, hospital = hard_story()

    def boom(step):
        raise Boom

    with pytest.raises(ehr.HostError) as caught:
        ledger.mine(hospital, progress=boom)
    assert isinstance(caught.value.__cause__, Boom)

    def leave(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.mine(hospital, progress=leave)
    with pytest.raises((ehr.HostError, TypeError)):
        ledger.mine(hospital, progress=lambda step: "yes")
    with pytest.raises(TypeError):
        ledger.mine(hospital, progress=5)


def test_ctrl_c_ends_mining():
    import signal

    ledger, hospital = hard_story()
    # A process that was started in the background may have been told to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            ledger.mine(hospital)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - start < 20


def test_sync_over_a_transport(story):
    ref = story.record()
    other = story.reopen()
    a, b = Pipe.pair()
    tips = []
    thread = threading.Thread(target=lambda: tips.append(story.ledger.sync_over(a, idle=1.0)))
    thread.start()
    tips.append(other.sync_over(b, idle=1.0))
    thread.join(60)
    assert tips == [story.ledger.tip] * 2
    assert other.history(ref.record) == story.ledger.history(ref.record)


def test_a_transport_that_fails(story):
    class Failing(Pipe):
        def receive(self, timeout):
            raise Boom

    class Garbage(Pipe):
        def receive(self, timeout):
            return ("frame", -1)

    for cls, cause in ((Failing, Boom), (Garbage, Exception)):
        with pytest.raises(ehr.HostError) as caught:
            story.ledger.sync_over(cls(1), idle=0.2)
        assert isinstance(caught.value.__cause__, cause)
    assert story.ledger.verify()


def test_a_signer(story):
    signer = SlowSigner(b"q" * 32)
    patient = ehr.Keyring.with_signer("Patient", signer)
    assert patient.public_key == signer.public_key()
    story.ledger.enrol(patient, payer=story.hospital)
    story.mine()
    scope = story.ledger.create_scope(patient, payer=story.hospital).scope
    story.mine()
    assert story.ledger.scope_info(scope).account == patient.account and signer.signed >= 2
    file = patient.to_key_file("passphrase", memory_kib=8192)
    with pytest.raises(ehr.EhrError):
        ehr.Keyring.from_key_file(file, "passphrase")
    with pytest.raises(ehr.EhrError):
        ehr.Keyring.from_key_file(file, "passphrase", signer=SlowSigner(b"w" * 32))
    again = ehr.Keyring.from_key_file(file, "passphrase", signer=signer)
    assert again.account == patient.account


def test_a_signer_that_fails(story):
    class Failing(SlowSigner):
        on = False
        answer = None

        def sign(self, message):
            if self.on and self.answer is None:
                raise Boom("pin 1234")
            return self.answer if self.on else super().sign(message)

    signer = Failing(b"e" * 32)
    patient = ehr.Keyring.with_signer("Patient", signer)
    story.ledger.enrol(patient, payer=story.hospital)
    story.mine()
    signer.on = True
    with pytest.raises(ehr.HostError) as caught:
        story.ledger.create_scope(patient, payer=story.hospital)
    assert isinstance(caught.value.__cause__, Boom) and "1234" not in str(caught.value)
    for answer in (b"", b"\0" * 64, b"\0" * 63, 5, "text"):
        signer.answer = answer
        with pytest.raises(ehr.HostError):
            story.ledger.create_scope(patient, payer=story.hospital)
    assert story.ledger.pool_size == 0
