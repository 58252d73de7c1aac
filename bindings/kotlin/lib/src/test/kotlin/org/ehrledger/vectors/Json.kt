package org.ehrledger.vectors

import com.google.gson.Gson
import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import com.google.gson.stream.JsonReader
import com.google.gson.stream.JsonToken
import java.io.StringReader
import java.util.HexFormat
import kotlin.time.Instant

/** Why a case has no answer. */
class Fault(what: String) : Exception(what)

/** Strict JSON, nothing after it. */
fun parse(text: String): JsonElement {
    val reader = JsonReader(StringReader(text))
    val value = Gson().getAdapter(JsonElement::class.java).read(reader)
    if (reader.peek() != JsonToken.END_DOCUMENT) throw Fault("more than one value")
    return value
}

fun JsonElement.at(key: String): JsonElement = (this as? JsonObject)?.get(key) ?: throw Fault("no $key")

fun JsonElement.list(): List<JsonElement> = (this as? JsonArray)?.toList() ?: throw Fault("not a list")

fun JsonElement.list(key: String): List<JsonElement> = at(key).list()

fun JsonElement.text(): String = (this as? JsonPrimitive)?.takeIf { it.isString }?.asString ?: throw Fault("not text")

fun JsonElement.text(key: String): String = at(key).text()

/** Whole numbers only, never through floating point. */
fun JsonElement.number(): ULong =
    (this as? JsonPrimitive)?.takeIf { it.isNumber }?.asString?.toULongOrNull() ?: throw Fault("not a whole number")

fun JsonElement.number(key: String): ULong = at(key).number()

fun JsonElement.int(key: String): Int = number(key).let { if (it <= Int.MAX_VALUE.toULong()) it.toInt() else throw Fault("$key is too large") }

fun JsonElement.byte(key: String): UByte = number(key).let { if (it <= 255u) it.toUByte() else throw Fault("$key is too large") }

fun JsonElement.time(key: String): Instant = Instant.fromEpochMilliseconds(number(key).toLong())

fun JsonElement.yes(key: String): Boolean = (at(key) as? JsonPrimitive)?.takeIf { it.isBoolean }?.asBoolean ?: throw Fault("neither true nor false")

fun JsonElement.hex(): ByteArray = try {
    HexFormat.of().parseHex(text())
} catch (_: IllegalArgumentException) {
    throw Fault("not hex")
}

fun JsonElement.bytes(key: String): ByteArray = at(key).hex()

fun JsonElement.hexes(key: String): List<ByteArray> = list(key).map { it.hex() }

/** Compact bits: eight hex digits. */
fun JsonElement.bits(): UInt = hex().takeIf { it.size == 4 }?.fold(0u) { all, byte -> (all shl 8) or byte.toUByte().toUInt() } ?: throw Fault("not eight digits")

fun JsonElement.bits(key: String): UInt = at(key).bits()

fun ByteArray.toHex(): String = HexFormat.of().formatHex(this)

/** Whether two values are the same; numbers by their digits, as Gson compares those of text as floating point. */
fun same(a: JsonElement, b: JsonElement): Boolean = when (a) {
    is JsonArray -> b is JsonArray && a.size() == b.size() && a.zip(b).all { (x, y) -> same(x, y) }
    is JsonObject -> b is JsonObject && a.keySet() == b.keySet() && a.keySet().all { same(a[it], b[it]) }
    is JsonPrimitive -> b is JsonPrimitive && a.isString == b.isString && a.isBoolean == b.isBoolean && a.asString == b.asString
    else -> a == b
}
