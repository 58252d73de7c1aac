"""One function a file: what ``docs/vectors.md`` says to compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ehr_ledger import CannotOpenError, MalformedError, NewerFormatError, RefusedError
from ehr_ledger import toolbox as t
from sheet import Case, Sheet, each, recodes, unhex
from stake import bft, light_stake

def place(file: dict[str, Any]) -> t.Place:
    at = file["place"]
    return t.Place(at["chain"], at["account"], at["record"], at["version"])


def client(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "account_keys", file["account_keys"]):
        with scope as case:
            data, signing_key = unhex(one["bytes"]), unhex(one["signing_key"])
            keys = t.decode_account_keys(data, signing_key if one["foreign_signer"] else None)
            case.same("bytes", data, keys.data)
            case.same("account", one["account"], str(keys.account))
            case.same("role", one["role"], keys.role.value)
            case.same("signing_key", signing_key, keys.signing_key)
            case.same("device_key", unhex(one["device_key"]), keys.device_key)
            case.same("generation", one["generation"], keys.generation)
            case.same("encryption_key", unhex(one["encryption_key"]), keys.encryption_key)
            seed = None if keys.backup_seed is None else keys.backup_seed.hex()
            case.same("backup_seed", one["backup_seed"], seed)
    for scope, _, one in each(sheet, "account_keys_refused", file["account_keys_refused"]):
        with scope as case:
            data = unhex(one["bytes"])
            case.fails(
                "decode_account_keys", (MalformedError, NewerFormatError), lambda: t.decode_account_keys(data)
            )
    with sheet.case("draft") as case:
        one = file["draft"]
        draft = t.decode_draft(unhex(one["bytes"]))
        case.same("bytes", unhex(one["bytes"]), draft.data)
        case.same("id", one["id"], str(draft.id))
        case.same("kind", one["kind"], draft.kind)
        case.same("signed", one["signed"], [str(account) for account in draft.signed])
        missing = None if draft.missing is None else [str(account) for account in draft.missing]
        case.same("missing", one["missing"], missing)
        case.same("bodies", one["bodies"], [str(body) for body in draft.bodies])
        case.same("chain", one["chain"], t.describe("transaction body", draft.body)[1])
    with sheet.case("draft opened by the patient") as case:
        one = file["draft"]
        opened = t.open_draft(unhex(one["bytes"]), unhex(one["patient_keys"]))
        case.same("sections", [unhex(one["section"])], opened.sections)


def codec(file: dict[str, Any], sheet: Sheet) -> None:
    with sheet.case("limits") as case:
        kind = next(kind for kind in t.wire_kinds() if kind.name == "specimen")
        case.same("max_bytes", file["max_bytes"], kind.max_bytes)
        case.same("max_depth", file["max_depth"], kind.max_depth)
        for one in file["good"]:
            case.same("fields", len(file["fields"]), len(t.describe("specimen", unhex(one["hex"]))))
    for scope, _, one in each(sheet, "good", file["good"]):
        with scope as case:
            data = unhex(one["hex"])
            recodes(case, "specimen", data)
            case.same("decode_fault", None, t.decode_fault("specimen", data))
            case.same("describe", one["value"], t.describe("specimen", data))
    for scope, _, one in each(sheet, "bad", file["bad"]):
        with scope as case:
            data = unhex(one["hex"])
            case.fails("recode", MalformedError, lambda: t.recode("specimen", data))
            fault = t.decode_fault("specimen", data)
            fields = {} if fault is None else fault._asdict()
            fields.pop("reason", None)
            case.same("decode_fault", one["error"], {k: v for k, v in fields.items() if v is not None})


def domains(file: dict[str, Any], sheet: Sheet) -> None:
    seed, key, message = unhex(file["seed"]), unhex(file["public_key"]), unhex(file["message"])
    with sheet.case("key") as case:
        case.same("public_key", key, t.public_key(seed))
        t.admit_key(key)
    known = t.domains()
    with sheet.case("number") as case:
        case.same("number", len(file["domains"]), len(known))
    for scope, i, one in each(sheet, "domains", file["domains"]):
        with scope as case:
            name, signature = one["name"], unhex(one["signature"])
            case.same("name and tag", (name, unhex(one["tag"])), tuple(known[i]))
            case.same("hash", unhex(one["hash"]), t.tagged_hash(name, message))
            case.same("signature", signature, t.sign(seed, name, message))
            t.verify_signature(name, key, message, signature)
    with sheet.case("possession") as case:
        one = file["possession"]
        context, proof = unhex(one["context"]), unhex(one["proof"])
        case.same("message", unhex(one["message"]), t.possession_message(key, context))
        case.same("proof", proof, t.possession_proof(seed, context))
        t.verify_possession(key, context, proof)


def header(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "cases", file["cases"]):
        with scope as case:
            data = unhex(one["header"])
            recodes(case, "header", data)
            digests = t.header_digests(data)
            case.same("digest", unhex(one["digest"]), digests.digest)
            case.same("proof_header", unhex(one["proof_header"]), digests.proof_header)
            case.same("id", one["id"], str(digests.id))
            case.same("sha256", unhex(one["id"]), t.sha256(digests.proof_header))
            search = t.nonce_search(data)
            case.same("nonce_search", one["name"] == "work", search is not None)
            if search is not None:
                case.same("first and tail", digests.proof_header[:104], search.first + search.tail)


def keys(file: dict[str, Any], sheet: Sheet) -> None:
    for name, derive, fields in [
        ("generation", t.generation_keys, ("local", "x25519_secret", "x25519")),
        ("recovery", t.recovery_keys, ("ed25519_seed", "x25519_secret", "x25519")),
    ]:
        with sheet.case(name) as case:
            derived = derive(unhex(file[name]["seed"]))
            for field in fields:
                case.same(field, unhex(file[name][field]), getattr(derived, field))
    ring = file["keyring"]

    def restored(secret: bytes) -> list[dict[str, str]]:
        sealed, published = unhex(ring["sealed"]), unhex(ring["published"])
        all_keys = t.restore_keyring(sealed, ring["account"], secret, published)
        return [{"local": k.local.hex(), "x25519": k.x25519.hex()} for k in all_keys]

    with sheet.case("keyring with the device") as case:
        recodes(case, "sealed keyring", unhex(ring["sealed"]))
        secret = t.device_keys(unhex(ring["device"])).x25519_secret
        case.same("restore_keyring", ring["generations"], restored(secret))
    with sheet.case("keyring with the recovery seed") as case:
        secret = t.recovery_keys(unhex(file["recovery"]["seed"])).x25519_secret
        case.same("restore_keyring", ring["generations"], restored(secret))
    with sheet.case("key_file") as case:
        one = file["key_file"]
        data, passphrase = unhex(one["file"]), one["passphrase"]
        recodes(case, "key file", data)
        case.same("open_key_file", unhex(one["content"]), t.open_key_file(data, passphrase))
        case.fails("another passphrase", CannotOpenError, lambda: t.open_key_file(data, passphrase + "x"))


def light(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "proofs", file["proofs"]):
        with scope as case:
            data = unhex(one["proof"])
            recodes(case, "light proof", data)
            facts = t.verify_light_proof(data, one["trusted"])
            case.same("as_of", one["as_of"], str(facts.as_of))
            case.same("height", one["height"], facts.height)
            state = [
                {
                    "namespace": entry.namespace,
                    "id": entry.id.hex(),
                    "key": entry.key.hex(),
                    "value": None if entry.value is None else entry.value.hex(),
                }
                for entry in facts.state
            ]
            case.same("state", one["state"], state)
            for entry in facts.state:
                case.same("state_key", entry.key, t.state_key(entry.namespace, entry.id))
            case.same("txs", one["txs"], [t.sha256(leaf).hex() for leaf in facts.transactions])
            case.same("receipts", one["receipts"], [t.sha256(leaf).hex() for leaf in facts.receipts])
    refused = file["refused"]
    for scope, _, proof in each(sheet, "refused.proofs", refused["proofs"]):
        with scope as case:
            data = unhex(proof)
            case.refused("verify_light_proof", lambda: t.verify_light_proof(data, refused["trusted"]))


def merkle(file: dict[str, Any], sheet: Sheet) -> None:
    rfc6962(file["rfc6962"], sheet)
    sparse(file["sparse"], sheet)
    mmr(file["mmr"], sheet)


def verdict(case: Case, what: str, one: dict[str, Any], check: Callable[[], None]) -> None:
    """The check says what the vector says: accepted, or refused as a proof is refused."""
    if one["valid"] is True:
        check()
    else:
        case.same("valid", False, one["valid"])
        case.refused(what, check)


def rfc6962(file: dict[str, Any], sheet: Sheet) -> None:
    leaves = [unhex(leaf) for leaf in file["leaves"]]
    for scope, n, root in each(sheet, "rfc6962.roots_by_size", file["roots_by_size"]):
        with scope as case:
            case.same("merkle_root", unhex(root), t.merkle_root(leaves[:n]))
    for scope, _, one in each(sheet, "rfc6962.inclusion", file["inclusion"]):
        with scope as case:
            index, size = one["index"], one["size"]
            leaf, path, root = unhex(one["leaf_hash"]), unhex(one["path"]), unhex(one["root"])
            verdict(
                case,
                "merkle_verify_inclusion",
                one,
                lambda: t.merkle_verify_inclusion(index, size, leaf, path, root),
            )
            if one["desc"] == "good":
                case.same("merkle_prove_inclusion", path, t.merkle_prove_inclusion(leaves[:size], index))
                case.same("merkle_leaf_hash", leaf, t.merkle_leaf_hash(leaves[index]))
    for scope, _, one in each(sheet, "rfc6962.consistency", file["consistency"]):
        with scope as case:
            old, size = one["old_size"], one["size"]
            old_root, path, root = unhex(one["old_root"]), unhex(one["path"]), unhex(one["root"])
            verdict(
                case,
                "merkle_verify_consistency",
                one,
                lambda: t.merkle_verify_consistency(old, size, old_root, path, root),
            )
            if one["desc"] == "good":
                case.same("merkle_prove_consistency", path, t.merkle_prove_consistency(leaves[:size], old))


def sparse(file: dict[str, Any], sheet: Sheet) -> None:
    entries = [t.TreeEntry(unhex(one["key"]), unhex(one["value"])) for one in file["entries"]]
    roots = [unhex(root) for root in file["roots_after_each_entry"]]
    for scope, n, root in each(sheet, "sparse.roots_after_each_entry", roots):
        with scope as case:
            case.same("state_root", root, t.state_root(entries[:n]))
    for scope, _, one in each(sheet, "sparse.proofs", file["proofs"]):
        with scope as case:
            key, proof = unhex(one["key"]), unhex(one["proof"])
            value = None if one["value"] is None else unhex(one["value"])
            verdict(case, "state_verify", one, lambda: t.state_verify(roots[-1], key, value, proof))
            if one["desc"] == "good":
                case.same("state_prove", proof, t.state_prove(entries, key))


def mmr(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "mmr.leaves", file["leaves"]):
        with scope as case:
            data = unhex(one["bytes"])
            recodes(case, "history leaf", data)
            fields = [one["height"], one["id"], one["time_ms"], one["total_work"]]
            case.same("describe", fields, t.describe("history leaf", data))
            case.same("merkle_leaf_hash", unhex(one["hash"]), t.merkle_leaf_hash(data))
    hashes = [unhex(one["hash"]) for one in file["leaves"]]
    for scope, n, root in each(sheet, "mmr.roots_by_leaf_count", file["roots_by_leaf_count"]):
        with scope as case:
            case.same("history_root", unhex(root), t.history_root(hashes[:n]))
    for scope, _, one in each(sheet, "mmr.proofs", file["proofs"]):
        with scope as case:
            count, index = one["leaf_count"], one["leaf_index"]
            leaf, path, root = unhex(one["leaf_hash"]), unhex(one["path"]), unhex(one["root"])
            verdict(case, "history_verify", one, lambda: t.history_verify(count, index, leaf, path, root))
            if one["desc"] == "good":
                case.same("history_prove", path, t.history_prove(hashes[:count], index))


def messages(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "good", file["good"]):
        with scope as case:
            data = unhex(one["bytes"])
            recodes(case, "message", data)
            kind = t.message_kind(data)
            case.same("code", one["code"], kind.code)
            case.same("name", one["name"], kind.name)
    for scope, _, one in each(sheet, "bad", file["bad"]):
        with scope as case:
            data = unhex(one["bytes"])
            case.fails("recode", MalformedError, lambda: t.recode("message", data))


def policy(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "cases", file["cases"]):
        with scope as case:
            case.same("decision", one["decision"], t.evaluate_policy(one["query"], one["facts"], one["time"]))


def pow(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "targets", file["targets"]):
        with scope as case:
            bits = int(one["bits"], 16)
            numbers = t.expand_target(bits)
            case.same("target", unhex(one["target"]), numbers.target)
            case.same("work", unhex(one["work"]), numbers.work)
            case.check("meets_target", t.meets_target(bits, one["target"]))
    for scope, _, one in each(sheet, "refused_bits", file["refused_bits"]):
        with scope as case:
            bits = int(one, 16)
            case.fails("expand_target", RefusedError, lambda: t.expand_target(bits))
    for scope, _, one in each(sheet, "leading_zero_nibbles", file["leading_zero_nibbles"]):
        with scope as case:
            case.same("bits", int(one["bits"], 16), t.leading_zeros_target(one["zeros"]))
    asert = file["asert"]
    times = asert["genesis_time"], asert["spacing_ms"], asert["half_life_ms"]
    rule = t.AsertRule(int(asert["anchor"], 16), *times)
    for scope, _, one in each(sheet, "asert.cases", asert["cases"]):
        with scope as case:
            case.same("bits", int(one["bits"], 16), t.asert_target(rule, one["parent_height"], one["parent_time"]))


def record(file: dict[str, Any], sheet: Sheet) -> None:
    at, section_keys, manifest = place(file), unhex(file["keys"]), unhex(file["manifest"])
    with sheet.case("wrap_body") as case:
        wrap = unhex(file["wrap_body"])
        recodes(case, "wrap body", wrap)
        recodes(case, "section keys", section_keys)
        case.same("unwrap", section_keys, t.unwrap_section_keys(at, wrap, unhex(file["recipient_secret"])))
    for scope, _, one in each(sheet, "bodies", file["bodies"]):
        with scope as case:
            case.same("content_id", one["id"], str(t.content_id("raw", unhex(one["sealed"]))))
    bodies = [unhex(one["sealed"]) for one in file["bodies"]]
    with sheet.case("manifest") as case:
        recodes(case, "manifest", manifest)
        case.same("content_id", file["manifest_id"], str(t.content_id("dag-cbor", manifest)))
    with sheet.case("kind") as case:
        committed = unhex(file["kind_salt"]) + file["kind"].encode()
        case.same("kind_commit", unhex(file["kind_commit"]), t.tagged_hash("Commitment", committed))
    plain_root = unhex(file["plain_root"])
    promise = t.VersionPromise(unhex(file["kind_commit"]), plain_root, file["manifest_id"], file["size_class"])
    with sheet.case("version") as case:
        opened = t.open_version(at, promise, manifest, section_keys, bodies)
        case.same("kind", file["kind"], opened.kind)
        case.same("kind_salt", unhex(file["kind_salt"]), opened.kind_salt)
        case.same("media_types", file["media_types"], opened.media_types)
        case.same("sections", [unhex(one) for one in file["sections"]], opened.sections)
        case.same("leaves", [unhex(one) for one in file["leaves"]], opened.leaves)
        case.same("plain_root", plain_root, t.merkle_root_of_hashes([unhex(one) for one in file["leaves"]]))
    with sheet.case("version at another place") as case:
        elsewhere = at._replace(version=at.version + 1)
        case.fails(
            "open_version",
            CannotOpenError,
            lambda: t.open_version(elsewhere, promise, manifest, section_keys, bodies),
        )


def seal(file: dict[str, Any], sheet: Sheet) -> None:
    key, salt, context = unhex(file["key"]), unhex(file["salt"]), unhex(file["context"])
    with sheet.case("context") as case:
        computed = t.section_context(place(file), file["section"], unhex(file["plain_root"]))
        case.same("section_context", context, computed)
    for scope, _, one in each(sheet, "cases", file["cases"]):
        with scope as case:
            plain = bytes(i % 251 for i in range(one["len"]))
            sealed = t.seal(key, context, salt, plain)
            case.same("length", one["sealed_len"], len(sealed))
            case.same("sealed_len", one["sealed_len"], t.sealed_len(one["len"]))
            case.same("sha256", unhex(one["sealed_sha256"]), t.sha256(sealed))
            if one["sealed"] is not None:
                case.same("sealed", unhex(one["sealed"]), sealed)
            case.same("open_sealed", plain, t.open_sealed(key, context, sealed))
    for scope, _, (n, m) in each(sheet, "padded_len", file["padded_len"]):
        with scope as case:
            case.same("padded_len", m, t.padded_len(n))
    for scope, _, (n, m) in each(sheet, "size_class", file["size_class"]):
        with scope as case:
            case.same("size_class", m, t.size_class(n))


# First namespace of the entries of stake.
STAKE = 13


def state(file: dict[str, Any], sheet: Sheet) -> None:
    with sheet.case("genesis") as case:
        genesis, block = unhex(file["genesis"]), unhex(file["genesis_block"])
        recodes(case, "genesis specification", genesis)
        recodes(case, "block", block)
        facts = t.genesis_facts(genesis)
        case.same("chain_id", file["chain_id"], str(facts.chain_id))
        case.same("block", block, facts.block)
        case.same("tagged_hash", unhex(file["chain_id"]), t.tagged_hash("Genesis", genesis))
    kinds = state_keys(file, sheet, lambda namespace: namespace < STAKE)
    with sheet.case("tip") as case:
        tip, receipt = unhex(file["tip"]), unhex(file["tip_receipt"])
        recodes(case, "header", tip)
        recodes(case, "receipt", receipt)
        case.same("id", file["tip_id"], str(t.header_digests(tip).id))
        fields = t.describe("header", tip)
        case.same("state_root", file["state_root"], fields[9])
        case.same("receipts_root", t.merkle_root([receipt]).hex(), fields[8])
    entries = [t.TreeEntry(unhex(one["key"]), unhex(one["value"])) for one in file["entries"]]
    with sheet.case("state_root") as case:
        case.same("state_root", unhex(file["state_root"]), t.state_root(entries))
    recode_entries(entries, kinds, sheet)


def state_keys(file: dict[str, Any], sheet: Sheet, mine: Callable[[int], bool]) -> list[str]:
    """Names of entries: the kinds with these namespaces, which are all of them."""
    kinds = {kind.name: kind.namespace for kind in t.wire_kinds() if kind.namespace is not None and mine(kind.namespace)}
    with sheet.case("kinds of entries") as case:
        case.same("wire_kinds", {one["entry"] for one in file["keys"]}, set(kinds))
    for scope, _, one in each(sheet, "keys", file["keys"]):
        with scope as case:
            case.same("namespace", one["namespace"], kinds[one["entry"]])
            case.same("state_key", unhex(one["key"]), t.state_key(one["namespace"], unhex(one["id"])))
    return list(kinds)


def recode_entries(entries: list[t.TreeEntry], kinds: list[str], sheet: Sheet) -> None:
    for scope, _, entry in each(sheet, "entries", entries):
        with scope as case:
            case.check("recode", any(t.decode_fault(kind, entry.value) is None for kind in kinds))


def transaction(case: Case, one: dict[str, Any]) -> t.DecodedTx:
    """What the files of transactions and of stake ask of one."""
    data, body = unhex(one["bytes"]), unhex(one["body"])
    recodes(case, "signed transaction", data)
    recodes(case, "transaction body", body)
    tx = t.decode_transaction(data)
    case.same("id", one["txid"], str(tx.id))
    case.same("kind", one["kind"], tx.kind)
    case.same("name", one["name"], tx.name)
    case.same("body", body, tx.body)
    return tx


def stake(file: dict[str, Any], sheet: Sheet) -> None:
    with sheet.case("genesis") as case:
        genesis, first = unhex(file["genesis"]), unhex(file["genesis_header"])
        recodes(case, "genesis specification", genesis)
        recodes(case, "header", first)
        case.same("chain_id", file["chain_id"], str(t.genesis_facts(genesis).chain_id))
        case.same("params_hash", file["params_hash"], t.describe("header", first)[13])
    state_keys(file, sheet, lambda namespace: namespace >= STAKE)
    for name in ("last", "current", "next"):
        with sheet.case(f"sets.{name}") as case:
            validators = unhex(file["sets"][name]["bytes"])
            recodes(case, "validator set", validators)
            case.same("hash", unhex(file["sets"][name]["hash"]), t.validator_set_facts(validators).hash)
    for scope, _, one in each(sheet, "transactions", file["transactions"]):
        with scope as case:
            transaction(case, one)
    kinds = [kind.name for kind in t.wire_kinds() if kind.namespace is not None]
    recode_entries([t.TreeEntry(unhex(one["key"]), unhex(one["value"])) for one in file["entries"]], kinds, sheet)


def transactions(file: dict[str, Any], sheet: Sheet) -> None:
    for scope, _, one in each(sheet, "transactions", file["transactions"]):
        with scope as case:
            tx = transaction(case, one)
            signatures = [
                {"account": str(s.account), "key": s.key, "signature": s.signature.hex()} for s in tx.signatures
            ]
            case.same("signatures", one["signatures"], signatures)
            case.same("tagged_hash", unhex(one["txid"]), t.tagged_hash("TxId", unhex(one["body"])))


def wrap(file: dict[str, Any], sheet: Sheet) -> None:
    seed, author_key = unhex(file["author_seed"]), unhex(file["author_key"])
    secret, recipient_key = unhex(file["recipient_secret"]), unhex(file["recipient_key"])
    with sheet.case("keys") as case:
        case.same("author_key", author_key, t.public_key(seed))
        case.same("recipient_key", recipient_key, t.encryption_key(secret))
    for scope, _, one in each(sheet, "wraps", file["wraps"]):
        with scope as case:
            body, signed, content = unhex(one["body"]), unhex(one["wrap"]), unhex(one["secret"])
            recodes(case, "wrap body", body)
            recodes(case, "wrap", signed)
            shown = t.decode_wrap(body)
            case.same("subject", one["subject"], shown.subject.name)
            case.same("author", file["author"], str(shown.author))
            case.same("recipient", file["recipient"], str(shown.recipient))
            case.same("recipient_key", recipient_key, shown.recipient_key)
            case.same("open_wrap", content, t.open_wrap(body, secret))
            case.same("sign_wrap", signed, t.sign_wrap(body, seed))
            t.verify_wrap(signed, author_key)
            # Sealed anew with other randomness: other bytes that open to the same.
            author, recipient = file["author"], file["recipient"]
            anew = t.seal_wrap(author, recipient, recipient_key, shown.subject, content, bytes([7]) * 32)
            case.check("seal_wrap", anew != body)
            case.same("seal_wrap and open_wrap", content, t.open_wrap(anew, secret))
    with sheet.case("set") as case:
        one, bodies = unhex(file["set"]), [unhex(one["body"]) for one in file["wraps"]]
        recodes(case, "wrap set", one)
        case.same("wrap_set", one, t.wrap_set(bodies, seed))
        case.same("set_id", file["set_id"], str(t.content_id("dag-cbor", one)))
        root = unhex(file["wraps_root"])
        case.same("wraps_root", root, t.wraps_root(one))
        case.same("merkle_root", root, t.merkle_root([unhex(one["wrap"]) for one in file["wraps"]]))


Answer = Callable[[dict[str, Any], Sheet], None]

FILES: dict[str, tuple[str, Answer]] = {
    "bft": ("certificate chain evidence proposal proposers seeds validator_set vote", bft),
    "client": ("account_keys account_keys_refused draft", client),
    "codec": ("bad fields good max_bytes max_depth", codec),
    "domains": ("domains message possession public_key seed", domains),
    "header": ("about cases", header),
    "keys": ("generation key_file keyring recovery", keys),
    "light": ("proofs refused rules", light),
    "light_stake": (
        "anchor checkpoint forks forks_refused now proofs proofs_refused rules split_views split_views_refused steps "
        "trusting_ms",
        light_stake,
    ),
    "merkle": ("mmr rfc6962 sparse", merkle),
    "messages": ("bad good", messages),
    "policy": ("about cases", policy),
    "pow": ("about asert leading_zero_nibbles refused_bits targets", pow),
    "record": (
        "bodies keys kind kind_commit kind_salt leaves manifest manifest_id media_types place plain_root "
        "recipient_secret sections size_class wrap_body",
        record,
    ),
    "seal": ("cases context format key padded_len place plain_root salt section size_class", seal),
    "stake": ("chain_id entries genesis genesis_header keys params_hash sets transactions", stake),
    "state": ("chain_id entries genesis genesis_block keys state_root tip tip_id tip_receipt", state),
    "transactions": ("transactions", transactions),
    "wrap": (
        "author author_key author_seed recipient recipient_key recipient_secret set set_id wraps wraps_root",
        wrap,
    ),
}
