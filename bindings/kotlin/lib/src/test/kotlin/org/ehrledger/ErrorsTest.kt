package org.ehrledger

import java.nio.file.Files
import java.nio.file.Path
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** One way to each kind of error. `Internal` has none: it stands for mistakes of ours. */
class ErrorsTest {
    @Test
    fun `invalid argument names the field`() {
        val e = assertThrows<EhrException.InvalidArgument> { Entropy.seeded(ByteArray(31)) }
        assertEquals("seed", e.field)
        assertTrue("32" in e.reason, e.reason)
        Clinic().use { clinic ->
            assertEquals("AccountId", assertThrows<EhrException.InvalidArgument> { clinic.ledger.account(AccountId("nobody")) }.field)
            assertEquals("text", assertThrows<EhrException.InvalidArgument> { clinic.ledger.account(AccountId("\uD800")) }.field)
            assertThrows<EhrException.InvalidArgument> { clinic.clock.set(START - kotlin.time.Duration.parse("40000d")) }
            val foreign = Ledger.create(Genesis(ChainConfig("foreign", time = START), listOf(clinic.north)), Storage.memory())
            assertEquals("other", assertThrows<EhrException.InvalidArgument> { clinic.ledger.syncWithBlocking(foreign, null) }.field)
        }
    }

    @Test
    fun `malformed bytes`() {
        assertTrue(assertThrows<EhrException.Malformed> { Genesis.fromBytes(byteArrayOf(1, 2, 3)) }.reason.isNotEmpty())
        assertThrows<EhrException.Malformed> { Draft.fromBytes(ByteArray(0)) }
        assertThrows<EhrException.Malformed> { verifyProof(ByteArray(4000), BlockId("0".repeat(64))) }
    }

    @Test
    fun `not found names what and id`() = Clinic().use { clinic ->
        val e = assertThrows<EhrException.NotFound> { clinic.ledger.proveRecord(RecordId("7".repeat(64)), null) }
        assertEquals("7".repeat(64), e.id)
        assertEquals("no such ${e.what}", (e as EhrException).reason)
    }

    @Test
    fun `denied says why`() = Clinic().use { clinic ->
        val e = assertThrows<EhrException.Denied> {
            clinic.ledger.read(clinic.ben, clinic.record, Purpose.TREAT, actingFor = clinic.south.account(), institutionKeys = clinic.south)
        }
        assertTrue(e.reason.isNotEmpty())
    }

    @Test
    fun `refused names the rule and nothing waits`() = Clinic().use { clinic ->
        val unsigned = clinic.draft("not co-signed")
        assertTrue(assertThrows<EhrException.Refused> { clinic.ledger.submit(unsigned) }.reason.isNotEmpty())
        assertEquals(0uL, clinic.ledger.poolSize())
    }

    @Test
    fun `another passphrase cannot open`() {
        val file = Keyring.generate(Role.PATIENT).toKeyFile("right", memoryKib = 8u * 1024u)
        assertThrows<EhrException.CannotOpen> { Keyring.fromKeyFile(file, "wrong") }
    }

    @Test
    fun `a newer format is told from damage`() {
        val file = Keyring.generate(Role.PATIENT).toKeyFile("right", memoryKib = 8u * 1024u)
        val newer = file.copyOf().also { it[1] = 9 } // the format number stands first
        assertTrue("9" in assertThrows<EhrException.NewerFormat> { Keyring.fromKeyFile(newer, "right") }.reason)
        assertThrows<EhrException.Malformed> { Keyring.fromKeyFile(file.copyOf(file.size - 1), "right") }
    }

    @Test
    fun `damaged storage`(@TempDir folder: Path) {
        Clinic(Storage.folder(folder.toString())).close()
        val database = Files.walk(folder).use { all -> all.filter { Files.isRegularFile(it) }.toList().maxBy { Files.size(it) } }
        Files.write(database, ByteArray(Files.size(database).toInt()) { 0x55 })
        val e = assertThrows<EhrException> { Ledger.open(Storage.folder(folder.toString())) }
        assertTrue(e is EhrException.Damaged || e is EhrException.Storage || e is EhrException.NewerFormat, e.toString())
        assertFalse("Note" in e.reason)
    }

    @Test
    fun `storage that cannot be`(@TempDir folder: Path) {
        val file = Files.writeString(folder.resolve("file"), "not a folder")
        assertThrows<EhrException.Storage> { Clinic(Storage.folder(file.toString())) }
        assertThrows<EhrException.NotFound> { Ledger.open(Storage.folder(folder.resolve("empty").toString())) }
    }

    @Test
    fun `busy storage`(@TempDir folder: Path) {
        val storage = Storage.folder(folder.toString())
        Clinic(storage).use { assertThrows<EhrException.Busy> { Ledger.open(storage) } }
        Ledger.open(storage).close()
    }

    @Test
    fun `closed in each way`() {
        val clinic = Clinic()
        clinic.ledger.shutdown()
        clinic.ledger.shutdown()
        assertTrue(clinic.ledger.isClosed())
        assertThrows<EhrException.Closed> { clinic.ledger.tip() }
        clinic.ledger.close()
        clinic.ledger.close()
        assertThrows<EhrException.Closed> { clinic.ledger.tip() }
        clinic.pat.wipe()
        assertThrows<EhrException.Closed> { clinic.pat.account() }
        clinic.north.close()
        assertThrows<EhrException.Closed> { clinic.north.account() }
        Clinic().use { other ->
            assertThrows<EhrException.Closed> { other.ledger.draftEnrol(other.north, clinic.north) }
            assertThrows<EhrException.Closed> { other.ledger.syncWithBlocking(clinic.ledger, null) }
        }
    }

    @Test
    fun `cancelled by the listener`() = Clinic(difficulty = 0).use { clinic ->
        val hard = Genesis(ChainConfig("hard", difficulty = 8, time = START), listOf(clinic.north), clinic.clock, clinic.keys)
        Ledger.create(hard, Storage.memory(), clinic.clock).use { ledger ->
            clinic.clock.set(START + kotlin.time.Duration.parse("1m"))
            assertThrows<EhrException.Cancelled> {
                ledger.mineBlocking(clinic.north.account(), object : ProgressListener {
                    override fun onProgress(step: Progress) = step.done > 100_000_000_000uL
                })
            }
            assertEquals(0uL, ledger.tip().height)
        }
    }

    @Test
    fun `a host that fails`() {
        val broken = object : MapRecordStore() {
            override fun commit(changes: List<RowChange>): Unit = throw IllegalStateException(CANARY)
        }
        val e = assertThrows<EhrException.Host> { Clinic(Storage.host(broken, MapBlobStore())) }
        assertFalse(CANARY in e.reason, e.reason)
    }

    @Test
    fun `what nobody foresaw says nothing`() {
        assertEquals("an unforeseen failure in the native library", unforeseenOf(CANARY).reason)
        assertEquals("proof", (unforeseenOf("Failed to convert arg 'proof': $CANARY") as EhrException.InvalidArgument).field)
    }

    /** The function is internal to the library. */
    private fun unforeseenOf(text: String): EhrException =
        Class.forName("org.ehrledger.ErrorsKt").getMethod("unforeseen", String::class.java).invoke(null, text) as EhrException
}
