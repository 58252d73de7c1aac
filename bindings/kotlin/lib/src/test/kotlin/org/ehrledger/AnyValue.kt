package org.ehrledger

import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType
import kotlin.random.Random
import kotlin.time.Instant

/** A word that must not come back in any error text. */
const val CANARY = "Miriam-Canary-0612345678"

/**
 * Makes values of any type that a method of the library takes, sensible or not: found by reflection, so that a new method is tried without
 * a line here. [known] holds objects and ids that do exist; [host] makes implementations of the host's interfaces.
 */
class AnyValue(private val random: Random, private val known: Map<Class<*>, List<Any>>, private val host: (Class<*>) -> Any?) {
    /** A value of the type; sometimes null, also where Kotlin would not allow it. */
    fun of(type: Type, depth: Int = 0): Any? = when (type) {
        is WildcardType -> of(type.upperBounds[0], depth)
        is ParameterizedType -> collection(type, depth)
        is Class<*> -> if (!type.isPrimitive && random.nextInt(40) == 0) null else ofClass(type, depth)
        else -> null
    }

    private fun collection(type: ParameterizedType, depth: Int): Any? {
        val element = type.actualTypeArguments[0]
        val items = List(random.nextInt(4)) { of(element, depth + 1) }
        return when (type.rawType) {
            Set::class.java -> items.toSet()
            List::class.java -> if (random.nextInt(500) == 0) List(10_000) { items.firstOrNull() } else items
            else -> null
        }
    }

    private fun ofClass(type: Class<*>, depth: Int): Any? {
        known[type]?.let { if (random.nextInt(4) != 0 || type in objects) return it.random(random) }
        return when {
            type == java.lang.Boolean.TYPE || type == java.lang.Boolean::class.java -> random.nextBoolean()
            type == java.lang.Byte.TYPE -> random.nextInt().toByte()
            type == java.lang.Short.TYPE -> random.nextInt().toShort()
            type == Integer.TYPE -> int()
            type == java.lang.Long.TYPE -> int().toLong() shl random.nextInt(33)
            type == String::class.java -> text()
            type == ByteArray::class.java -> bytes()
            type == Instant::class.java -> Instant.fromEpochMilliseconds(random.nextLong() shr random.nextInt(64))
            type.isEnum -> type.enumConstants.random(random)
            type.isInterface -> host(type)
            Modifier.isAbstract(type.modifiers) -> type.declaredClasses.filter { type.isAssignableFrom(it) }.randomOrNull(random)?.let { ofClass(it, depth) }
            else -> built(type, depth)
        }
    }

    /** Through the constructor that takes every field, or the one instance there is. */
    private fun built(type: Class<*>, depth: Int): Any? {
        type.fields.firstOrNull { it.name == "INSTANCE" }?.let { return it.get(null) }
        if (depth > 4) return null
        val constructor = type.declaredConstructors.filter { it.parameterTypes.lastOrNull()?.simpleName != "DefaultConstructorMarker" }
            .maxByOrNull { it.parameterCount } ?: return null
        constructor.isAccessible = true
        return try {
            constructor.newInstance(*constructor.genericParameterTypes.map { of(it, depth + 1) }.toTypedArray())
        } catch (_: java.lang.reflect.InvocationTargetException) {
            null // the class itself does not allow it
        }
    }

    private fun int(): Int = when (random.nextInt(4)) {
        0 -> 0
        1 -> -1
        2 -> random.nextInt(8)
        else -> random.nextInt()
    }

    private fun text(): String = when (random.nextInt(7)) {
        0 -> ""
        1 -> CANARY
        2 -> "0".repeat(64)
        3 -> CANARY.repeat(1 + random.nextInt(500))
        4 -> "\u0000\uD83D\uDE00\uFFFF"
        5 -> "\uD800" // half a character
        else -> List(64) { "0123456789abcdef".random(random) }.joinToString("")
    }

    private fun bytes(): ByteArray = when (random.nextInt(6)) {
        0 -> ByteArray(0)
        1 -> CANARY.toByteArray()
        2 -> ByteArray(32) { 7 }
        3 -> if (random.nextInt(500) == 0) ByteArray(20 shl 20) else ByteArray(31)
        else -> random.nextBytes(random.nextInt(300))
    }

    /** Classes of the library of which only existing objects can be given. */
    private val objects = setOf(Ledger::class.java, Keyring::class.java, NewDevice::class.java, Draft::class.java, Genesis::class.java, Clock::class.java, Entropy::class.java, Storage::class.java, LightClient::class.java)
}
