package org.ehrledger.vectors

import com.google.gson.JsonElement
import org.ehrledger.TreeEntry
import org.ehrledger.WireKind
import org.ehrledger.admitKey
import org.ehrledger.contentId
import org.ehrledger.decodeWrap
import org.ehrledger.encryptionKey
import org.ehrledger.genesisFacts
import org.ehrledger.headerDigests
import org.ehrledger.merkleRoot
import org.ehrledger.model.AccountId
import org.ehrledger.openWrap
import org.ehrledger.possessionMessage
import org.ehrledger.possessionProof
import org.ehrledger.publicKey
import org.ehrledger.recode
import org.ehrledger.sealWrap
import org.ehrledger.sign
import org.ehrledger.signWrap
import org.ehrledger.stateKey
import org.ehrledger.stateRoot
import org.ehrledger.taggedHash
import org.ehrledger.validatorSetFacts
import org.ehrledger.verifyPossession
import org.ehrledger.verifySignature
import org.ehrledger.verifyWrap
import org.ehrledger.wireKinds
import org.ehrledger.wrapSet
import org.ehrledger.wrapsRoot

fun domains(file: JsonElement, sheet: Sheet) {
    val (seed, message, key) = listOf("seed", "message", "public_key").map { file.bytes(it) }
    sheet.case("key") {
        same("public_key", key, publicKey(seed))
        admitKey(key)
    }
    val known = org.ehrledger.domains()
    sheet.case("number") { same("number", file.list("domains").size, known.size) }
    sheet.cases("domains", file.list("domains")) { i, domain ->
        val name = domain.text("name")
        val tag = known.getOrNull(i) ?: throw Fault("no such domain")
        same("name", name, tag.name)
        same("tag", domain.bytes("tag"), tag.tag)
        same("hash", domain.bytes("hash"), taggedHash(name, message))
        val signature = domain.bytes("signature")
        same("signature", signature, sign(seed, name, message))
        verifySignature(name, key, message, signature)
    }
    sheet.case("possession") {
        val possession = file.at("possession")
        val (context, proof) = possession.bytes("context") to possession.bytes("proof")
        same("message", possession.bytes("message"), possessionMessage(key, context))
        same("proof", proof, possessionProof(seed, context))
        verifyPossession(key, context, proof)
    }
}

fun wrap(file: JsonElement, sheet: Sheet) {
    val (seed, authorKey) = file.bytes("author_seed") to file.bytes("author_key")
    val (secret, recipientKey) = file.bytes("recipient_secret") to file.bytes("recipient_key")
    val (author, recipient) = AccountId(file.text("author")) to AccountId(file.text("recipient"))
    sheet.case("keys") {
        same("author_key", authorKey, publicKey(seed))
        same("recipient_key", recipientKey, encryptionKey(secret))
    }
    val bodies = file.list("wraps").map { it.bytes("body") }
    val wraps = file.list("wraps").map { it.bytes("wrap") }
    sheet.cases("wraps", file.list("wraps")) { i, one ->
        val (body, wrap) = bodies[i] to wraps[i]
        recodes("wrap body", body)
        recodes("wrap", wrap)
        val shown = decodeWrap(body)
        same("subject", one.text("subject"), shown.subject.javaClass.simpleName)
        same("author", author, shown.author)
        same("recipient", recipient, shown.recipient)
        same("recipient_key", recipientKey, shown.recipientKey)
        val content = one.bytes("secret")
        same("open_wrap", content, openWrap(body, secret))
        same("sign_wrap", wrap, signWrap(body, seed))
        verifyWrap(wrap, authorKey)
        // Sealed anew with other randomness: other bytes that open to the same.
        val anew = sealWrap(author, recipient, recipientKey, shown.subject, content, ByteArray(32) { 7 })
        holds("seal_wrap", !anew.contentEquals(body))
        same("seal_wrap and open_wrap", content, openWrap(anew, secret))
    }
    sheet.case("set") {
        val set = file.bytes("set")
        recodes("wrap set", set)
        same("wrap_set", set, wrapSet(bodies, seed))
        same("set_id", file.text("set_id"), contentId("dag-cbor", set).text)
        same("wraps_root", file.bytes("wraps_root"), wrapsRoot(set))
        same("merkle_root", file.bytes("wraps_root"), merkleRoot(wraps))
    }
}

/** Positions of fields in a header (docs/spec/header.md). */
private const val RECEIPTS_ROOT = 8
private const val STATE_ROOT = 9

/** First namespace of the entries of stake. */
private const val STAKE: UByte = 13u

/** Position of the hash of the parameters in a header. */
private const val PARAMS_HASH = 13

fun state(file: JsonElement, sheet: Sheet) {
    sheet.case("genesis") {
        val (genesis, block) = file.bytes("genesis") to file.bytes("genesis_block")
        recodes("genesis specification", genesis)
        recodes("block", block)
        val facts = genesisFacts(genesis)
        same("chain_id", file.text("chain_id"), facts.chainId.text)
        same("block", block, facts.block)
        same("tagged_hash", file.bytes("chain_id"), taggedHash("Genesis", genesis))
    }
    val kinds = stateKeys(file, sheet) { it < STAKE }
    sheet.case("tip") {
        val tip = file.bytes("tip")
        recodes("header", tip)
        same("id", file.text("tip_id"), headerDigests(tip).id.text)
        val fields = described("header", tip).list()
        same("state_root", file.at("state_root"), fields[STATE_ROOT])
        val receipt = file.bytes("tip_receipt")
        recodes("receipt", receipt)
        same("receipts_root", merkleRoot(listOf(receipt)).toHex(), fields[RECEIPTS_ROOT].text())
    }
    val entries = entries(file)
    sheet.case("state_root") { same("state_root", file.bytes("state_root"), stateRoot(entries)) }
    recodeEntries(file, entries, kinds, sheet)
}

/** Names of entries: the kinds with these namespaces, which are all of them. */
private fun stateKeys(file: JsonElement, sheet: Sheet, mine: (UByte) -> Boolean): List<WireKind> {
    val kinds = wireKinds().filter { kind -> kind.namespace?.let(mine) ?: false }
    sheet.case("kinds of entries") { same("wire_kinds", file.list("keys").map { it.text("entry") }.toSet(), kinds.map { it.name }.toSet()) }
    sheet.cases("keys", file.list("keys")) { _, one ->
        val (name, namespace) = one.text("entry") to one.byte("namespace")
        val kind = kinds.find { it.name == name } ?: throw Fault("no such kind")
        same("namespace", namespace, kind.namespace)
        same("state_key", one.bytes("key"), stateKey(namespace, one.bytes("id")))
    }
    return kinds
}

private fun recodeEntries(file: JsonElement, entries: List<TreeEntry>, kinds: List<WireKind>, sheet: Sheet) {
    sheet.cases("entries", file.list("entries")) { i, _ ->
        val value = entries[i].value
        holds("recode", kinds.any { kind -> failure { if (!recode(kind.name, value).contentEquals(value)) throw Fault("other bytes") } == null })
    }
}

fun stake(file: JsonElement, sheet: Sheet) {
    sheet.case("genesis") {
        val (genesis, header) = file.bytes("genesis") to file.bytes("genesis_header")
        recodes("genesis specification", genesis)
        recodes("header", header)
        same("chain_id", file.text("chain_id"), genesisFacts(genesis).chainId.text)
        same("params_hash", file.at("params_hash"), described("header", header).list()[PARAMS_HASH])
    }
    stateKeys(file, sheet) { it >= STAKE }
    for (name in listOf("last", "current", "next")) {
        sheet.case("sets.$name") {
            val one = file.at("sets").at(name)
            recodes("validator set", one.bytes("bytes"))
            same("hash", one.bytes("hash"), validatorSetFacts(one.bytes("bytes")).hash)
        }
    }
    sheet.cases("transactions", file.list("transactions")) { _, tx -> transaction(tx) }
    recodeEntries(file, entries(file), wireKinds().filter { it.namespace != null }, sheet)
}
