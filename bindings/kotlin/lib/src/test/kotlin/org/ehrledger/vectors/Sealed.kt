package org.ehrledger.vectors

import com.google.gson.JsonElement
import org.ehrledger.VersionPromise
import org.ehrledger.contentId
import org.ehrledger.deviceKeys
import org.ehrledger.generationKeys
import org.ehrledger.merkleRootOfHashes
import org.ehrledger.model.AccountId
import org.ehrledger.model.ChainId
import org.ehrledger.model.ContentId
import org.ehrledger.model.Place
import org.ehrledger.model.RecordId
import org.ehrledger.openKeyFile
import org.ehrledger.openSealed
import org.ehrledger.openVersion
import org.ehrledger.paddedLen
import org.ehrledger.recoveryKeys
import org.ehrledger.restoreKeyring
import org.ehrledger.sealedLen
import org.ehrledger.sectionContext
import org.ehrledger.sha256
import org.ehrledger.sizeClass
import org.ehrledger.taggedHash
import org.ehrledger.unwrapSectionKeys

private fun place(file: JsonElement): Place = file.at("place").let {
    Place(ChainId(it.text("chain")), AccountId(it.text("account")), RecordId(it.text("record")), it.int("version").toUInt())
}

fun seal(file: JsonElement, sheet: Sheet) {
    val (key, salt, context) = listOf("key", "salt", "context").map { file.bytes(it) }
    sheet.case("context") {
        same("section_context", context, sectionContext(place(file), file.int("section").toUShort(), file.bytes("plain_root")))
    }
    sheet.cases("cases", file.list("cases")) { _, one ->
        val length = one.int("len")
        val plain = ByteArray(length) { (it % 251).toByte() }
        val sealed = org.ehrledger.seal(key, context, salt, plain)
        same("length", one.number("sealed_len"), sealed.size.toULong())
        same("sealed_len", one.number("sealed_len"), sealedLen(length.toULong()))
        same("sha256", one.bytes("sealed_sha256"), sha256(sealed))
        if (!one.at("sealed").isJsonNull) same("sealed", one.bytes("sealed"), sealed)
        same("open_sealed", plain, openSealed(key, context, sealed))
    }
    for ((name, table) in listOf("padded_len" to ::paddedLen, "size_class" to { n: ULong -> sizeClass(n).toULong() })) {
        sheet.cases(name, file.list(name)) { _, pair ->
            val (from, to) = pair.list().takeIf { it.size == 2 } ?: throw Fault("not a pair")
            same(name, to.number(), table(from.number()))
        }
    }
}

fun keys(file: JsonElement, sheet: Sheet) {
    sheet.case("generation") {
        val one = file.at("generation")
        val keys = generationKeys(one.bytes("seed"))
        same("local", one.bytes("local"), keys.local)
        same("x25519_secret", one.bytes("x25519_secret"), keys.x25519Secret)
        same("x25519", one.bytes("x25519"), keys.x25519)
    }
    val recovery = file.at("recovery")
    sheet.case("recovery") {
        val keys = recoveryKeys(recovery.bytes("seed"))
        same("ed25519_seed", recovery.bytes("ed25519_seed"), keys.ed25519Seed)
        same("x25519_secret", recovery.bytes("x25519_secret"), keys.x25519Secret)
        same("x25519", recovery.bytes("x25519"), keys.x25519)
    }
    val keyring = file.at("keyring")
    fun Case.restores(secret: ByteArray) {
        val restored = restoreKeyring(keyring.bytes("sealed"), AccountId(keyring.text("account")), secret, keyring.bytes("published"))
        val generations = keyring.list("generations")
        same("restore_keyring", generations.map { it.bytes("local") }, restored.map { it.local })
        same("restore_keyring", generations.map { it.bytes("x25519") }, restored.map { it.x25519 })
    }
    sheet.case("keyring with the device") {
        recodes("sealed keyring", keyring.bytes("sealed"))
        restores(deviceKeys(keyring.bytes("device")).x25519Secret)
    }
    sheet.case("keyring with the recovery seed") { restores(recoveryKeys(recovery.bytes("seed")).x25519Secret) }
    sheet.case("key_file") {
        val one = file.at("key_file")
        val (bytes, passphrase) = one.bytes("file") to one.text("passphrase")
        recodes("key file", bytes)
        same("open_key_file", one.bytes("content"), openKeyFile(bytes, passphrase))
        cannotOpen("another passphrase") { openKeyFile(bytes, passphrase + "x") }
    }
}

fun record(file: JsonElement, sheet: Sheet) {
    val place = place(file)
    val (keys, manifest) = file.bytes("keys") to file.bytes("manifest")
    sheet.case("wrap_body") {
        val wrap = file.bytes("wrap_body")
        recodes("wrap body", wrap)
        recodes("section keys", keys)
        same("unwrap", keys, unwrapSectionKeys(place, wrap, file.bytes("recipient_secret")))
    }
    val bodies = file.list("bodies").map { it.bytes("sealed") }
    sheet.cases("bodies", file.list("bodies")) { i, one -> same("content_id", one.text("id"), contentId("raw", bodies[i]).text) }
    sheet.case("manifest") {
        recodes("manifest", manifest)
        same("content_id", file.text("manifest_id"), contentId("dag-cbor", manifest).text)
    }
    sheet.case("kind") {
        same("kind_commit", file.bytes("kind_commit"), taggedHash("Commitment", file.bytes("kind_salt") + file.text("kind").encodeToByteArray()))
    }
    val promise = VersionPromise(file.bytes("kind_commit"), file.bytes("plain_root"), ContentId(file.text("manifest_id")), file.byte("size_class"))
    sheet.case("version") {
        val opened = openVersion(place, promise, manifest, keys, bodies)
        same("kind", file.text("kind"), opened.kind)
        same("kind_salt", file.bytes("kind_salt"), opened.kindSalt)
        holds("media_types", file.list("media_types").map { it.text() } == opened.mediaTypes)
        same("sections", file.hexes("sections"), opened.sections)
        same("leaves", file.hexes("leaves"), opened.leaves)
        same("plain_root", promise.plainRoot, merkleRootOfHashes(file.hexes("leaves")))
    }
    sheet.case("version at another place") {
        cannotOpen("open_version") { openVersion(place.copy(version = place.version + 1u), promise, manifest, keys, bodies) }
    }
}
