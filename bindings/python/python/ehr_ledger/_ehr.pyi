"""
The extension behind `ehr_ledger`; import from there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from ehr_ledger.enums import Actions, DenyCode, Purposes, RejectReason, Role, RotateReason, StaffRoles
from ehr_ledger.protocols import BlobStore, ProgressCallback, RecordStore, Signer, Transport
from ehr_ledger.values import AccountInfo, BlockInfo, Decision, DeviceInfo, GrantInfo, GrantTerms, LedgerEvent, MembershipInfo, Mined, OpenedVersion, OutFrame, ProposalInfo, ProvenFacts, RecordRef, RequestInfo, Resource, ScopeInfo, ScopeRef, Section, Subject, Tip, TransactionInfo, VerifyReport, VersionInfo
from os import PathLike
from typing import Any, SupportsFloat, SupportsIndex, final

__all__ = ["AccountId", "BlockId", "ChainId", "Clock", "ContentId", "Draft", "Entropy", "Genesis", "GrantId", "Keyring", "Ledger", "LightClient", "NewDevice", "RecordId", "RequestId", "ScopeId", "TxId", "_Toolbox", "_forked", "_noop", "_words", "check_blob_store", "check_record_store", "check_signer", "check_transport", "verify_proof", "version"]

@final
class AccountId:
    """
    Stable id of an account; keys rotate under it.

    >>> from ehr_ledger import AccountId
    >>> id = AccountId("5f" * 32)
    >>> id
    AccountId('5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f')
    >>> id == AccountId(bytes(id)) and str(id) == "5f" * 32
    True
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> AccountId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class BlockId:
    """
    Id of a block.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> BlockId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class ChainId:
    """
    Id of a chain: every transaction and block names it.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> ChainId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class Clock:
    """
    A clock: the system's, or one that a test sets.

    >>> from datetime import datetime, timezone
    >>> from ehr_ledger import Clock
    >>> clock = Clock.manual(datetime(2026, 1, 1, tzinfo=timezone.utc))
    >>> clock.now().isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    @staticmethod
    def manual(time: datetime) -> Clock:
        """
        A clock that stands still until it is set.
        """
    def now(self, /) -> datetime:
        """
        The time it shows.
        """
    def set(self, /, time: datetime) -> None:
        """
        Sets a manual clock. The system's clock is not to be set: `InvalidArgumentError`.
        """
    @staticmethod
    def system() -> Clock:
        """
        The system's clock.
        """

@final
class ContentId:
    """
    Id of some bytes: their SHA-256, written as a CID that IPFS tools read.
    """
    def __bytes__(self, /) -> bytes:
        """
        The SHA-256.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str) -> ContentId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    def matches(self, /, data: bytes | bytearray | memoryview) -> bool:
        """
        Whether these are the bytes.
        """

@final
class Draft:
    """
    A transaction that is being signed, with the sealed bodies that belong to it.

    What it does is fixed; only signatures are added. As bytes it travels from a hospital's server to a patient's phone
    and back; it also pickles.
    """
    def __reduce__(self, /) -> tuple[Any, tuple[bytes]]:
        """
        Pickles as its bytes.
        """
    def __repr__(self, /) -> str: ...
    @property
    def account(self, /) -> AccountId | None:
        """
        The account it enrols, admits or rotates.
        """
    @property
    def bodies(self, /) -> list[ContentId]:
        """
        Ids of the sealed bodies that go with it.
        """
    @staticmethod
    def from_bytes(data: bytes | bytearray | memoryview) -> Draft:
        """
        A draft as another process wrote it. Nothing in it is trusted.
        """
    @property
    def id(self, /) -> TxId:
        """
        The transaction's id; signatures do not change it. Also the id of the grant or request it makes.
        """
    @property
    def kind(self, /) -> str:
        """
        What kind of transaction it is, such as ``"RecordCreate"``.
        """
    @property
    def missing(self, /) -> list[AccountId]:
        """
        Who must still sign.
        """
    @property
    def record(self, /) -> RecordId | None:
        """
        The record it makes or continues.
        """
    @property
    def scope(self, /) -> ScopeId | None:
        """
        The scope it makes or rotates, or files a record in.
        """
    def sign(self, /, keys: Keyring) -> None:
        """
        Adds the signature of these keys.
        """
    @property
    def signers(self, /) -> list[AccountId]:
        """
        Who has signed.
        """
    def to_bytes(self, /) -> bytes:
        """
        The draft with all signatures so far. Bodies in it are sealed; nothing is secret.
        """
    @property
    def version(self, /) -> int | None:
        """
        Which version of that record.
        """

@final
class Entropy:
    """
    Where random numbers come from: the system, or a seed.
    """
    @staticmethod
    def seeded(seed: bytes | bytearray | memoryview) -> Entropy:
        """
        The same numbers each time: for tests only, keys made with it are not secret.
        """
    @staticmethod
    def system() -> Entropy:
        """
        The system's.
        """

@final
class Genesis:
    """
    What a chain starts from: its name, its rules and its founders. Everybody who joins has the same bytes of it.

    >>> from ehr_ledger import Genesis, Keyring, Role
    >>> genesis = Genesis.new("example", [Keyring.generate(Role.INSTITUTION)], difficulty=0)
    >>> Genesis.from_bytes(genesis.to_bytes()).chain_id == genesis.chain_id
    True
    """
    def __reduce__(self, /) -> tuple[Any, tuple[bytes]]:
        """
        Pickles as its bytes.
        """
    def __repr__(self, /) -> str: ...
    @property
    def chain_id(self, /) -> ChainId:
        """
        SHA-256 over the bytes: the chain's name among machines.
        """
    @staticmethod
    def from_bytes(data: bytes | bytearray | memoryview) -> Genesis:
        """
        From the bytes that the founders gave.
        """
    @staticmethod
    def new(name: str, founders: Sequence[Keyring], *, difficulty: SupportsIndex = 2, confirmations: SupportsIndex = 6, credits: SupportsIndex = 1000000, time: datetime | None = None, clock: Clock | None = None, entropy: Entropy | None = None) -> Genesis:
        """
        A new chain. Every founder is enrolled and gets credits; those that are institutions are admitted.

        `difficulty` is the number of leading zero hex digits of every block id, 0 to 8; the papers use 2. A block with
        `confirmations` blocks, itself included, is final. `time` is that of block 0, now if not given.
        """
    def to_bytes(self, /) -> bytes:
        """
        The bytes to be given to everybody who joins.
        """

@final
class GrantId:
    """
    Id of a grant: of the transaction that made it.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> GrantId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class Keyring:
    """
    The secret keys of one account on one device.

    They cannot be pickled, copied or printed. Leave a ``with`` block, or call `wipe`, to wipe them.

    >>> from ehr_ledger import Keyring, Role
    >>> with Keyring.generate(Role.PATIENT) as keys:
    ...     file = keys.to_key_file("correct horse battery staple", memory_kib=8192)
    >>> again = Keyring.from_key_file(file, "correct horse battery staple")
    >>> again.account == keys.account
    True
    """
    def __enter__(self, /) -> Keyring: ...
    def __exit__(self, /, _kind: Any | None = None, _error: Any | None = None, _trace: Any | None = None) -> None: ...
    def __reduce__(self, /) -> str:
        """
        Refuses: keys must not leak into a session, a cache or a task queue.
        """
    def __repr__(self, /) -> str: ...
    @property
    def account(self, /) -> AccountId:
        """
        The account these keys are for.
        """
    @property
    def device(self, /) -> int:
        """
        This device's number in the account: 0 for the first.
        """
    @property
    def encryption_key(self, /) -> bytes:
        """
        The public encryption key of the current generation, 32 bytes.
        """
    def forget_recovery_key(self, /) -> None:
        """
        Wipes the recovery key from memory and from later key files.
        """
    @staticmethod
    def from_key_file(data: bytes | bytearray | memoryview, passphrase: str, *, signer: Signer | None = None) -> Keyring:
        """
        Opens a key file. Raises `CannotOpenError` when the passphrase is wrong.

        Keys made with a signer need it again.
        """
    @staticmethod
    def generate(role: Role | str, *, entropy: Entropy | None = None) -> Keyring:
        """
        New keys for a new account.
        """
    @property
    def generation(self, /) -> int:
        """
        How many times the encryption key was rotated.
        """
    @property
    def is_wiped(self, /) -> bool:
        """
        Whether they were wiped.
        """
    @property
    def public_key(self, /) -> bytes:
        """
        The public signature key, 32 bytes.
        """
    def recovery_key(self, /) -> bytes | None:
        """
        SECRET: the recovery key, to be written down; `None` after `forget_recovery_key`.
        """
    @property
    def role(self, /) -> Role:
        """
        What the account is.
        """
    def to_key_file(self, /, passphrase: str, *, memory_kib: SupportsIndex | None = None, entropy: Entropy | None = None) -> bytes:
        """
        The keys under a passphrase, to be kept. `memory_kib` is what Argon2id costs to try one passphrase.
        """
    def wipe(self, /) -> None:
        """
        Wipes the keys. Later use raises `ClosedError`; again is no error.
        """
    @staticmethod
    def with_signer(role: Role | str, signer: Signer, *, entropy: Entropy | None = None) -> Keyring:
        """
        New keys whose signature key is kept elsewhere, such as in a smart card. Encryption keys are still here.
        """

@final
class Ledger:
    """
    One ledger, open. Threads may share it; a ``with`` block closes it.

    Two forms of every transaction: ``ledger.enrol(...)`` makes, signs and hands in at once, with all the keys that are
    here; ``ledger.draft_enrol(...)`` gives a `Draft` that others still sign, for `submit`. Whoever's keys are given
    signs. Nothing counts before it is mined.

    >>> from ehr_ledger import Genesis, Keyring, Ledger, Role
    >>> hospital, patient = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.PATIENT)
    >>> with Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0)) as ledger:
    ...     tx = ledger.enrol(patient, payer=hospital)
    ...     mined = ledger.mine(hospital)
    ...     ledger.transaction_info(tx).height, ledger.tip.id == mined.id
    (1, True)
    """
    def __enter__(self, /) -> Ledger: ...
    def __exit__(self, /, _kind: Any | None = None, _error: Any | None = None, _trace: Any | None = None) -> None: ...
    def __reduce__(self, /) -> str:
        """
        Refuses: a ledger is a handle on a store.
        """
    def __repr__(self, /) -> str: ...
    def account_info(self, /, account: AccountId | Keyring | str) -> AccountInfo | None:
        """
        An account.
        """
    def acknowledge(self, /, request: RequestId | str, *, patient: Keyring, payer: Keyring, terms: GrantTerms | None = None, signers: Sequence[Keyring] | None = None) -> GrantId:
        """
        Answers a request with a grant: of what was asked for, or of `terms`, which must not be more.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def add_device(self, /, keys: Keyring, *, offer: bytes | bytearray | memoryview, payer: Keyring, manages: bool = False, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Adds a device to the account of `keys`, from what `NewDevice.offer` gave. One that `manages` may add and remove
        devices too. Begins the next generation of the keys: save them before this is handed in.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def admit(self, /, institution: AccountId | Keyring | str, *, name: str, jurisdiction: SupportsIndex, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Admits an enrolled institution; two thirds of the admitted ones must sign. `jurisdiction` is the numeric country
        code of ISO 3166-1. The name itself stays off the chain.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def append_record(self, /, *, scope: ScopeId | str, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None, signers: Sequence[Keyring] | None = None) -> RecordRef:
        """
        Begins a record in a patient's scope: seals the sections on the way. The patient must sign.

        Give one `body` and its `media_type`, or several `sections`.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def append_version(self, /, record: RecordId | str, *, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None, signers: Sequence[Keyring] | None = None) -> RecordRef:
        """
        Continues a record with its next version. The patient must sign.

        Give one `body` and its `media_type`, or several `sections`.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def block_info(self, /, height: SupportsIndex) -> BlockInfo | None:
        """
        A block of the best chain.
        """
    def body(self, /, id: ContentId | str) -> bytes | None:
        """
        A sealed body.
        """
    @property
    def chain_id(self, /) -> ChainId:
        """
        The chain's name among machines.
        """
    def close(self, /) -> None:
        """
        Closes it; a call that is under way ends first, and later calls raise `ClosedError`. Again is no error.
        """
    def co_sign(self, /, proposal: TxId | str, *, patient: Keyring, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        The patient ratifies a proposal, named by its transaction.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    @staticmethod
    def create(path: str | PathLike[str] | None = None, *, genesis: Genesis, store: RecordStore | None = None, blobs: BlobStore | None = None, clock: Clock | None = None, entropy: Entropy | None = None) -> Ledger:
        """
        Begins a ledger in an empty folder, in stores written in Python, or in memory.
        """
    def create_scope(self, /, patient: Keyring, *, payer: Keyring, signers: Sequence[Keyring] | None = None) -> ScopeRef:
        """
        Makes a scope: a patient's group of records with a key of its own.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def deny(self, /, request: RequestId | str, *, patient: Keyring, payer: Keyring, code: DenyCode | str = ..., signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Refuses a request.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def devices(self, /, account: AccountId | Keyring | str) -> list[DeviceInfo]:
        """
        The live devices of an account, by number; empty if there is no such account.
        """
    def dismiss(self, /, staff: AccountId | Keyring | str, *, institution: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Ends a membership and changes the institution's encryption key. Save its keys before this is handed in.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def draft_acknowledge(self, /, request: RequestId | str, *, patient: Keyring, payer: Keyring, terms: GrantTerms | None = None) -> Draft:
        """
        Answers a request with a grant: of what was asked for, or of `terms`, which must not be more.

        The draft; see the method without ``draft_``.
        """
    def draft_add_device(self, /, keys: Keyring, *, offer: bytes | bytearray | memoryview, payer: Keyring, manages: bool = False) -> Draft:
        """
        Adds a device to the account of `keys`, from what `NewDevice.offer` gave. One that `manages` may add and remove
        devices too. Begins the next generation of the keys: save them before this is handed in.

        The draft; see the method without ``draft_``.
        """
    def draft_admit(self, /, institution: AccountId | Keyring | str, *, name: str, jurisdiction: SupportsIndex, payer: Keyring) -> Draft:
        """
        Admits an enrolled institution; two thirds of the admitted ones must sign. `jurisdiction` is the numeric country
        code of ISO 3166-1. The name itself stays off the chain.

        The draft; see the method without ``draft_``.
        """
    def draft_co_sign(self, /, proposal: TxId | str, *, patient: Keyring, payer: Keyring) -> Draft:
        """
        The patient ratifies a proposal, named by its transaction.

        The draft; see the method without ``draft_``.
        """
    def draft_deny(self, /, request: RequestId | str, *, patient: Keyring, payer: Keyring, code: DenyCode | str = ...) -> Draft:
        """
        Refuses a request.

        The draft; see the method without ``draft_``.
        """
    def draft_dismiss(self, /, staff: AccountId | Keyring | str, *, institution: Keyring) -> Draft:
        """
        Ends a membership and changes the institution's encryption key. Save its keys before this is handed in.

        The draft; see the method without ``draft_``.
        """
    def draft_enrol(self, /, person: Keyring, *, payer: Keyring) -> Draft:
        """
        Enrols an account. `payer` pays and vouches.

        The draft; see the method without ``draft_``.
        """
    def draft_grant(self, /, terms: GrantTerms, *, patient: Keyring, payer: Keyring) -> Draft:
        """
        Grants access and hands over the keys it needs.

        The draft; see the method without ``draft_``.
        """
    def draft_membership(self, /, staff: AccountId | Keyring | str, *, institution: Keyring, roles: StaffRoles | str | Iterable[str], until: datetime, since: datetime | None = None) -> Draft:
        """
        Makes a person staff of an institution for a time. Both sign; the institution pays. `since` is now if not given.

        The draft; see the method without ``draft_``.
        """
    def draft_record(self, /, *, scope: ScopeId | str, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None) -> Draft:
        """
        Begins a record in a patient's scope: seals the sections on the way. The patient must sign.

        Give one `body` and its `media_type`, or several `sections`.

        The draft; see the method without ``draft_``.
        """
    def draft_record_proposal(self, /, *, scope: ScopeId | str, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None) -> Draft:
        """
        As `append_record` for a patient who is not there: waits on the chain for `co_sign`.

        Give one `body` and its `media_type`, or several `sections`.

        The draft; see the method without ``draft_``.
        """
    def draft_recovery(self, /, account: AccountId | Keyring | str, *, recovery_key: bytes | bytearray | memoryview, device: NewDevice, payer: Keyring) -> Draft:
        """
        Asks for a new device in the place of all others, with the recovery key alone. The chain waits for a day, in which
        any of the devices can object by rotating its keys; then `repeat_recovery`. Of an account that never rotated its
        keys, what was sealed to them before stays closed.

        The draft; see the method without ``draft_``.
        """
    def draft_reject(self, /, proposal: TxId | str, *, patient: Keyring, payer: Keyring, reason: RejectReason | str = ...) -> Draft:
        """
        The patient refuses a proposal.

        The draft; see the method without ``draft_``.
        """
    def draft_release(self, /, grant: GrantId | str, *, releaser: Keyring, recipient: AccountId | Keyring | str, record: RecordId | str, version: SupportsIndex, purpose: Purposes | str | Iterable[str], payer: Keyring, institution: AccountId | Keyring | str | None = None) -> Draft:
        """
        States that a version was handed to somebody under a grant, which uses it once.

        The draft; see the method without ``draft_``.
        """
    def draft_remove_devices(self, /, keys: Keyring, *, devices: Sequence[SupportsIndex], payer: Keyring) -> Draft:
        """
        Removes devices by their numbers, such as lost ones: they open nothing of what comes. Begins the next generation of
        the keys: save them before this is handed in.

        The draft; see the method without ``draft_``.
        """
    def draft_repeat_recovery(self, /, account: AccountId | Keyring | str, *, recovery_key: bytes | bytearray | memoryview, payer: Keyring) -> Draft:
        """
        Carries out the recovery that was asked for, when `recovery_ready_at` has passed.

        The draft; see the method without ``draft_``.
        """
    def draft_request(self, /, patient: AccountId | Keyring | str, *, requester: Keyring, institution: AccountId | Keyring | str, resource: Resource | ScopeId | RecordId, actions: Actions | str | Iterable[str], purposes: Purposes | str | Iterable[str], until: datetime, why: str, payer: Keyring) -> Draft:
        """
        Asks a patient for access. `why` stays off the chain. An officer of the institution signs too.

        The draft; see the method without ``draft_``.
        """
    def draft_revoke(self, /, grant: GrantId | str, *, patient: Keyring, payer: Keyring) -> Draft:
        """
        Ends a grant and changes the keys it reached, in one transaction.

        The draft; see the method without ``draft_``.
        """
    def draft_revoke_subject(self, /, subject: Subject, *, patient: Keyring, payer: Keyring) -> Draft:
        """
        Ends every grant to a subject, exactly as granted, and changes the keys they reached.

        The draft; see the method without ``draft_``.
        """
    def draft_rotate_keys(self, /, keys: Keyring, *, payer: Keyring) -> Draft:
        """
        Begins the next generation of an account's encryption key. Save the keys before this is handed in.

        The draft; see the method without ``draft_``.
        """
    def draft_rotate_scope(self, /, scope: ScopeId | str, *, patient: Keyring, payer: Keyring, reason: RotateReason | str = ...) -> Draft:
        """
        Begins the next epoch of a scope's key.

        The draft; see the method without ``draft_``.
        """
    def draft_scope(self, /, patient: Keyring, *, payer: Keyring) -> Draft:
        """
        Makes a scope: a patient's group of records with a key of its own.

        The draft; see the method without ``draft_``.
        """
    def draft_version(self, /, record: RecordId | str, *, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None) -> Draft:
        """
        Continues a record with its next version. The patient must sign.

        Give one `body` and its `media_type`, or several `sections`.

        The draft; see the method without ``draft_``.
        """
    def draft_version_proposal(self, /, record: RecordId | str, *, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None) -> Draft:
        """
        As `append_version` for a patient who is not there: waits on the chain for `co_sign`.

        Give one `body` and its `media_type`, or several `sections`.

        The draft; see the method without ``draft_``.
        """
    def enrol(self, /, person: Keyring, *, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Enrols an account. `payer` pays and vouches.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def evaluate(self, /, resource: Resource | ScopeId | RecordId, *, subject: AccountId | Keyring | str, action: Actions | str | Iterable[str], purpose: Purposes | str | Iterable[str], acting_for: AccountId | Keyring | str | None = None) -> Decision:
        """
        Whether this is allowed now, and every rule that was considered.

        One action and one purpose. `acting_for` is the institution the subject works for.
        """
    def events(self, /, limit: SupportsIndex = 1024) -> list[LedgerEvent]:
        """
        Takes up to `limit` events, oldest first. At most 1,024 are kept for whoever does not ask.
        """
    @property
    def events_lost(self, /) -> int:
        """
        How many events were dropped because nobody asked.
        """
    def explain(self, /, grant: GrantId | str, resource: Resource | ScopeId | RecordId, *, subject: AccountId | Keyring | str, action: Actions | str | Iterable[str], purpose: Purposes | str | Iterable[str], acting_for: AccountId | Keyring | str | None = None) -> Decision:
        """
        As `evaluate` with one grant only: says why that one does not apply.
        """
    @property
    def genesis(self, /) -> Genesis:
        """
        What the chain started from.
        """
    def grant(self, /, terms: GrantTerms, *, patient: Keyring, payer: Keyring, signers: Sequence[Keyring] | None = None) -> GrantId:
        """
        Grants access and hands over the keys it needs.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def grant_info(self, /, grant: GrantId | str) -> GrantInfo | None:
        """
        A grant, in force or not.
        """
    def headers(self, /, since: SupportsIndex = 0, *, limit: SupportsIndex = 10000) -> bytes:
        """
        Headers of the best chain from a height on, 112 bytes each, in one buffer; at most 10,000.
        """
    def history(self, /, record: RecordId | str) -> list[VersionInfo]:
        """
        Every version of a record, oldest first; empty if there is no such record.
        """
    @property
    def is_closed(self, /) -> bool:
        """
        Whether it was closed.
        """
    def join(self, /, account: AccountId | Keyring | str, device: NewDevice) -> Keyring:
        """
        The keys of an account on a device that a block has added. Save them, then wipe the device.
        """
    def live_grants(self, /, patient: AccountId | Keyring | str) -> list[GrantInfo]:
        """
        Grants of a patient that were not revoked and have not ended, oldest first.
        """
    def membership_info(self, /, institution: AccountId | Keyring | str, staff: AccountId | Keyring | str) -> MembershipInfo | None:
        """
        A person's roles at an institution.
        """
    def mine(self, /, proposer: AccountId | Keyring | str, *, progress: ProgressCallback | None = None) -> Mined:
        """
        Makes one block of the waiting transactions, on all cores; other calls and threads go on meanwhile.

        `progress` is called a few times a second and cancels by returning ``False``.
        """
    def mine_until_final(self, /, proposer: AccountId | Keyring | str, tx: TxId | str, *, progress: ProgressCallback | None = None) -> Mined:
        """
        Makes blocks until a transaction is final, and returns the block that holds it.
        """
    def missing_bodies(self, /, limit: SupportsIndex = 1024) -> list[ContentId]:
        """
        Ids of bodies that blocks name and that are not here, newest first.
        """
    def next_nonce(self, /, payer: AccountId | Keyring | str) -> int:
        """
        The nonce that the next transaction of this payer gets.
        """
    @staticmethod
    def open(path: str | PathLike[str] | None = None, *, store: RecordStore | None = None, blobs: BlobStore | None = None, read_only: bool = False, clock: Clock | None = None, entropy: Entropy | None = None) -> Ledger:
        """
        Opens what a folder or stores hold. A folder is locked while it is open: `BusyError`.
        """
    def peer_down(self, /, peer: SupportsIndex) -> list[OutFrame]:
        """
        A connection is gone.
        """
    def peer_up(self, /, peer: SupportsIndex) -> list[OutFrame]:
        """
        A connection is up. Returns the frames to be sent. Numbers are never used twice.
        """
    @property
    def pool_size(self, /) -> int:
        """
        How many transactions wait.
        """
    def proposal_info(self, /, proposal: TxId | str) -> ProposalInfo | None:
        """
        A proposal, named by its transaction.
        """
    def propose_record(self, /, *, scope: ScopeId | str, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None, signers: Sequence[Keyring] | None = None) -> RecordRef:
        """
        As `append_record` for a patient who is not there: waits on the chain for `co_sign`.

        Give one `body` and its `media_type`, or several `sections`.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def propose_version(self, /, record: RecordId | str, *, author: Keyring, institution: AccountId | Keyring | str, kind: str, payer: Keyring, body: bytes | bytearray | memoryview | None = None, media_type: str | None = None, sections: Sequence[Section] | None = None, signers: Sequence[Keyring] | None = None) -> RecordRef:
        """
        As `append_version` for a patient who is not there: waits on the chain for `co_sign`.

        Give one `body` and its `media_type`, or several `sections`.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def prove_grant(self, /, grant: GrantId | str) -> bytes:
        """
        Proves a grant and all it is delegated from, as of the tip.
        """
    def prove_record(self, /, record: RecordId | str, *, version: SupportsIndex | None = None) -> bytes:
        """
        Proves a record and one of its versions, the newest if none is named, as of the tip.
        """
    def prove_tx(self, /, tx: TxId | str, *, on_height: SupportsIndex | None = None) -> bytes:
        """
        Proves a transaction and its receipt to one who trusts the block at `on_height`; the tip if not given.
        """
    def put_body(self, /, id: ContentId | str, data: bytes | bytearray | memoryview) -> None:
        """
        Keeps a sealed body.
        """
    def read(self, /, record: RecordId | str, *, reader: Keyring, purpose: Purposes | str | Iterable[str], version: SupportsIndex | None = None, acting_for: AccountId | Keyring | str | None = None) -> OpenedVersion:
        """
        Opens a version, the newest if none is named: asks the policy, finds the keys, opens and checks the sections.

        `acting_for` is the institution the reader works for; give its keys where the version or the grant is for it.
        """
    def receive(self, /, peer: SupportsIndex, frame: bytes | bytearray | memoryview) -> list[OutFrame]:
        """
        A peer sent a frame. Returns the frames to be sent, to anybody. What a peer did wrong costs the peer.
        """
    def recover(self, /, account: AccountId | Keyring | str, *, recovery_key: bytes | bytearray | memoryview, device: NewDevice, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Asks for a new device in the place of all others, with the recovery key alone. The chain waits for a day, in which
        any of the devices can object by rotating its keys; then `repeat_recovery`. Of an account that never rotated its
        keys, what was sealed to them before stays closed.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def recovery_ready_at(self, /, account: AccountId | Keyring | str) -> datetime | None:
        """
        When a recovery that was asked for can be carried out; `None` if none waits.
        """
    def reject(self, /, proposal: TxId | str, *, patient: Keyring, payer: Keyring, reason: RejectReason | str = ..., signers: Sequence[Keyring] | None = None) -> TxId:
        """
        The patient refuses a proposal.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def release(self, /, grant: GrantId | str, *, releaser: Keyring, recipient: AccountId | Keyring | str, record: RecordId | str, version: SupportsIndex, purpose: Purposes | str | Iterable[str], payer: Keyring, institution: AccountId | Keyring | str | None = None, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        States that a version was handed to somebody under a grant, which uses it once.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def remove_devices(self, /, keys: Keyring, *, devices: Sequence[SupportsIndex], payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Removes devices by their numbers, such as lost ones: they open nothing of what comes. Begins the next generation of
        the keys: save them before this is handed in.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def repeat_recovery(self, /, account: AccountId | Keyring | str, *, recovery_key: bytes | bytearray | memoryview, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Carries out the recovery that was asked for, when `recovery_ready_at` has passed.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def request_access(self, /, patient: AccountId | Keyring | str, *, requester: Keyring, institution: AccountId | Keyring | str, resource: Resource | ScopeId | RecordId, actions: Actions | str | Iterable[str], purposes: Purposes | str | Iterable[str], until: datetime, why: str, payer: Keyring, signers: Sequence[Keyring] | None = None) -> RequestId:
        """
        Asks a patient for access. `why` stays off the chain. An officer of the institution signs too.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def request_info(self, /, request: RequestId | str) -> RequestInfo | None:
        """
        A request for access.
        """
    def revoke(self, /, grant: GrantId | str, *, patient: Keyring, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Ends a grant and changes the keys it reached, in one transaction.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def revoke_subject(self, /, subject: Subject, *, patient: Keyring, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Ends every grant to a subject, exactly as granted, and changes the keys they reached.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def rotate_keys(self, /, keys: Keyring, *, payer: Keyring, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Begins the next generation of an account's encryption key. Save the keys before this is handed in.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def rotate_scope(self, /, scope: ScopeId | str, *, patient: Keyring, payer: Keyring, reason: RotateReason | str = ..., signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Begins the next epoch of a scope's key.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def scope_info(self, /, scope: ScopeId | str) -> ScopeInfo | None:
        """
        A scope.
        """
    def set_membership(self, /, staff: AccountId | Keyring | str, *, institution: Keyring, roles: StaffRoles | str | Iterable[str], until: datetime, since: datetime | None = None, signers: Sequence[Keyring] | None = None) -> TxId:
        """
        Makes a person staff of an institution for a time. Both sign; the institution pays. `since` is now if not given.

        Makes it, signs it with all keys given, those in `signers` too, and hands it in.
        """
    def settle_keys(self, /, keys: Keyring) -> bool:
        """
        Moves keys on to the generation the chain has published; true if they changed and should be saved.
        """
    def submit(self, /, draft: Draft) -> TxId:
        """
        Stores the bodies of a draft that everybody signed, then offers it to the pool of waiting transactions.

        Raises `RefusedError` naming the rule it breaks, such as a missing signature; nothing waits then.
        """
    def submit_bytes(self, /, transaction: bytes | bytearray | memoryview) -> TxId:
        """
        Offers a transaction as another ledger gave it. Its bodies come by themselves.
        """
    def sync_over(self, /, transport: Transport, *, idle: SupportsFloat | SupportsIndex = 1.0, progress: ProgressCallback | None = None) -> Tip:
        """
        Exchanges over a transport until nothing came for `idle` seconds.
        """
    def sync_with(self, /, other: Ledger, *, progress: ProgressCallback | None = None) -> Tip:
        """
        Exchanges with another ledger of this process until both have the same tip, and copies missing bodies.

        Raises `InvalidArgumentError` for a ledger of another chain, `RefusedError` if one of them breaks the protocol.
        """
    def tick(self, /) -> list[OutFrame]:
        """
        Acts on deadlines that have passed; call it once a second while peers are up.
        """
    @property
    def tip(self, /) -> Tip:
        """
        The newest block of the best chain.
        """
    def transaction_info(self, /, tx: TxId | str) -> TransactionInfo | None:
        """
        A transaction that is mined or waits.
        """
    def trust_anchor(self, /) -> bytes:
        """
        The newest final header, for a light client to begin with.
        """
    def verify(self, /, *, progress: ProgressCallback | None = None) -> VerifyReport:
        """
        Computes the ledger again from its genesis and compares everything with what is stored. Changes nothing.
        """

@final
class LightClient:
    """
    Follows a chain by its headers alone and checks proofs against them: what a phone does.

    >>> from ehr_ledger import Genesis, Keyring, Ledger, LightClient, Role
    >>> hospital = Keyring.generate(Role.INSTITUTION)
    >>> ledger = Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0))
    >>> mined = ledger.mine(hospital)
    >>> light = LightClient(ledger.genesis)
    >>> light.accept(ledger.headers(since=1)), light.tip == mined.id
    (1, True)
    """
    def __new__(cls, /, genesis: Genesis, *, anchor: bytes | bytearray | memoryview | None = None, clock: Clock | None = None) -> LightClient:
        """
        Begins at the first block or, with an `anchor`, at a header that is taken on trust: a `Ledger.trust_anchor`, or
        one's own `checkpoint` from last time.
        """
    def __repr__(self, /) -> str: ...
    def accept(self, /, headers: bytes | bytearray | memoryview) -> int:
        """
        Takes headers as `Ledger.headers` gives them and returns how many were new.
        """
    def checkpoint(self, /) -> bytes:
        """
        Where to start from next time: the newest final header.
        """
    @property
    def final_height(self, /) -> int:
        """
        Height up to which blocks are final.
        """
    @property
    def tip(self, /) -> BlockId:
        """
        Id of the best header.
        """
    @property
    def tip_height(self, /) -> int:
        """
        Height of the best header.
        """
    def verify(self, /, proof: bytes | bytearray | memoryview) -> ProvenFacts:
        """
        Checks a proof that stands on a header of the best chain. Raises `RefusedError` if it proves nothing here.
        """

@final
class NewDevice:
    """
    The secrets of a device that is not in its account yet.

    Show its `offer` to a device that is, or recover the account with it; when a block holds that, `Ledger.join` gives its
    keys. It cannot be pickled, copied or printed. Leave a ``with`` block, or call `wipe`, to wipe it.
    """
    def __enter__(self, /) -> NewDevice: ...
    def __exit__(self, /, _kind: Any | None = None, _error: Any | None = None, _trace: Any | None = None) -> None: ...
    def __reduce__(self, /) -> str:
        """
        Refuses: keys must not leak into a session, a cache or a task queue.
        """
    def __repr__(self, /) -> str: ...
    @staticmethod
    def from_key_file(data: bytes | bytearray | memoryview, passphrase: str, *, signer: Signer | None = None) -> NewDevice:
        """
        Opens a key file. Raises `CannotOpenError` when the passphrase is wrong.
        """
    @staticmethod
    def generate(*, entropy: Entropy | None = None) -> NewDevice:
        """
        New keys for a new device.
        """
    @property
    def is_wiped(self, /) -> bool:
        """
        Whether they were wiped.
        """
    def offer(self, /, *, chain: ChainId | str, account: AccountId | Keyring | str) -> bytes:
        """
        What a device of the account needs to add this one. Public, such as for a QR code; who adds it must know whose it is.
        """
    @property
    def public_key(self, /) -> bytes:
        """
        The public signature key, 32 bytes.
        """
    def to_key_file(self, /, passphrase: str, *, memory_kib: SupportsIndex | None = None, entropy: Entropy | None = None) -> bytes:
        """
        The device under a passphrase, to be kept until it has joined. `memory_kib` is what Argon2id costs.
        """
    def wipe(self, /) -> None:
        """
        Wipes the secrets. Later use raises `ClosedError`; again is no error.
        """
    @staticmethod
    def with_signer(signer: Signer, *, entropy: Entropy | None = None) -> NewDevice:
        """
        A device whose signature key is kept elsewhere, such as in a smart card.
        """

@final
class RecordId:
    """
    Id of a record, chosen at random by its author.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> RecordId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class RequestId:
    """
    Id of an access request: of the transaction that made it.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> RequestId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class ScopeId:
    """
    Id of a scope, a folder of records that share a key.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> ScopeId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class TxId:
    """
    Id of a transaction.
    """
    def __bytes__(self, /) -> bytes: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ge__(self, value: object, /) -> bool: ...
    def __getnewargs__(self, /) -> tuple[str]: ...
    def __gt__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __le__(self, value: object, /) -> bool: ...
    def __lt__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, value: str | bytes) -> TxId: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...

@final
class _Toolbox:
    """
    The functions behind ``ehr_ledger.toolbox``; import from there.
    """
    @staticmethod
    def admit_key(public_key: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def asert_target(rule: tuple[SupportsIndex, SupportsIndex, SupportsIndex, SupportsIndex], parent_height: SupportsIndex, parent_time: SupportsIndex) -> int:
        """
        The rule: anchor, genesis time, spacing and half-life.
        """
    @staticmethod
    def checkpoint_message(checkpoint: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def checkpoint_of(header: bytes | bytearray | memoryview, weight: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def content_id(codec: str, data: bytes | bytearray | memoryview) -> ContentId: ...
    @staticmethod
    def cosigned_anchor(cosigners: bytes | bytearray | memoryview, cosigned: bytes | bytearray | memoryview, header: bytes | bytearray | memoryview, next_validators: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def decode_account_keys(data: bytes | bytearray | memoryview, foreign_signing_key: bytes | bytearray | memoryview | None = None) -> tuple[AccountId, str, bytes, bytes, int, bytes, bytes | None, bytes]: ...
    @staticmethod
    def decode_draft(data: bytes | bytearray | memoryview) -> tuple[TxId, str, bytes, list[AccountId], list[AccountId] | None, list[ContentId], bytes]: ...
    @staticmethod
    def decode_fault(kind: str, data: bytes | bytearray | memoryview) -> tuple[str, int | None, int | None, int | None, int | None, str | None, str] | None: ...
    @staticmethod
    def decode_transaction(data: bytes | bytearray | memoryview) -> tuple[TxId, int, str, bytes, list[tuple[AccountId, int, bytes]]]: ...
    @staticmethod
    def decode_wrap(body: bytes | bytearray | memoryview) -> tuple[int, AccountId, bytes, tuple[str, str, int], AccountId]: ...
    @staticmethod
    def describe(kind: str, data: bytes | bytearray | memoryview) -> str: ...
    @staticmethod
    def device_keys(data: bytes | bytearray | memoryview) -> tuple[bytes, bytes, bytes, bytes]: ...
    @staticmethod
    def domains() -> list[tuple[str, bytes]]: ...
    @staticmethod
    def encryption_key(secret: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def evaluate_policy(query: str, facts: str, time: SupportsIndex) -> str: ...
    @staticmethod
    def expand_target(bits: SupportsIndex) -> tuple[bytes, bytes]: ...
    @staticmethod
    def generation_keys(seed: bytes | bytearray | memoryview) -> tuple[bytes, bytes, bytes]: ...
    @staticmethod
    def genesis_facts(genesis: bytes | bytearray | memoryview) -> tuple[ChainId, bytes, BlockId, bytes]: ...
    @staticmethod
    def header_digests(header: bytes | bytearray | memoryview) -> tuple[bytes, bytes, BlockId]: ...
    @staticmethod
    def history_prove(leaf_hashes: Sequence[bytes | bytearray | memoryview], index: SupportsIndex) -> bytes: ...
    @staticmethod
    def history_root(leaf_hashes: Sequence[bytes | bytearray | memoryview]) -> bytes: ...
    @staticmethod
    def history_verify(count: SupportsIndex, index: SupportsIndex, leaf_hash: bytes | bytearray | memoryview, path: bytes | bytearray | memoryview, root: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def leading_zeros_target(n: SupportsIndex) -> int: ...
    @staticmethod
    def light_step(anchor: bytes | bytearray | memoryview, trusting_ms: SupportsIndex, now: SupportsIndex, block: bytes | bytearray | memoryview) -> tuple[bytes | None, int | None]: ...
    @staticmethod
    def meets_target(bits: SupportsIndex, block_id: BlockId | str) -> bool: ...
    @staticmethod
    def merkle_leaf_hash(leaf: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def merkle_prove_consistency(leaves: Sequence[bytes | bytearray | memoryview], old_size: SupportsIndex) -> bytes: ...
    @staticmethod
    def merkle_prove_inclusion(leaves: Sequence[bytes | bytearray | memoryview], index: SupportsIndex) -> bytes: ...
    @staticmethod
    def merkle_root(leaves: Sequence[bytes | bytearray | memoryview]) -> bytes: ...
    @staticmethod
    def merkle_root_of_hashes(leaf_hashes: Sequence[bytes | bytearray | memoryview]) -> bytes: ...
    @staticmethod
    def merkle_verify_consistency(old_size: SupportsIndex, size: SupportsIndex, old_root: bytes | bytearray | memoryview, path: bytes | bytearray | memoryview, root: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def merkle_verify_inclusion(index: SupportsIndex, size: SupportsIndex, leaf_hash: bytes | bytearray | memoryview, path: bytes | bytearray | memoryview, root: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def message_kind(data: bytes | bytearray | memoryview) -> tuple[int, str]: ...
    @staticmethod
    def nonce_search(header: bytes | bytearray | memoryview) -> tuple[bytes, bytes, int] | None: ...
    @staticmethod
    def open_draft(data: bytes | bytearray | memoryview, account_keys: bytes | bytearray | memoryview) -> tuple[str, bytes, list[str], list[bytes], list[bytes]]: ...
    @staticmethod
    def open_key_file(file: bytes | bytearray | memoryview, passphrase: str) -> bytes: ...
    @staticmethod
    def open_sealed(key: bytes | bytearray | memoryview, context: bytes | bytearray | memoryview, sealed: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def open_version(place: tuple[ChainId | str, AccountId | str, RecordId | str, SupportsIndex], promise: tuple[bytes | bytearray | memoryview, bytes | bytearray | memoryview, ContentId | str, SupportsIndex], manifest: bytes | bytearray | memoryview, keys: bytes | bytearray | memoryview, bodies: Sequence[bytes | bytearray | memoryview]) -> tuple[str, bytes, list[str], list[bytes], list[bytes]]: ...
    @staticmethod
    def open_wrap(body: bytes | bytearray | memoryview, secret: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def padded_len(plain: SupportsIndex) -> int: ...
    @staticmethod
    def possession_message(public_key: bytes | bytearray | memoryview, context: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def possession_proof(seed: bytes | bytearray | memoryview, context: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def proposal_message(chain: ChainId | str, proposal: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def proposer(validators: bytes | bytearray | memoryview, height: SupportsIndex, round: SupportsIndex) -> AccountId: ...
    @staticmethod
    def public_key(seed: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def recode(kind: str, data: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def recovery_keys(seed: bytes | bytearray | memoryview) -> tuple[bytes, bytes, bytes, bytes]: ...
    @staticmethod
    def restore_keyring(sealed: bytes | bytearray | memoryview, account: AccountId | str, secret: bytes | bytearray | memoryview, published: bytes | bytearray | memoryview) -> list[tuple[bytes, bytes, bytes]]: ...
    @staticmethod
    def seal(key: bytes | bytearray | memoryview, context: bytes | bytearray | memoryview, salt: bytes | bytearray | memoryview, plain: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def seal_wrap(author: AccountId | str, recipient: AccountId | str, recipient_key: bytes | bytearray | memoryview, subject: tuple[str, str, SupportsIndex], secret: bytes | bytearray | memoryview, seed: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def sealed_len(plain: SupportsIndex) -> int: ...
    @staticmethod
    def section_context(place: tuple[ChainId | str, AccountId | str, RecordId | str, SupportsIndex], section: SupportsIndex, plain_root: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def section_leaf(salt: bytes | bytearray | memoryview, plain: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def sha256(data: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def sign(seed: bytes | bytearray | memoryview, domain: str, message: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def sign_wrap(body: bytes | bytearray | memoryview, seed: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def size_class(len: SupportsIndex) -> int: ...
    @staticmethod
    def stake_anchor(header: bytes | bytearray | memoryview, next_validators: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def state_key(namespace: SupportsIndex, id: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def state_prove(entries: Sequence[tuple[bytes | bytearray | memoryview, bytes | bytearray | memoryview]], key: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def state_root(entries: Sequence[tuple[bytes | bytearray | memoryview, bytes | bytearray | memoryview]]) -> bytes: ...
    @staticmethod
    def state_verify(root: bytes | bytearray | memoryview, key: bytes | bytearray | memoryview, value: bytes | bytearray | memoryview | None, proof: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def tagged_hash(domain: str, data: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def unwrap_section_keys(place: tuple[ChainId | str, AccountId | str, RecordId | str, SupportsIndex], wrap_body: bytes | bytearray | memoryview, secret: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def validator_set_facts(validators: bytes | bytearray | memoryview) -> tuple[bytes, int]: ...
    @staticmethod
    def verify_certificate(chain: ChainId | str, validators: bytes | bytearray | memoryview, certificate: bytes | bytearray | memoryview) -> int: ...
    @staticmethod
    def verify_cosigned(cosigners: bytes | bytearray | memoryview, cosigned: bytes | bytearray | memoryview) -> int: ...
    @staticmethod
    def verify_evidence(chain: ChainId | str, validators: bytes | bytearray | memoryview, evidence: bytes | bytearray | memoryview) -> AccountId: ...
    @staticmethod
    def verify_fork_proof(anchor: bytes | bytearray | memoryview, proof: bytes | bytearray | memoryview) -> tuple[int, list[BlockId], list[AccountId], list[bytes], list[list[AccountId]]]: ...
    @staticmethod
    def verify_light_proof(proof: bytes | bytearray | memoryview, trusted: BlockId | str) -> tuple[BlockId, int, int, list[tuple[int, bytes, bytes, bytes | None]], list[bytes], list[bytes]]: ...
    @staticmethod
    def verify_possession(public_key: bytes | bytearray | memoryview, context: bytes | bytearray | memoryview, proof: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def verify_proposal(chain: ChainId | str, validators: bytes | bytearray | memoryview, proposal: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def verify_raw_signature(public_key: bytes | bytearray | memoryview, message: bytes | bytearray | memoryview, signature: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def verify_signature(domain: str, public_key: bytes | bytearray | memoryview, message: bytes | bytearray | memoryview, signature: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def verify_split_view(cosigners: bytes | bytearray | memoryview, split_view: bytes | bytearray | memoryview) -> AccountId: ...
    @staticmethod
    def verify_stake_proof(anchor: bytes | bytearray | memoryview, trusting_ms: SupportsIndex, now: SupportsIndex, proof: bytes | bytearray | memoryview) -> tuple[tuple[BlockId, int, int, list[tuple[int, bytes, bytes, bytes | None]], list[bytes], list[bytes]], bytes]: ...
    @staticmethod
    def verify_vote(chain: ChainId | str, validators: bytes | bytearray | memoryview, vote: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def verify_wrap(wrap: bytes | bytearray | memoryview, public_key: bytes | bytearray | memoryview) -> None: ...
    @staticmethod
    def vote_message(chain: ChainId | str, vote: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def wire_kinds() -> list[tuple[str, int, int, int | None]]: ...
    @staticmethod
    def wrap_set(bodies: Sequence[bytes | bytearray | memoryview], seed: bytes | bytearray | memoryview) -> bytes: ...
    @staticmethod
    def wraps_root(set: bytes | bytearray | memoryview) -> bytes: ...

def _forked() -> None:
    """
    Told by `os.register_at_fork` in the child.
    """

def _noop() -> None:
    """
    Does nothing: what a call costs at least.
    """

def _words() -> dict[str, list[str]]:
    """
    The words of every set and enum, by the name of its Python class.
    """

def check_blob_store(store: BlobStore) -> None:
    """
    Checks a blob store, which must be empty. Raises `HostError` naming the first rule it breaks.
    """

def check_record_store(store: RecordStore) -> None:
    """
    Checks a record store, which must be empty, and leaves it empty. Raises `HostError` naming the first rule it breaks.
    """

def check_signer(signer: Signer) -> None:
    """
    Checks a signer: a key that may be on a ledger, and signatures that are valid under it.
    """

def check_transport(a: Transport, b: Transport) -> None:
    """
    Checks two ends of a fresh connection: the first event of each must be ``("up", peer)``.
    """

def verify_proof(proof: bytes | bytearray | memoryview, trusted_block: BlockId | str) -> ProvenFacts:
    """
    Checks a proof, trusting nothing but the block it must stand on.
    """

def version() -> str:
    """
    Version of the library.
    """
