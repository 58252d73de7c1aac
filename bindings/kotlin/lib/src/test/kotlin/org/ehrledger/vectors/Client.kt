package org.ehrledger.vectors

import com.google.gson.JsonElement
import org.ehrledger.decodeAccountKeys
import org.ehrledger.decodeDraft
import org.ehrledger.model.EhrException
import org.ehrledger.openDraft

/** Position of the chain id in a transaction body (docs/spec/transactions.md). */
private const val CHAIN = 1

fun client(file: JsonElement, sheet: Sheet) {
    sheet.cases("account_keys", file.list("account_keys")) { _, one ->
        val (bytes, signingKey) = one.bytes("bytes") to one.bytes("signing_key")
        val keys = decodeAccountKeys(bytes, signingKey.takeIf { one.yes("foreign_signer") })
        same("bytes", bytes, keys.bytes)
        same("account", one.text("account"), keys.account.text)
        same("role", one.text("role").uppercase(), keys.role.name)
        same("signing_key", signingKey, keys.signingKey)
        same("device_key", one.bytes("device_key"), keys.deviceKey)
        same("generation", one.number("generation"), keys.generation.toULong())
        same("encryption_key", one.bytes("encryption_key"), keys.encryptionKey)
        val seed = one.at("backup_seed").takeUnless { it.isJsonNull }?.text()
        same("backup_seed", seed, keys.backupSeed?.toHex())
    }
    sheet.cases("account_keys_refused", file.list("account_keys_refused")) { _, one ->
        val bytes = one.bytes("bytes")
        val error = failure { decodeAccountKeys(bytes, null) }
        holds("decode_account_keys", error is EhrException.Malformed || error is EhrException.NewerFormat)
    }
    val one = file.at("draft")
    sheet.case("draft") {
        val bytes = one.bytes("bytes")
        val draft = decodeDraft(bytes)
        same("bytes", bytes, draft.bytes)
        same("id", one.text("id"), draft.id.text)
        same("kind", one.text("kind"), draft.kind)
        same("signed", one.list("signed").map { it.text() }, draft.signed.map { it.text })
        same("missing", one.list("missing").map { it.text() }, draft.missing?.map { it.text })
        same("bodies", one.list("bodies").map { it.text() }, draft.bodies.map { it.text })
        same("chain", one.at("chain"), described("transaction body", draft.body).list()[CHAIN])
    }
    sheet.case("draft opened by the patient") {
        same("sections", listOf(one.bytes("section")), openDraft(one.bytes("bytes"), one.bytes("patient_keys")).sections)
    }
}
