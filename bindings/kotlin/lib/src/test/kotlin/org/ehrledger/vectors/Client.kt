package org.ehrledger.vectors

import com.google.gson.JsonElement
import org.ehrledger.decodeAccountKeys
import org.ehrledger.decodeDraft
import org.ehrledger.model.EhrException
import org.ehrledger.openDraft

/** Position of the chain id in a transaction body (docs/spec/transactions.md). */
private const val CHAIN = 1

private fun JsonElement.texts(key: String) = list(key).map { it.text() }

fun client(file: JsonElement, sheet: Sheet) {
    sheet.cases("account_keys", file.list("account_keys")) { _, one ->
        val (bytes, signingKey) = one.bytes("bytes") to one.bytes("signing_key")
        val keys = decodeAccountKeys(bytes, signingKey.takeIf { one.yes("foreign_signer") })
        same("bytes", bytes, keys.bytes)
        same("account", one.text("account"), keys.account.text)
        same("role", one.text("role"), keys.role.name.lowercase().replaceFirstChar { it.uppercase() })
        same("signing_key", signingKey, keys.signingKey)
        same("device_key", one.bytes("device_key"), keys.deviceKey)
        same("generation", one.number("generation"), keys.generation.toULong())
        same("encryption_key", one.bytes("encryption_key"), keys.encryptionKey)
        same("backup_seed", one.at("backup_seed").let { if (it.isJsonNull) null else it.text() }, keys.backupSeed?.toHex())
    }
    sheet.cases("account_keys_refused", file.list("account_keys_refused")) { _, one ->
        val bytes = one.bytes("bytes")
        holds("decode_account_keys", failure { decodeAccountKeys(bytes, null) }.let { it is EhrException.Malformed || it is EhrException.NewerFormat })
    }
    val one = file.at("draft")
    sheet.case("draft") {
        val bytes = one.bytes("bytes")
        val draft = decodeDraft(bytes)
        same("bytes", bytes, draft.bytes)
        same("id", one.text("id"), draft.id.text)
        same("kind", one.text("kind"), draft.kind)
        holds("signed", one.texts("signed") == draft.signed.map { it.text })
        holds("missing", one.texts("missing") == draft.missing?.map { it.text })
        holds("bodies", one.texts("bodies") == draft.bodies.map { it.text })
        same("chain", one.at("chain"), described("transaction body", draft.body).list().getOrNull(CHAIN) ?: throw Fault("no chain"))
    }
    sheet.case("draft opened by the patient") {
        same("sections", listOf(one.bytes("section")), openDraft(one.bytes("bytes"), one.bytes("patient_keys")).sections)
    }
}
