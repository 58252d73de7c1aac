"""The building blocks one by one: canonical bytes, hashes, signatures, seals, trees, proofs, policy.

For auditors, integrators and the vectors of ``vectors/`` (``docs/vectors.md``). Every function is pure: it reads no
clock and draws no random bytes. Hashes, keys and signatures are ``bytes``, ids the id classes (their text is accepted),
times milliseconds. A check that does not hold raises `RefusedError`, bytes that are not what they should be
`MalformedError`, an argument of the wrong length `InvalidArgumentError`.

Secrets pass through some of these functions as plain ``bytes``. That is what a test or an audit needs; programs keep
theirs in a `Keyring`.

>>> from ehr_ledger import toolbox
>>> seed = bytes(32)
>>> key = toolbox.public_key(seed)
>>> signature = toolbox.sign(seed, "Receipt", b"what was released")
>>> toolbox.verify_signature("Receipt", key, b"what was released", signature)
>>> toolbox.verify_signature("Tx", key, b"what was released", signature)
Traceback (most recent call last):
    ...
ehr_ledger.RefusedError: signature does not match key, domain and message
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Union

from ._ehr import AccountId, BlockId, ChainId, ContentId, RecordId, TxId
from ._ehr import _Toolbox as _t
from .enums import Role

__all__ = [
    "AsertRule",
    "DecodeFault",
    "DecodedAccountKeys",
    "DecodedDraft",
    "DecodedSignature",
    "DecodedTx",
    "DecodedWrap",
    "DomainTag",
    "ForkFacts",
    "GenerationKeys",
    "GenesisFacts",
    "HeaderDigests",
    "LightFacts",
    "LightStep",
    "MessageKind",
    "NonceSearch",
    "Place",
    "ProvenEntry",
    "SigningAndEncryption",
    "StakeFacts",
    "TargetNumbers",
    "TreeEntry",
    "ValidatorSetFacts",
    "VerifiedVersion",
    "VersionPromise",
    "WireKind",
    "WrapSubject",
    "admit_key",
    "asert_target",
    "checkpoint_message",
    "checkpoint_of",
    "content_id",
    "cosigned_anchor",
    "decode_account_keys",
    "decode_draft",
    "decode_fault",
    "decode_transaction",
    "decode_wrap",
    "describe",
    "device_keys",
    "domains",
    "encryption_key",
    "evaluate_policy",
    "expand_target",
    "generation_keys",
    "genesis_facts",
    "header_digests",
    "history_prove",
    "history_root",
    "history_verify",
    "leading_zeros_target",
    "light_step",
    "meets_target",
    "merkle_leaf_hash",
    "merkle_prove_consistency",
    "merkle_prove_inclusion",
    "merkle_root",
    "merkle_root_of_hashes",
    "merkle_verify_consistency",
    "merkle_verify_inclusion",
    "message_kind",
    "nonce_search",
    "open_draft",
    "open_key_file",
    "open_sealed",
    "open_version",
    "open_wrap",
    "padded_len",
    "possession_message",
    "possession_proof",
    "proposal_message",
    "proposer",
    "public_key",
    "recode",
    "recovery_keys",
    "restore_keyring",
    "seal",
    "seal_wrap",
    "sealed_len",
    "section_context",
    "section_leaf",
    "sha256",
    "sign",
    "sign_wrap",
    "size_class",
    "stake_anchor",
    "state_key",
    "state_prove",
    "state_root",
    "state_verify",
    "tagged_hash",
    "unwrap_section_keys",
    "validator_set_facts",
    "verify_certificate",
    "verify_cosigned",
    "verify_evidence",
    "verify_fork_proof",
    "verify_light_proof",
    "verify_possession",
    "verify_proposal",
    "verify_raw_signature",
    "verify_signature",
    "verify_split_view",
    "verify_stake_proof",
    "verify_vote",
    "verify_wrap",
    "vote_message",
    "wire_kinds",
    "wrap_set",
    "wraps_root",
]

Data = Union[bytes, bytearray, memoryview]
_Account = Union[AccountId, str]
_Block = Union[BlockId, str]
_Chain = Union[ChainId, str]


class WireKind(NamedTuple):
    """A type with canonical bytes; ``namespace`` is set for entries of the state."""

    name: str
    max_bytes: int
    max_depth: int
    namespace: int | None


class DecodeFault(NamedTuple):
    """Why bytes are not the canonical encoding of a type. Numbers that do not apply are ``None``."""

    kind: str
    offset: int | None
    limit: int | None
    got: int | None
    extra: int | None
    form: str | None
    reason: str


class DomainTag(NamedTuple):
    """What a hash or signature is about, and the bytes put in front."""

    name: str
    tag: bytes


class HeaderDigests(NamedTuple):
    """What stands for a header."""

    digest: bytes
    proof_header: bytes
    id: BlockId


class NonceSearch(NamedTuple):
    """What a miner needs: the nonce is eight bytes, big-endian, behind ``first`` and ``tail``."""

    first: bytes
    tail: bytes
    bits: int


class TargetNumbers(NamedTuple):
    """A compact target written out, and the expected hashes to meet it; 32 bytes each, big-endian."""

    target: bytes
    work: bytes


class AsertRule(NamedTuple):
    """The difficulty rule aserti3-2d, anchored at block 1; times in milliseconds."""

    anchor: int
    genesis_time: int
    spacing_ms: int
    half_life_ms: int


class GenesisFacts(NamedTuple):
    """What follows from a genesis specification."""

    chain_id: ChainId
    block: bytes
    block_id: BlockId
    state_root: bytes


class Place(NamedTuple):
    """The one version a sealed body belongs to."""

    chain: ChainId | str
    account: AccountId | str
    record: RecordId | str
    version: int


class VersionPromise(NamedTuple):
    """What the chain holds of a version's content."""

    kind_commit: bytes
    plain_root: bytes
    manifest_id: ContentId | str
    size_class: int


class VerifiedVersion(NamedTuple):
    """A version, proven to be what the chain holds."""

    kind: str
    kind_salt: bytes
    media_types: list[str]
    sections: list[bytes]
    leaves: list[bytes]

    def __repr__(self) -> str:
        return f"VerifiedVersion(<{len(self.sections)} sections>)"


class WrapSubject(NamedTuple):
    """What a wrapped secret opens: ``Version`` of a record, ``Scope`` epoch or ``Seed`` of an account's generation."""

    name: str
    id: str
    number: int


class DecodedWrap(NamedTuple):
    """What a wrap shows to anybody."""

    suite: int
    recipient: AccountId
    recipient_key: bytes
    subject: WrapSubject
    author: AccountId


class GenerationKeys(NamedTuple):
    """The keys of one generation of an account. Secret."""

    local: bytes
    x25519_secret: bytes
    x25519: bytes

    def __repr__(self) -> str:
        return "GenerationKeys(<secret>)"


class SigningAndEncryption(NamedTuple):
    """The keys of a device or of a backup seed. Secret."""

    ed25519_seed: bytes
    ed25519: bytes
    x25519_secret: bytes
    x25519: bytes

    def __repr__(self) -> str:
        return "SigningAndEncryption(<secret>)"


class DecodedAccountKeys(NamedTuple):
    """What the keys of an account are. The backup seed and ``data``, the keys encoded again, are secret."""

    account: AccountId
    role: Role
    signing_key: bytes
    device_key: bytes
    generation: int
    encryption_key: bytes
    backup_seed: bytes | None
    data: bytes

    def __repr__(self) -> str:
        return f"DecodedAccountKeys({self.account!r})"


class DecodedDraft(NamedTuple):
    """A draft as its bytes have it; ``missing`` is ``None`` where only the state says who must sign."""

    id: TxId
    kind: str
    body: bytes
    signed: list[AccountId]
    missing: list[AccountId] | None
    bodies: list[ContentId]
    data: bytes


class DecodedSignature(NamedTuple):
    """A signature over a transaction's body, and whose it is."""

    account: AccountId
    key: int
    signature: bytes


class DecodedTx(NamedTuple):
    """A transaction as its bytes have it; signatures and rules unchecked."""

    id: TxId
    kind: int
    name: str
    body: bytes
    signatures: list[DecodedSignature]


class MessageKind(NamedTuple):
    """A message's number on the wire and its name."""

    code: int
    name: str


class TreeEntry(NamedTuple):
    """A key of the state, 32 bytes, and its value."""

    key: bytes
    value: bytes


class ProvenEntry(NamedTuple):
    """A state entry that is proven, or proven absent (``value`` is ``None``)."""

    namespace: int
    id: bytes
    key: bytes
    value: bytes | None


class LightFacts(NamedTuple):
    """Everything a light proof proves, as of a block; ``time`` in milliseconds."""

    as_of: BlockId
    height: int
    time: int
    state: list[ProvenEntry]
    transactions: list[bytes]
    receipts: list[bytes]


class ValidatorSetFacts(NamedTuple):
    """What headers name a validator set by, and the sum of its voting powers."""

    hash: bytes
    total_power: int


class LightStep(NamedTuple):
    """What is trusted after a light block, or the height that is needed first."""

    anchor: bytes | None
    need: int | None


class StakeFacts(NamedTuple):
    """What a stake proof proves, and what is trusted then."""

    facts: LightFacts
    anchor: bytes


class ForkFacts(NamedTuple):
    """Two decided blocks of one height: who signed both, evidence if in one round, and which trusted ones signed each."""

    height: int
    blocks: list[BlockId]
    offenders: list[AccountId]
    evidence: list[bytes]
    signed: list[list[AccountId]]


# Canonical bytes


def wire_kinds() -> list[WireKind]:
    """Every type with canonical bytes."""
    return [WireKind(*kind) for kind in _t.wire_kinds()]


def recode(kind: str, data: Data) -> bytes:
    """Decodes bytes as a type and encodes the value again: the same bytes, or `MalformedError`."""
    return _t.recode(kind, data)


def describe(kind: str, data: Data) -> Any:
    """The value: lists in field order (``docs/spec`` names the fields), byte strings as hex, links as CIDs."""
    return json.loads(_t.describe(kind, data))


def decode_fault(kind: str, data: Data) -> DecodeFault | None:
    """Why bytes are not the canonical encoding of a type; ``None`` if they are.

    >>> from ehr_ledger import toolbox
    >>> toolbox.decode_fault("message", b"").reason
    'message: input ends inside an item at byte 0'
    """
    fault = _t.decode_fault(kind, data)
    return None if fault is None else DecodeFault(*fault)


def decode_transaction(data: Data) -> DecodedTx:
    """A signed transaction and its body, decoded."""
    id, kind, name, body, signatures = _t.decode_transaction(data)
    return DecodedTx(id, kind, name, body, [DecodedSignature(*one) for one in signatures])


def message_kind(data: Data) -> MessageKind:
    """The kind of a message between peers."""
    return MessageKind(*_t.message_kind(data))


# Hashes


def domains() -> list[DomainTag]:
    """Every domain of hashes and signatures."""
    return [DomainTag(*domain) for domain in _t.domains()]


def sha256(data: Data) -> bytes:
    """SHA-256 of bytes."""
    return _t.sha256(data)


def tagged_hash(domain: str, data: Data) -> bytes:
    """SHA-256 of the domain's tag followed by bytes."""
    return _t.tagged_hash(domain, data)


def content_id(codec: str, data: Data) -> ContentId:
    """The content id of bytes; the codec is ``raw`` (sealed bodies) or ``dag-cbor`` (manifests, wrap sets)."""
    return _t.content_id(codec, data)


def state_key(namespace: int, id: Data) -> bytes:
    """Key of a state entry."""
    return _t.state_key(namespace, id)


# Signatures


def public_key(seed: Data) -> bytes:
    """The Ed25519 key of an RFC 8032 seed."""
    return _t.public_key(seed)


def admit_key(public_key: Data) -> None:
    """Checks that bytes may be enrolled as a key: the canonical encoding of a point of prime order."""
    _t.admit_key(public_key)


def sign(seed: Data, domain: str, message: Data) -> bytes:
    """Signs the domain's tag followed by the message."""
    return _t.sign(seed, domain, message)


def verify_signature(domain: str, public_key: Data, message: Data, signature: Data) -> None:
    """Checks a signature in a domain by a key that may be enrolled."""
    _t.verify_signature(domain, public_key, message, signature)


def verify_raw_signature(public_key: Data, message: Data, signature: Data) -> None:
    """Checks the ZIP-215 equation alone, without a domain: for published vectors of others."""
    _t.verify_raw_signature(public_key, message, signature)


def possession_message(public_key: Data, context: Data) -> bytes:
    """What a proof of possession signs in the domain ``Possession``."""
    return _t.possession_message(public_key, context)


def possession_proof(seed: Data, context: Data) -> bytes:
    """Proves that the key of a seed is held, for one context."""
    return _t.possession_proof(seed, context)


def verify_possession(public_key: Data, context: Data, proof: Data) -> None:
    """Checks a proof of possession."""
    _t.verify_possession(public_key, context, proof)


# Seals and wraps


def section_context(place: Place, section: int, plain_root: Data) -> bytes:
    """The sealing context of one section of one record version."""
    return _t.section_context(place, section, plain_root)


def seal(key: Data, context: Data, salt: Data, plain: Data) -> bytes:
    """Seals bytes under a 32-byte key. The salt, 24 bytes, must be random."""
    return _t.seal(key, context, salt, plain)


def open_sealed(key: Data, context: Data, sealed: Data) -> bytes:
    """Opens sealed bytes, or raises `CannotOpenError`."""
    return _t.open_sealed(key, context, sealed)


def sealed_len(plain: int) -> int:
    """Bytes that a plaintext of this length seals to."""
    return _t.sealed_len(plain)


def padded_len(plain: int) -> int:
    """The length a plaintext is padded to before it is sealed."""
    return _t.padded_len(plain)


def size_class(length: int) -> int:
    """The smallest ``n`` for which the length is at most ``2**n``."""
    return _t.size_class(length)


def encryption_key(secret: Data) -> bytes:
    """The X25519 public key of a secret."""
    return _t.encryption_key(secret)


def seal_wrap(
    author: _Account, recipient: _Account, recipient_key: Data, subject: WrapSubject, secret: Data, seed: Data
) -> bytes:
    """Encrypts a secret to a key with HPKE. All randomness comes from ``seed``, 32 random bytes used once."""
    return _t.seal_wrap(author, recipient, recipient_key, subject, secret, seed)


def open_wrap(body: Data, secret: Data) -> bytes:
    """Decrypts a wrap body with an X25519 secret. Who made it is for `verify_wrap` to say."""
    return _t.open_wrap(body, secret)


def decode_wrap(body: Data) -> DecodedWrap:
    """What a wrap body shows."""
    suite, recipient, recipient_key, subject, author = _t.decode_wrap(body)
    return DecodedWrap(suite, recipient, recipient_key, WrapSubject(*subject), author)


def sign_wrap(body: Data, seed: Data) -> bytes:
    """Signs a wrap body: canonical bytes of a wrap."""
    return _t.sign_wrap(body, seed)


def verify_wrap(wrap: Data, public_key: Data) -> None:
    """Checks that a wrap was signed by a key of its author."""
    _t.verify_wrap(wrap, public_key)


def wrap_set(bodies: Sequence[Data], seed: Data) -> bytes:
    """Signs wrap bodies and puts them into one set."""
    return _t.wrap_set(bodies, seed)


def wraps_root(wraps: Data) -> bytes:
    """What a transaction commits to of a wrap set."""
    return _t.wraps_root(wraps)


# Secrets


def generation_keys(seed: Data) -> GenerationKeys:
    """The keys of a generation seed."""
    return GenerationKeys(*_t.generation_keys(seed))


def recovery_keys(seed: Data) -> SigningAndEncryption:
    """The keys of a backup seed."""
    return SigningAndEncryption(*_t.recovery_keys(seed))


def device_keys(data: Data) -> SigningAndEncryption:
    """The keys of a device, from its 64 bytes."""
    return SigningAndEncryption(*_t.device_keys(data))


def restore_keyring(sealed: Data, account: _Account, secret: Data, published: Data) -> list[GenerationKeys]:
    """Opens every generation of a sealed keyring, oldest first, with a device's or the backup seed's X25519 secret."""
    return [GenerationKeys(*keys) for keys in _t.restore_keyring(sealed, account, secret, published)]


def open_key_file(file: Data, passphrase: str) -> bytes:
    """Content of a key file, or `CannotOpenError`."""
    return _t.open_key_file(file, passphrase)


# Records


def unwrap_section_keys(place: Place, wrap_body: Data, secret: Data) -> bytes:
    """The section keys of a version from a wrap of them. Secret."""
    return _t.unwrap_section_keys(place, wrap_body, secret)


def open_version(
    place: Place, promise: VersionPromise, manifest: Data, keys: Data, bodies: Sequence[Data]
) -> VerifiedVersion:
    """Opens a version and checks all of it against what the chain holds. Bodies in any order."""
    return VerifiedVersion(*_t.open_version(place, promise, manifest, keys, bodies))


def decode_account_keys(data: Data, foreign_signing_key: Data | None = None) -> DecodedAccountKeys:
    """Decodes the content of a key file. Keys that sign elsewhere need the public key of what signs for them."""
    account, role, signing, device, generation, encryption, seed, again = _t.decode_account_keys(
        data, foreign_signing_key
    )
    return DecodedAccountKeys(account, Role(role), signing, device, generation, encryption, seed, again)


def decode_draft(data: Data) -> DecodedDraft:
    """Decodes a draft; its signatures are not verified."""
    return DecodedDraft(*_t.decode_draft(data))


def open_draft(data: Data, account_keys: Data) -> VerifiedVersion:
    """Opens the record version that a draft carries with the keys of its patient, as a key file holds them."""
    return VerifiedVersion(*_t.open_draft(data, account_keys))


def section_leaf(salt: Data, plain: Data) -> bytes:
    """Leaf of a section under ``plain_root``."""
    return _t.section_leaf(salt, plain)


# Headers and work


def header_digests(header: Data) -> HeaderDigests:
    """Digest, proof header and id of a header."""
    return HeaderDigests(*_t.header_digests(header))


def nonce_search(header: Data) -> NonceSearch | None:
    """What to search a nonce with; ``None`` for a header that is not sealed by work."""
    found = _t.nonce_search(header)
    return None if found is None else NonceSearch(*found)


def expand_target(bits: int) -> TargetNumbers:
    """Target and work of compact bits."""
    return TargetNumbers(*_t.expand_target(bits))


def leading_zeros_target(n: int) -> int:
    """Compact bits of "an id must start with ``n`` zero digits"."""
    return _t.leading_zeros_target(n)


def meets_target(bits: int, block_id: _Block) -> bool:
    """Whether a block id meets a target.

    >>> from ehr_ledger import toolbox
    >>> toolbox.meets_target(toolbox.leading_zeros_target(2), "00f0" + "ff" * 30)
    True
    """
    return _t.meets_target(bits, block_id)


def asert_target(rule: AsertRule, parent_height: int, parent_time: int) -> int:
    """Compact target that the child of a block must have."""
    return _t.asert_target(rule, parent_height, parent_time)


def genesis_facts(genesis: Data) -> GenesisFacts:
    """Checks a genesis specification and makes its block 0."""
    return GenesisFacts(*_t.genesis_facts(genesis))


# Trees


def merkle_leaf_hash(leaf: Data) -> bytes:
    """RFC 6962 hash of a leaf."""
    return _t.merkle_leaf_hash(leaf)


def merkle_root(leaves: Sequence[Data]) -> bytes:
    """RFC 6962 root over leaves."""
    return _t.merkle_root(leaves)


def merkle_root_of_hashes(leaf_hashes: Sequence[Data]) -> bytes:
    """RFC 6962 root over leaves given by their hashes."""
    return _t.merkle_root_of_hashes(leaf_hashes)


def merkle_prove_inclusion(leaves: Sequence[Data], index: int) -> bytes:
    """Proof that leaf ``index`` is in the tree over ``leaves``."""
    return _t.merkle_prove_inclusion(leaves, index)


def merkle_prove_consistency(leaves: Sequence[Data], old_size: int) -> bytes:
    """Proof that the first ``old_size`` leaves are the start of all of them."""
    return _t.merkle_prove_consistency(leaves, old_size)


def merkle_verify_inclusion(index: int, size: int, leaf_hash: Data, path: Data, root: Data) -> None:
    """Checks that the leaf with this hash is leaf ``index`` of the tree of ``size`` leaves with this root."""
    _t.merkle_verify_inclusion(index, size, leaf_hash, path, root)


def merkle_verify_consistency(old_size: int, size: int, old_root: Data, path: Data, root: Data) -> None:
    """Checks that the tree of ``old_size`` leaves is the start of the tree of ``size`` leaves."""
    _t.merkle_verify_consistency(old_size, size, old_root, path, root)


def state_root(entries: Sequence[TreeEntry]) -> bytes:
    """Root of the state that holds exactly these entries, in any order."""
    return _t.state_root(entries)


def state_prove(entries: Sequence[TreeEntry], key: Data) -> bytes:
    """Proof of what value a key has in that state, or that it has none."""
    return _t.state_prove(entries, key)


def state_verify(root: Data, key: Data, value: Data | None, proof: Data) -> None:
    """Checks that a key has this value in the state with this root; ``None``: that it has none."""
    _t.state_verify(root, key, value, proof)


def history_root(leaf_hashes: Sequence[Data]) -> bytes:
    """Root of the mountain range over headers, given by the hashes of their leaves."""
    return _t.history_root(leaf_hashes)


def history_prove(leaf_hashes: Sequence[Data], index: int) -> bytes:
    """Proof that leaf ``index`` is among these."""
    return _t.history_prove(leaf_hashes, index)


def history_verify(count: int, index: int, leaf_hash: Data, path: Data, root: Data) -> None:
    """Checks that the leaf with this hash is leaf ``index`` of the range of ``count`` leaves with this root."""
    _t.history_verify(count, index, leaf_hash, path, root)


# Decisions and proofs


def evaluate_policy(query: Any, facts: Any, time: int) -> Any:
    """Decides a question on given facts at a time (ms); all three of the form in ``vectors/policy.json``."""
    return json.loads(_t.evaluate_policy(json.dumps(query), json.dumps(facts), time))


def _light_facts(facts: Any) -> LightFacts:
    as_of, height, time, state, transactions, receipts = facts
    return LightFacts(as_of, height, time, [ProvenEntry(*entry) for entry in state], transactions, receipts)


def verify_light_proof(proof: Data, trusted: _Block) -> LightFacts:
    """Checks a light proof, trusting nothing but one block."""
    return _light_facts(_t.verify_light_proof(proof, trusted))


# Stake


def validator_set_facts(validators: Data) -> ValidatorSetFacts:
    """Hash and power of a validator set, which is checked."""
    return ValidatorSetFacts(*_t.validator_set_facts(validators))


def proposer(validators: Data, height: int, round: int) -> AccountId:
    """Who proposes in a round of a height."""
    return _t.proposer(validators, height, round)


def vote_message(chain: _Chain, vote: Data) -> bytes:
    """What a signed vote signs in the domain ``Vote``."""
    return _t.vote_message(chain, vote)


def verify_vote(chain: _Chain, validators: Data, vote: Data) -> None:
    """Checks a vote of a validator of a set."""
    _t.verify_vote(chain, validators, vote)


def proposal_message(chain: _Chain, proposal: Data) -> bytes:
    """What a signed proposal signs in the domain ``Proposal``."""
    return _t.proposal_message(chain, proposal)


def verify_proposal(chain: _Chain, validators: Data, proposal: Data) -> None:
    """Checks a proposal of a validator of a set; whose turn it was, `proposer` says."""
    _t.verify_proposal(chain, validators, proposal)


def verify_certificate(chain: _Chain, validators: Data, certificate: Data) -> int:
    """Checks that a commit certificate proves its block by the set of its height; the voting power that signed."""
    return _t.verify_certificate(chain, validators, certificate)


def verify_evidence(chain: _Chain, validators: Data, evidence: Data) -> AccountId:
    """Checks evidence against a validator of the set of its height; who is convicted."""
    return _t.verify_evidence(chain, validators, evidence)


def stake_anchor(header: Data, next_validators: Data) -> bytes:
    """A point to start from: a header that the caller trusts, and the validator set of the next height."""
    return _t.stake_anchor(header, next_validators)


def cosigned_anchor(cosigners: Data, cosigned: Data, header: Data, next_validators: Data) -> bytes:
    """The same for a header that enough institutions cosigned."""
    return _t.cosigned_anchor(cosigners, cosigned, header, next_validators)


def light_step(anchor: Data, trusting_ms: int, now: int, block: Data) -> LightStep:
    """One step of trust, from an anchor to a later light block."""
    return LightStep(*_t.light_step(anchor, trusting_ms, now, block))


def verify_stake_proof(anchor: Data, trusting_ms: int, now: int, proof: Data) -> StakeFacts:
    """Checks a stake proof, trusting nothing but an anchor."""
    facts, after = _t.verify_stake_proof(anchor, trusting_ms, now, proof)
    return StakeFacts(_light_facts(facts), after)


def verify_fork_proof(anchor: Data, proof: Data) -> ForkFacts:
    """Checks that validators decided two blocks of one height, from an anchor below both."""
    return ForkFacts(*_t.verify_fork_proof(anchor, proof))


# Checkpoints: institutions sign them with `sign` in the domain ``Checkpoint``


def checkpoint_of(header: Data, weight: Data) -> bytes:
    """The checkpoint of a header; ``weight`` is that of the chain up to it, 32 bytes big-endian."""
    return _t.checkpoint_of(header, weight)


def checkpoint_message(checkpoint: Data) -> bytes:
    """What is signed of a checkpoint."""
    return _t.checkpoint_message(checkpoint)


def verify_cosigned(cosigners: Data, cosigned: Data) -> int:
    """Checks that a checkpoint is cosigned as demanded; how many known institutions signed."""
    return _t.verify_cosigned(cosigners, cosigned)


def verify_split_view(cosigners: Data, split_view: Data) -> AccountId:
    """Checks that an institution vouched for two histories; which."""
    return _t.verify_split_view(cosigners, split_view)
