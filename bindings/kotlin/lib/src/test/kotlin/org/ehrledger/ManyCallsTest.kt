package org.ehrledger

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.random.Random
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Any call with any arguments: a result or a typed error, in time. */
class ManyCallsTest {
    private val noMethods = setOf("destroy", "close", "uniffiCloneHandle", "equals", "hashCode", "toString", "wait", "notify", "notifyAll", "getClass", "setPatience")

    /** Calls that run for as long as they are told to; they have tests of their own. */
    private val tooLong = setOf("syncOverBlocking", "toKeyFile", "mineUntilFinalBlocking", "checkTransport", "checkRecordStore", "checkBlobStore")

    private class Target(val receiver: Any?, val method: Method)

    private fun targets(objects: List<Any>): List<Target> {
        val ofObjects = objects.flatMap { it.javaClass.methods.toList().map { method -> Target(it, method) } }
        val companions = listOf(Ledger.Companion, Keyring.Companion, NewDevice.Companion, Genesis.Companion, Draft.Companion, LightClient.Companion, Entropy.Companion)
        val ofCompanions = companions.flatMap { it.javaClass.methods.toList().map { method -> Target(it, method) } }
        val functions = Class.forName("org.ehrledger.Ehr_ffiKt").methods.map { Target(null, it) }
        return (ofObjects + ofCompanions + functions).filter { target ->
            val name = target.method.name
            !target.method.isSynthetic && name.substringBefore('-') !in noMethods + tooLong && target.method.declaringClass != Any::class.java &&
                !name.contains("uniffi", ignoreCase = true) && !name.startsWith("getHandle") && (target.receiver != null || Modifier.isStatic(target.method.modifiers))
        }
    }

    @Test
    @Timeout(1200)
    fun `a hundred thousand random calls`() {
        val seed = System.getProperty("ehr.seed")?.toLong() ?: 20261121L
        val calls = System.getProperty("ehr.calls")?.toInt() ?: 100_000
        val random = Random(seed)
        val clinic = Clinic()
        val closed = Clinic().ledger.also { it.shutdown() }
        val destroyed = Clinic().ledger.also { it.close() }
        val wiped = Keyring.generate(Role.PATIENT).also { it.wipe() }
        val device = NewDevice.generate()
        val draft = clinic.draft("waiting")
        val light = LightClient(clinic.genesis, clinic.clock)
        val ids = listOf(clinic.pat, clinic.ada, clinic.north).map { it.account().text } +
            listOf(clinic.scope.text, clinic.record.text, draft.id().text, clinic.ledger.tip().id.text, clinic.ledger.chainId().text) + draft.bodies().map { it.text }
        val proof = clinic.ledger.proveRecord(clinic.record, null)
        val known: Map<Class<*>, List<Any>> = mapOf(
            Ledger::class.java to listOf(clinic.ledger, clinic.ledger, closed, destroyed),
            Keyring::class.java to listOf(clinic.north, clinic.south, clinic.ada, clinic.pat, wiped),
            NewDevice::class.java to listOf(device, NewDevice.generate().also { it.wipe() }),
            Draft::class.java to listOf(draft),
            Genesis::class.java to listOf(clinic.genesis),
            Clock::class.java to listOf(clinic.clock),
            Entropy::class.java to listOf(clinic.keys),
            Storage::class.java to listOf(Storage.memory(), Storage.folder("/dev/null/no folder")),
            LightClient::class.java to listOf(light),
            String::class.java to ids,
            ByteArray::class.java to listOf(proof, draft.toBytes(), device.offer(clinic.ledger.chainId(), clinic.pat.account()), clinic.genesis.toBytes(), clinic.ledger.headers(0u, 5u)),
        )
        val hosts = mapOf<Class<*>, () -> Any>(
            RecordStore::class.java to { MapRecordStore() },
            BlobStore::class.java to { MapBlobStore() },
            Signer::class.java to { PlatformSigner() },
            ProgressListener::class.java to {
                object : ProgressListener {
                    override fun onProgress(step: Progress) = if (random.nextInt(3) == 0) error(CANARY) else random.nextBoolean()
                }
            },
        )
        val any = AnyValue(random, known) { hosts[it]?.invoke() }
        val targets = targets(listOf(clinic.ledger, closed, destroyed, wiped, clinic.pat, device, draft, light, clinic.genesis, clinic.clock))
        val outcomes = sortedMapOf<String, Int>()
        val slow = ArrayList<String>()
        repeat(calls) { n ->
            val target = targets.random(random)
            val arguments = target.method.genericParameterTypes.map { any.of(it) }.toTypedArray()
            // The clinic's own keys and clock stay as they are, so that later calls still mean something.
            if (target.method.name.substringBefore('-') in setOf("wipe", "forgetRecoveryKey", "set", "shutdown") && target.receiver !== wiped) return@repeat
            val began = System.nanoTime()
            val outcome = try {
                target.method.invoke(target.receiver, *arguments)
                "result"
            } catch (e: InvocationTargetException) {
                val thrown = e.targetException
                val text = thrown.toString()
                assertFalse(CANARY in text, "call $n of seed $seed, ${target.method}: $text")
                assertTrue(
                    thrown is EhrException && thrown !is EhrException.Internal || thrown is NullPointerException || thrown is ClassCastException,
                    "call $n of seed $seed, ${target.method}: ${thrown.stackTraceToString()}",
                )
                thrown.javaClass.simpleName
            } catch (_: IllegalArgumentException) {
                "null for a primitive"
            }
            val took = (System.nanoTime() - began) / 1_000_000
            if (took > 2_000) slow += "${target.method.name} $took ms"
            outcomes.merge(outcome, 1, Int::plus)
        }
        println("random calls: $calls over ${targets.size} methods, seed $seed: $outcomes; over 2 s: $slow")
        assertTrue(slow.size <= calls / 1000, "calls that took long: $slow")
        assertTrue(outcomes.getOrDefault("result", 0) > calls / 20, "most calls cannot be sensible, but some must")
        clinic.ledger.read(clinic.pat, clinic.record, Purpose.TREAT)
    }

    @Test
    @Timeout(1200)
    fun `eight threads of ten thousand calls`() {
        val each = System.getProperty("ehr.each")?.toInt() ?: 10_000
        val clinic = Clinic()
        val copy = Ledger.create(clinic.genesis, Storage.memory(), clinic.clock).apply { syncWithBlocking(clinic.ledger, null) }
        val anchor = clinic.ledger.proveRecord(clinic.record, null) to clinic.ledger.tip().id
        val failures = ConcurrentHashMap<String, AtomicInteger>()
        val first = AtomicReference<Throwable>()
        val began = System.nanoTime()
        val threads = List(8) { number ->
            thread(name = "caller-$number") {
                val random = Random(number)
                repeat(each) { n ->
                    val ledger = if (number % 2 == 0) clinic.ledger else copy
                    try {
                        when (random.nextInt(10)) {
                            0 -> ledger.account(clinic.pat.account())
                            1 -> ledger.history(clinic.record)
                            2 -> ledger.poolSize()
                            3 -> ledger.block(1u)
                            4 -> clinic.pat.publicKey()
                            5 -> ledger.chainId()
                            6 -> ledger.events(3u)
                            7 -> if (n % 500 == 0) ledger.mineBlocking(clinic.north.account(), null) else ledger.nextNonce(clinic.north.account())
                            8 -> if (n % 500 == 1) copy.syncWithBlocking(clinic.ledger, null) else clinic.clock.now()
                            else -> if (n % 20 == 0) verifyProof(anchor.first, anchor.second) else ledger.tip()
                        }
                    } catch (e: EhrException) {
                        failures.computeIfAbsent(e.javaClass.simpleName) { AtomicInteger() }.incrementAndGet()
                    } catch (e: Throwable) {
                        first.compareAndSet(null, e)
                    }
                }
            }
        }
        threads.forEach { it.join(1_000_000) }
        assertTrue(threads.none { it.isAlive }, "a thread hangs")
        first.get()?.let { throw it }
        println("8 threads x $each calls: ${(System.nanoTime() - began) / 1_000_000} ms, errors $failures")
        assertTrue(failures.values.sumOf { it.get() } < each, "errors: $failures")
        assertEquals(clinic.ledger.chainId(), copy.chainId())
    }
}
