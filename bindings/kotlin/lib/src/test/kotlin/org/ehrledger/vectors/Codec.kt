package org.ehrledger.vectors

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import org.ehrledger.DecodedTx
import org.ehrledger.decodeFault
import org.ehrledger.decodeTransaction
import org.ehrledger.messageKind
import org.ehrledger.recode
import org.ehrledger.taggedHash
import org.ehrledger.wireKinds

private const val SPECIMEN = "specimen"

fun codec(file: JsonElement, sheet: Sheet) {
    sheet.case("limits") {
        val kind = wireKinds().find { it.name == SPECIMEN } ?: throw Fault("no specimen")
        same("max_bytes", file.number("max_bytes"), kind.maxBytes)
        same("max_depth", file.number("max_depth"), kind.maxDepth.toULong())
        for (good in file.list("good")) same("fields", file.list("fields").size, described(SPECIMEN, good.bytes("hex")).list().size)
    }
    sheet.cases("good", file.list("good")) { _, good ->
        val bytes = good.bytes("hex")
        recodes(SPECIMEN, bytes)
        same("decode_fault", null, decodeFault(SPECIMEN, bytes))
        same("describe", good.at("value"), described(SPECIMEN, bytes))
    }
    sheet.cases("bad", file.list("bad")) { _, bad ->
        val bytes = bad.bytes("hex")
        malformed("recode") { recode(SPECIMEN, bytes) }
        val fault = decodeFault(SPECIMEN, bytes) ?: throw Fault("no fault")
        val computed = JsonObject()
        computed.addProperty("kind", fault.kind)
        for ((key, value) in listOf("offset" to fault.offset, "limit" to fault.limit, "got" to fault.got, "extra" to fault.extra))
            value?.let { computed.addProperty(key, it.toLong()) }
        fault.form?.let { computed.addProperty("form", it) }
        same("decode_fault", bad.at("error"), computed)
    }
}

fun messages(file: JsonElement, sheet: Sheet) {
    sheet.cases("good", file.list("good")) { _, good ->
        val bytes = good.bytes("bytes")
        recodes("message", bytes)
        val kind = messageKind(bytes)
        same("code", good.byte("code"), kind.code)
        same("name", good.text("name"), kind.name)
    }
    sheet.cases("bad", file.list("bad")) { _, bad -> bad.bytes("bytes").let { malformed("recode") { recode("message", it) } } }
}

fun transactions(file: JsonElement, sheet: Sheet) = sheet.cases("transactions", file.list("transactions")) { _, tx ->
    val decoded = transaction(tx)
    val signatures = JsonArray()
    for (one in decoded.signatures) signatures.add(
        JsonObject().apply {
            addProperty("account", one.account.text)
            addProperty("key", one.key.toLong())
            addProperty("signature", one.signature.toHex())
        },
    )
    same("signatures", tx.at("signatures"), signatures)
    same("tagged_hash", tx.bytes("txid"), taggedHash("TxId", decoded.body))
}

/** A signed transaction, its body and what both say. */
fun Case.transaction(tx: JsonElement): DecodedTx {
    val (bytes, body) = tx.bytes("bytes") to tx.bytes("body")
    recodes("signed transaction", bytes)
    recodes("transaction body", body)
    val decoded = decodeTransaction(bytes)
    same("id", tx.text("txid"), decoded.id.text)
    same("kind", tx.number("kind"), decoded.kind.toULong())
    same("name", tx.text("name"), decoded.name)
    same("body", body, decoded.body)
    return decoded
}
