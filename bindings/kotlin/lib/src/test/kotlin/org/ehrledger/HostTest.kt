package org.ehrledger

import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlin.time.Duration.Companion.seconds
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Stores, transports and signers written in Kotlin: good ones, and bad ones. */
@Timeout(120)
class HostTest {
    @Test
    fun `the stores, the transport and the signer of these tests conform`() {
        checkRecordStore(MapRecordStore())
        checkBlobStore(MapBlobStore())
        Pipe.ends().let { (a, b) -> checkTransport(a, b) }
        checkSigner(PlatformSigner())
    }

    @Test
    fun `implementations that break a rule do not conform`() {
        val descending = object : MapRecordStore() {
            override fun range(table: UByte, from: ByteArray, to: ByteArray, limit: UInt) = super.range(table, from, to, limit).reversed()
        }
        val forgetful = object : MapBlobStore() {
            override fun put(id: String, bytes: ByteArray) = Unit
        }
        val short = object : PlatformSigner() {
            override fun publicKey() = super.publicKey().copyOf(31)
        }
        val forger = object : PlatformSigner() {
            override fun sign(message: ByteArray) = super.sign(message + 1)
        }
        val (a, b) = Pipe.ends()
        val garbling = object : Transport by a {
            override fun send(peer: ULong, frame: ByteArray) = a.send(peer, frame.reversedArray())
        }
        assertThrows<EhrException.Host> { checkRecordStore(descending) }
        assertThrows<EhrException.Host> { checkBlobStore(forgetful) }
        assertThrows<EhrException.Host> { checkSigner(short) }
        assertThrows<EhrException.Host> { checkSigner(forger) }
        assertThrows<EhrException.Host> { checkTransport(garbling, b) }
    }

    @Test
    fun `a whole ledger on Kotlin stores, closed and opened again`() {
        val storage = Storage.host(MapRecordStore(), MapBlobStore())
        val clinic = Clinic(storage)
        val tip = clinic.ledger.tip()
        clinic.ledger.shutdown()
        Ledger.open(storage, clinic.clock).use {
            assertEquals(tip, it.tip())
            assertEquals("first note", it.read(clinic.pat, clinic.record, Purpose.TREAT).sections.single().text)
        }
    }

    @Test
    fun `two ledgers meet over a Kotlin transport`() = runBlocking {
        Clinic().use { clinic ->
            Ledger.create(clinic.genesis, Storage.memory(), clinic.clock).use { other ->
                val (a, b) = Pipe.ends()
                val here = async(Dispatchers.IO) { clinic.ledger.syncOver(a, 2.seconds) }
                val tip = other.syncOver(b, 2.seconds)
                assertEquals(clinic.ledger.tip(), tip)
                assertEquals(tip, here.await())
                // Sealed bodies do not cross this way: they are fetched one by one.
                // The sections of a manifest are known when the manifest is here.
                while (true) {
                    val missing = other.missingBodies(100u).ifEmpty { break }
                    for (id in missing) other.putBody(id, clinic.ledger.body(id)!!)
                }
                assertEquals("first note", other.read(clinic.pat, clinic.record, Purpose.TREAT).sections.single().text)
            }
        }
    }

    @Test
    fun `a patient whose key is in a key store`() {
        val signer = PlatformSigner()
        Clinic(patient = Keyring.withSigner(Role.PATIENT, signer)).use { clinic ->
            assertArrayEquals(signer.publicKey(), clinic.pat.publicKey())
            assertEquals("first note", clinic.ledger.read(clinic.pat, clinic.record, Purpose.TREAT).sections.single().text)
            val file = clinic.pat.toKeyFile("words", memoryKib = 8u * 1024u)
            assertThrows<EhrException> { Keyring.fromKeyFile(file, "words") }
            assertThrows<EhrException> { Keyring.fromKeyFile(file, "words", PlatformSigner()) }
            assertEquals(clinic.pat.account(), Keyring.fromKeyFile(file, "words", signer).account())
        }
    }

    @Test
    fun `signers that throw or lie change nothing`() = Clinic().use { clinic ->
        var broken = false
        val signer = object : PlatformSigner() {
            override fun sign(message: ByteArray) = if (broken) throw NotImplementedError(CANARY) else super.sign(message)
        }
        val patient = Keyring.withSigner(Role.PATIENT, signer)
        clinic.submit(clinic.ledger.draftEnrol(clinic.north, patient))
        clinic.mine()
        broken = true
        val e = assertThrows<EhrException.Host> { clinic.ledger.draftScope(clinic.north, patient) }
        assertFalse(CANARY in e.toString())
        assertEquals(0uL, clinic.ledger.poolSize())
        broken = false
        clinic.submit(clinic.ledger.draftScope(clinic.north, patient))
        clinic.mine()
        Unit
    }

    @Test
    fun `a store that throws an Error is not taken for one that stored`() {
        var failing: (() -> Unit)? = null
        val store = object : MapRecordStore() {
            override fun commit(changes: List<RowChange>) {
                failing?.invoke()
                super.commit(changes)
            }
        }
        Clinic(Storage.host(store, MapBlobStore())).use { clinic ->
            val tip = clinic.ledger.tip()
            for (error in listOf(StackOverflowError(CANARY), OutOfMemoryError(CANARY), AssertionError(CANARY))) {
                failing = { throw error }
                clinic.submit(clinic.draft("lost?"), clinic.pat)
                val e = assertThrows<EhrException> { clinic.mine() }
                assertFalse(CANARY in e.toString(), e.toString())
                assertEquals(tip, clinic.ledger.tip())
                failing = null
                assertEquals(tip.height + 1u, clinic.mine().height)
                return@use
            }
        }
    }

    @Test
    fun `stores that answer garbage are found out`() {
        val blobs = object : MapBlobStore() {
            var lie = false
            override fun get(id: String) = if (lie) CANARY.toByteArray() else super.get(id)
        }
        val records = object : MapRecordStore() {
            var lie = false
            override fun get(table: UByte, key: ByteArray) = if (lie) CANARY.toByteArray() else super.get(table, key)
            override fun range(table: UByte, from: ByteArray, to: ByteArray, limit: UInt) =
                if (lie) listOf(Row(CANARY.toByteArray(), ByteArray(0)), Row(ByteArray(1), ByteArray(0))) else super.range(table, from, to, limit)
        }
        Clinic(Storage.host(records, blobs)).use { clinic ->
            blobs.lie = true
            val body = assertThrows<EhrException> { clinic.ledger.read(clinic.pat, clinic.record, Purpose.TREAT) }
            assertFalse(CANARY in body.toString())
            blobs.lie = false
            records.lie = true
            val row = assertThrows<EhrException> { clinic.ledger.account(clinic.pat.account()) }
            assertTrue(row is EhrException.Host || row is EhrException.Damaged, row.toString())
            assertFalse(CANARY in row.toString())
            records.lie = false
            assertEquals("first note", clinic.ledger.read(clinic.pat, clinic.record, Purpose.TREAT).sections.single().text)
        }
    }

    @Test
    fun `a store that calls back in is told busy, a listener may call`() {
        var ledger: Ledger? = null
        var seen: Throwable? = null
        val store = object : MapRecordStore() {
            override fun commit(changes: List<RowChange>) {
                ledger?.let { seen = runCatching { it.tip() }.exceptionOrNull() }
                super.commit(changes)
            }
        }
        Clinic(Storage.host(store, MapBlobStore())).use { clinic ->
            ledger = clinic.ledger
            var tip: Tip? = null
            clinic.clock.set(clinic.clock.now() + 60.seconds)
            clinic.ledger.mineBlocking(clinic.north.account(), object : ProgressListener {
                override fun onProgress(step: Progress) = true.also { tip = clinic.ledger.tip() }
            })
            assertTrue(seen is EhrException.Busy, seen.toString())
            clinic.ledger.verifyBlocking(object : ProgressListener {
                override fun onProgress(step: Progress) = true.also { tip = clinic.ledger.tip() }
            })
            assertNotNull(tip)
            ledger = null
        }
    }

    @Test
    fun `a store that hangs holds up others for their patience only`() {
        val (hanging, release) = CountDownLatch(1) to CountDownLatch(1)
        var hang = false
        val store = object : MapRecordStore() {
            override fun commit(changes: List<RowChange>) {
                if (hang) {
                    hanging.countDown()
                    release.await(60, TimeUnit.SECONDS)
                }
                super.commit(changes)
            }
        }
        Clinic(Storage.host(store, MapBlobStore())).use { clinic ->
            val tip = clinic.ledger.tip()
            clinic.ledger.setPatience(300u)
            hang = true
            val stuck = thread { clinic.mine() }
            assertTrue(hanging.await(30, TimeUnit.SECONDS))
            val began = System.nanoTime()
            assertThrows<EhrException.Busy> { clinic.ledger.tip() }
            assertThrows<EhrException.Busy> { clinic.ledger.shutdown() }
            assertTrue((System.nanoTime() - began) / 1e9 < 10, "told within the patience")
            release.countDown()
            stuck.join(30_000)
            assertEquals(tip.height + 1u, clinic.ledger.tip().height)
        }
    }
}
