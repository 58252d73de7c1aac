package org.ehrledger.vectors

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import kotlin.time.Instant
import org.ehrledger.AsertRule
import org.ehrledger.asertTarget
import org.ehrledger.evaluatePolicy
import org.ehrledger.expandTarget
import org.ehrledger.headerDigests
import org.ehrledger.leadingZerosTarget
import org.ehrledger.meetsTarget
import org.ehrledger.model.BlockId
import org.ehrledger.model.EhrException
import org.ehrledger.nonceSearch
import org.ehrledger.sha256
import org.ehrledger.stateKey
import org.ehrledger.verifyLightProof

fun header(file: JsonElement, sheet: Sheet) = sheet.cases("cases", file.list("cases")) { _, one ->
    val header = one.bytes("header")
    recodes("header", header)
    val digests = headerDigests(header)
    same("digest", one.bytes("digest"), digests.digest)
    same("proof_header", one.bytes("proof_header"), digests.proofHeader)
    same("id", one.text("id"), digests.id.text)
    same("sha256", one.bytes("id"), sha256(digests.proofHeader))
    // The template of a header sealed by work is its proof header without the nonce.
    val search = nonceSearch(header)
    same("nonce_search", one.text("name") == "work", search != null)
    search?.let { same("first and tail", digests.proofHeader.copyOf(104), it.first + it.tail) }
}

fun pow(file: JsonElement, sheet: Sheet) {
    sheet.cases("targets", file.list("targets")) { _, one ->
        val bits = one.bits("bits")
        val numbers = expandTarget(bits)
        same("target", one.bytes("target"), numbers.target)
        same("work", one.bytes("work"), numbers.work)
        // The target itself, as an id, meets it.
        holds("meets_target", meetsTarget(bits, BlockId(one.text("target"))))
    }
    sheet.cases("refused_bits", file.list("refused_bits")) { _, one ->
        val bits = one.bits()
        holds("expand_target", failure { expandTarget(bits) } is EhrException.Refused)
    }
    sheet.cases("leading_zero_nibbles", file.list("leading_zero_nibbles")) { _, one ->
        same("bits", one.bits("bits"), leadingZerosTarget(one.byte("zeros")))
    }
    val asert = file.at("asert")
    val rule = AsertRule(asert.bits("anchor"), asert.time("genesis_time"), asert.number("spacing_ms"), asert.number("half_life_ms"))
    sheet.cases("asert.cases", asert.list("cases")) { _, one ->
        same("bits", one.bits("bits"), asertTarget(rule, one.number("parent_height"), one.time("parent_time")))
    }
}

fun light(file: JsonElement, sheet: Sheet) {
    sheet.cases("proofs", file.list("proofs")) { _, one ->
        val proof = one.bytes("proof")
        recodes("light proof", proof)
        val facts = verifyLightProof(proof, BlockId(one.text("trusted")))
        same("as_of", one.text("as_of"), facts.asOf.text)
        same("height", one.number("height"), facts.height)
        val state = JsonArray()
        for (entry in facts.state) state.add(
            JsonObject().apply {
                addProperty("namespace", entry.namespace.toInt())
                addProperty("id", entry.id.toHex())
                addProperty("key", entry.key.toHex())
                add("value", entry.value?.let { com.google.gson.JsonPrimitive(it.toHex()) } ?: JsonNull.INSTANCE)
            },
        )
        same("state", one.at("state"), state)
        holds("state_key", facts.state.all { stateKey(it.namespace, it.id).contentEquals(it.key) })
        same("txs", one.hexes("txs"), facts.transactions.map { sha256(it) })
        same("receipts", one.hexes("receipts"), facts.receipts.map { sha256(it) })
    }
    val refused = file.at("refused")
    sheet.cases("refused.proofs", refused.list("proofs")) { _, proof ->
        val (bytes, trusted) = proof.hex() to BlockId(refused.text("trusted"))
        holds("verify_light_proof", isRefused { verifyLightProof(bytes, trusted) })
    }
}

fun policy(file: JsonElement, sheet: Sheet) = sheet.cases("cases", file.list("cases")) { _, one ->
    val time: Instant = one.time("time")
    same("decision", one.at("decision"), parse(evaluatePolicy(one.at("query").toString(), one.at("facts").toString(), time)))
}
