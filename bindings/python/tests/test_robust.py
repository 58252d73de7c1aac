"""Threads, forks, closed handles and a hundred thousand wrong calls: typed errors, no crash, no hang, nothing lost."""

import gc
import inspect
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
import weakref

import pytest
from conftest import NOW, YEAR, make_story
from hosts import DictBlobs, DictStore, Pipe, SlowSigner

import ehr_ledger as ehr
from ehr_ledger import testing

CALLS = 100_000
SEED = 20260301


def test_eight_threads():
    story = make_story()
    ref = story.record()
    ledger, text = story.ledger, str(ref.record)
    failures, done = [], []
    deadline = time.monotonic() + 300

    def work(number):
        dice = random.Random(number)
        jobs = [
            lambda: ledger.tip, lambda: ledger.pool_size, lambda: ledger.account_info(story.patient),
            lambda: ledger.block_info(dice.randrange(5)), lambda: ledger.transaction_info(ref.tx),
            lambda: ehr.RecordId(text) == ref.record, lambda: story.patient.public_key, lambda: ledger.chain_id,
            lambda: ledger.scope_info(story.scope), lambda: ledger.is_closed,
        ]  # fmt: skip
        try:
            for _ in range(10_000):
                dice.choice(jobs)()
            done.append(number)
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    mined = 0
    while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
        story.mine()
        mined += 1
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    assert not failures and sorted(done) == list(range(8)) and mined > 0
    assert ledger.verify()
    print(f"8 threads x 10000 calls beside {mined} blocks")


def test_other_threads_run_while_it_mines():
    hospital = ehr.Keyring.generate("Institution")
    ledger = ehr.Ledger.create(genesis=ehr.Genesis.new("hard", [hospital], difficulty=8))
    stop = threading.Event()

    def mine():
        with pytest.raises(ehr.CancelledError):
            ledger.mine(hospital, progress=lambda step: not stop.is_set())

    miner = threading.Thread(target=mine)
    miner.start()
    ticks, calls, end = 0, 0, time.monotonic() + 1
    while time.monotonic() < end:
        ticks += 1
        calls += ledger.tip.height == 0  # the ledger answers meanwhile, too
    alive = miner.is_alive()
    stop.set()
    miner.join(30)
    assert alive and not miner.is_alive()
    assert ticks > 1000 and calls == ticks, (ticks, calls)


@pytest.mark.parametrize("name", ["to_key_file", "from_key_file"])
def test_other_threads_run_while_a_passphrase_is_tried(name):
    keys = ehr.Keyring.generate("Patient")
    file = keys.to_key_file("x", memory_kib=8192)
    job = {
        "to_key_file": lambda: keys.to_key_file("x", memory_kib=65536),
        "from_key_file": lambda: [ehr.Keyring.from_key_file(file, "x") for _ in range(5)],
    }[name]
    worker = threading.Thread(target=job)
    worker.start()
    ticks = 0
    while worker.is_alive():
        ticks += 1
        time.sleep(0.001)
    assert ticks > 3, ticks


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "while a thread mines"])
def test_fork(tmp_path, busy):
    story = make_story(tmp_path / "ledger")
    ledger = story.ledger
    draft = ledger.draft_scope(story.patient, payer=story.hospital)
    stop = threading.Event()

    def keep_busy():
        while not stop.is_set():
            ledger.mine(story.hospital)

    worker = threading.Thread(target=keep_busy)
    if busy:
        worker.start()
        time.sleep(0.2)
    uses = [
        lambda: ledger.tip, lambda: ledger.mine(story.hospital), ledger.close, lambda: ledger.is_closed,
        lambda: story.patient.public_key, lambda: story.patient.account, story.patient.wipe,
        lambda: story.patient.to_key_file("x"), lambda: draft.id, lambda: draft.to_bytes(), lambda: story.clock.now(),
        lambda: story.genesis.to_bytes(), lambda: ehr.LightClient(story.genesis), lambda: ledger.submit(draft),
        lambda: ledger.enrol(story.patient, payer=story.hospital),
    ]  # fmt: skip
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        answer = b"ok"
        try:
            signal.alarm(60)
            for number, use in enumerate(uses):
                try:
                    use()
                    answer = f"{number} worked".encode()
                except ehr.ForkedError as error:
                    if "fork" not in str(error):
                        answer = b"unnamed"
            # Ids and values are the child's own; so is a new ledger.
            own = make_story(tmp_path / "child")
            own.record()
            if not own.ledger.verify():
                answer = b"unsound"
            # Dropping the parent's handles must not touch the parent's file.
            ledger = story = draft = own = uses = None
            gc.collect()
        except BaseException as error:  # noqa: BLE001 - told to the parent
            answer = repr(error).encode()
        os.write(write, answer)
        os._exit(0)
    os.close(write)
    answer = os.read(read, 4096)
    os.close(read)
    assert os.waitpid(child, 0)[1] == 0 and answer == b"ok", answer
    stop.set()
    if busy:
        worker.join(60)
    story.record()
    assert ledger.verify()
    tip = ledger.tip
    ledger.close()
    with ehr.Ledger.open(tmp_path / "ledger", clock=story.clock) as again:
        assert again.tip == tip and again.verify()


def test_multiprocessing_fork_workers(tmp_path):
    """As gunicorn with preloading: made in the parent, used in the child."""
    code = """if 1:
        import multiprocessing, sys
        import ehr_ledger as ehr
        hospital = ehr.Keyring.generate("Institution")
        ledger = ehr.Ledger.create(genesis=ehr.Genesis.new("x", [hospital], difficulty=0))
        def work(_):
            try:
                ledger.mine(hospital)
            except ehr.ForkedError as error:
                return type(error).__name__
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(set(pool.map(work, range(8))))
        print(ledger.mine(hospital).height)
    """
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.stdout == "{'ForkedError'}\n1\n", (run.stdout, run.stderr)


def test_a_closed_ledger(story):
    ledger = story.ledger
    ref = story.record()
    draft = ledger.draft_scope(story.patient, payer=story.hospital)
    ledger.close()
    ledger.close()
    assert ledger.is_closed and ledger.chain_id == story.genesis.chain_id
    uses = [
        lambda: ledger.tip, lambda: ledger.mine(story.hospital), lambda: ledger.submit(draft), ledger.tick,
        lambda: ledger.history(ref.record), lambda: ledger.prove_record(ref.record), ledger.verify, ledger.headers,
        lambda: ledger.sync_with(story.reopen()), lambda: story.reopen().sync_with(ledger), lambda: ledger.pool_size,
        lambda: ledger.sync_over(Pipe.pair()[0]), lambda: ledger.peer_up(1), lambda: ledger.genesis, ledger.events,
        lambda: ledger.enrol(story.patient, payer=story.hospital), ledger.trust_anchor, ledger.missing_bodies,
    ]  # fmt: skip
    for use in uses:
        with pytest.raises(ehr.ClosedError):
            use()
    with pytest.raises(ehr.ClosedError), ledger:
        ledger.tip  # noqa: B018


def test_closing_while_others_call():
    for round_ in range(10):
        story = make_story(seed=bytes([round_]) * 32)
        start = threading.Barrier(5)
        kinds = []

        def work():
            start.wait()
            try:
                for _ in range(1000):
                    story.ledger.tip  # noqa: B018
            except ehr.EhrError as error:
                kinds.append(error.kind)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        start.wait()
        story.ledger.close()
        for thread in threads:
            thread.join(60)
        assert set(kinds) <= {"Closed"}


def test_a_damaged_folder(tmp_path):
    story = make_story(tmp_path / "ledger")
    ref = story.record()
    read = lambda: story.ledger.read(ref.record, reader=story.patient, purpose="PATRQT")  # noqa: E731
    kinds = set()
    for file in (tmp_path / "ledger" / "blobs").rglob("*"):
        if not file.is_file() or not (data := file.read_bytes()):
            continue
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        try:
            read()
        except ehr.EhrError as error:
            kinds.add(error.kind)
            assert not story.ledger.verify()
        file.write_bytes(data)
    assert kinds == {"Damaged"} and read() and story.ledger.verify()
    story.ledger.close()
    file = tmp_path / "ledger" / "ledger.redb"
    data = file.read_bytes()
    for cut in (0, 10, len(data) // 3, len(data) - 1):
        file.write_bytes(data[:cut])
        with pytest.raises(ehr.DamagedError):
            ehr.Ledger.open(tmp_path / "ledger")
    file.write_bytes(data)
    with ehr.Ledger.open(tmp_path / "ledger", clock=story.clock) as again:
        assert again.verify()


def test_what_a_newer_version_wrote_and_what_no_disk_takes(tmp_path):
    file = bytearray(ehr.Keyring.generate("Patient").to_key_file("x", memory_kib=8192))
    file[1] += 1  # the format's number
    with pytest.raises(ehr.NewerFormatError):
        ehr.Keyring.from_key_file(file, "x")
    genesis = ehr.Genesis.new("x", [ehr.Keyring.generate("Institution")], difficulty=0)
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "file", tmp_path / "file" / "below", "/proc/nothing/here"):
        with pytest.raises(ehr.StorageError):
            ehr.Ledger.create(path, genesis=genesis)
    for path in (b"bytes", 5, "with\0zero"):
        with pytest.raises((TypeError, ValueError, OSError)):
            ehr.Ledger.create(path, genesis=genesis)


def test_handles_are_let_go():
    store, blobs = DictStore(), DictBlobs()
    story = make_story(store=store, blobs=blobs)
    kept = [weakref.ref(store), weakref.ref(blobs), weakref.ref(story.ledger), weakref.ref(story.patient)]
    story.ledger.close()
    del store, blobs, story
    gc.collect()
    assert [ref() for ref in kept] == [None] * 4


def test_syncing_with_itself_and_crosswise(story):
    assert story.ledger.sync_with(story.ledger) == story.ledger.tip
    other = story.reopen()
    threads = [
        threading.Thread(target=a.sync_with, args=(b,)) for a, b in [(story.ledger, other), (other, story.ledger)] * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert other.sync_with(story.ledger) == story.ledger.tip


class Nasty:
    """Answers everything with trouble."""

    def __getattr__(self, name):
        raise RuntimeError("no attributes today")

    def __index__(self):
        raise RuntimeError("no number")

    def __iter__(self):
        while True:
            yield self

    def __len__(self):
        return 2**62

    def __bool__(self):
        raise RuntimeError("undecided")


def test_a_hundred_thousand_wrong_calls():
    """Half of the calls are anything with anything; the other half are nearly right, to get past the first check."""
    dice = random.Random(SEED)
    story = make_story()
    ledger, ref = story.ledger, story.record()
    grant = ledger.grant(story.terms(), patient=story.patient, payer=story.hospital)
    story.mine()
    closed, wiped = make_story().ledger, ehr.Keyring.generate("Patient")
    closed.close()
    wiped.wipe()
    draft = ledger.draft_scope(story.patient, payer=story.hospital)
    light = ehr.LightClient(story.genesis, clock=story.clock)
    proof, headers, huge = ledger.prove_record(ref.record), ledger.headers(), bytes(8 << 20)
    manifest = ledger.history(ref.record)[0].manifest

    def forever():
        while True:
            yield "TREAT"

    anything = [
        None, True, False, 0, 1, -1, 255, 2**31, 2**32, 2**63, 2**64, 2**70, -(2**63), 1.5, float("nan"), float("inf"),
        "", "x", "5f" * 32, "5f" * 33, "\0", "\ud800", "TREAT", "READ", "DOCTOR", "Patient", "\u00e9" * 40, b"", b"x",
        b"\xff" * 112, bytes(32), bytearray(b"abc"), memoryview(b"abcdef")[::2], memoryview(b"abc"), [], [None], ["TREAT"],
        (), {}, set(), {1: 2}, object(), Nasty(), Nasty, int, print, lambda *a: None, range(3), NOW,
        NOW.replace(tzinfo=None), YEAR, ..., ledger, story.genesis, story.clock, story.patient, story.hospital,
        story.doctor, story.scope, ref, ref.record, ref.tx, draft, light, proof, closed, wiped, ehr.Purposes.TREAT,
        ehr.Purposes(0), ehr.Actions.READ, ehr.Role.PATIENT, ehr.OfScope(story.scope), ehr.OfAccount(story.specialist),
        ehr.Section(b"x"), story.terms(), DictStore(), DictBlobs(), SlowSigner(b"z" * 32), ehr.Entropy.seeded(bytes(32)),
        Exception("x"), [story.patient], [story.patient, None], (wiped,), [ehr.Section("text")], [ehr.Section(huge)], huge,
    ]  # fmt: skip
    keys = [story.hospital, story.clinic, story.doctor, story.specialist, story.patient, wiped]
    ids = ["ab" * 32, ref.tx, ref.record, story.scope, grant, story.patient.account, str(ref.tx), str(grant)]
    numbers = [0, 1, 2, 7, 112, 2**32 - 1, 2**63 - 1, 2**64 - 1]
    blobs = [b"", b"x" * 100, proof, proof[:-1], headers, headers[:112], draft.to_bytes(), story.genesis.to_bytes(),
             ledger.trust_anchor(), ledger.body(manifest), huge]  # fmt: skip
    resources = [ref.record, story.scope, ehr.OfRecord(ref.record), ehr.AllOf(story.patient), ehr.OfVersion(ref.record, 9)]
    subjects = [ehr.OfAccount(story.specialist), ehr.AnyAdmitted("NURSE"), *keys[:5]]
    likely = {
        **dict.fromkeys(["payer", "patient", "author", "person", "keys", "reader", "requester", "releaser"], keys),
        **dict.fromkeys(["institution", "staff", "acting_for", "account", "recipient"], keys + ids),
        **dict.fromkeys(["record", "scope", "grant", "request", "proposal", "tx", "trusted_block"], ids * 3 + [ref.record]),
        **dict.fromkeys(["version", "limit", "peer", "height", "since", "on_height", "jurisdiction", "depth"], numbers),
        **dict.fromkeys(["data", "proof", "headers", "frame", "transaction", "anchor", "body", "seed"], blobs),
        **dict.fromkeys(["kind", "name", "why", "media_type", "passphrase"], ["Note", "", "x" * 300, "\0", "text/plain"]),
        **dict.fromkeys(["purpose", "purposes"], ["TREAT", ["TREAT", "BTG"], ehr.Purposes(0), ehr.Purposes.HRESCH, "?"]),
        **dict.fromkeys(["action", "actions"], ["READ", ["READ", "SHARE"], ehr.Actions(0), ehr.Actions.BOOK]),
        **dict.fromkeys(["until", "time", "not_after"], [NOW, YEAR, YEAR.replace(year=9999), NOW.replace(tzinfo=None)]),
        "roles": ["DOCTOR", ["DOCTOR", "NURSE"], ehr.StaffRoles(0)], "resource": resources, "subject": subjects,
        "terms": [story.terms(), story.terms(actions=()), story.terms(resource=ehr.OfRecord("ab" * 32))],
        "sections": [[], [ehr.Section(b"x")] * 3, [ehr.Section(b"x", "")], [ehr.Section(b"")] * 300], "draft": [draft],
        "signers": [[], [story.patient], keys], "id": [manifest, str(manifest)], "reason": ["Routine", "Unstated", "?"],
        "code": ["Unstated", "?"], "founders": [keys[:2], [], [story.patient], [wiped]], "genesis": [story.genesis],
        "difficulty": [0, 8, 9], "confirmations": [0, 1, 2**64 - 1], "entropy": [None, ehr.Entropy.seeded(bytes(32))],
        "clock": [None, story.clock], "signer": [SlowSigner(b"z" * 32)], "role": ["Patient", ehr.Role.STAFF],
    }  # fmt: skip
    long = {  # with right arguments these may take their time; they have tests of their own
        "mine", "mine_until_final", "verify", "sync_over", "sync_with", "close", "wipe", "forget_recovery_key",
        "to_key_file", "from_key_file", "with_signer", "generate",
    }  # fmt: skip

    def public(thing, skip=frozenset()):
        cls = thing if isinstance(thing, type) else type(thing)
        names = [n for n in dir(cls) if not n.startswith("_") and n not in skip and callable(getattr(cls, n))]
        return [getattr(thing, n) for n in names]

    targets = [
        *public(ledger, long), *public(closed, long), *public(story.patient, long), *public(wiped), *public(draft),
        *public(light), *public(ehr.Genesis), *public(story.genesis), *public(ehr.Clock), *public(ehr.Entropy),
        *public(ehr.Keyring, long), ehr.LightClient, ehr.verify_proof, ehr.GrantTerms, ehr.StaffOf, ehr.OfVersion,
        *(getattr(ehr, n) for n in ehr.__all__ if n.endswith("Id")), testing.check_signer,
    ]  # fmt: skip
    names = sorted(likely)

    def any_call(target):
        args = [dice.choice(anything) if dice.random() < 0.9 else forever() for _ in range(dice.choice([0, 1, 1, 2, 3]))]
        return args, {dice.choice(names): dice.choice(anything) for _ in range(dice.choice([0, 0, 1, 3]))}

    def near_call(target):
        args, kwargs = [], {}
        for name, parameter in inspect.signature(target).parameters.items():
            if name == "self" or parameter.default is not parameter.empty and dice.random() < 0.6:
                continue
            value = dice.choice(likely.get(name, anything) if dice.random() < 0.95 else anything)
            if parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[name] = value
            elif parameter.default is parameter.empty:
                args.append(value)
        return args, kwargs

    outcomes: dict[str, int] = {}
    slowest = (0.0, "")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in range(CALLS):
        target = dice.choice(targets)
        args, kwargs = (near_call if number % 2 else any_call)(target)
        if number % 500 == 0:
            signal.alarm(120)  # a hang ends the run
        start = time.monotonic()
        try:
            target(*args, **kwargs)
            outcome = "answered"
        except (ehr.InternalError, SystemError) as error:
            raise AssertionError((SEED, number, target, args, kwargs)) from error
        except Exception as error:  # noqa: BLE001 - every exception is an answer, and counted
            outcome = type(error).__name__
        slowest = max(slowest, (time.monotonic() - start, target.__name__))
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    signal.alarm(0)
    print(f"seed {SEED}: {sum(outcomes.values())} calls, slowest {slowest}, {sorted(outcomes.items())}")
    assert sum(outcomes.values()) == CALLS and slowest[0] < 20
    assert set(outcomes) <= {"answered", "TypeError", "OverflowError", "RuntimeError", "UnicodeEncodeError"} | {
        name for name in ehr.__all__ if name.endswith("Error")
    }
    typed = ["ClosedError", "DeniedError", "InvalidArgumentError", "MalformedError", "NotFoundError", "RefusedError"]
    assert min(outcomes.get(name, 0) for name in ["answered", "TypeError", *typed]) > 10, outcomes
    story.mine()
    assert ledger.verify() and ledger.read(ref.record, reader=story.patient, purpose="PATRQT")
