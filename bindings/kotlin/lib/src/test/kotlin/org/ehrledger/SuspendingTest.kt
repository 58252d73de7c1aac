package org.ehrledger

import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.*
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

@Timeout(60)
class SuspendingTest {
    /** A ledger whose next block would take minutes. */
    private fun hard(clinic: Clinic): Ledger {
        val genesis = Genesis(ChainConfig("hard", difficulty = 8, time = START), listOf(clinic.north), clinic.clock, clinic.keys)
        return Ledger.create(genesis, Storage.memory(), clinic.clock).also { clinic.clock.set(clinic.clock.now() + 1.minutes) }
    }

    @Test
    fun `cancelling the coroutine stops the search and the ledger goes on`() = Clinic().use { clinic ->
        hard(clinic).use { ledger ->
            runBlocking {
                val reports = AtomicInteger()
                val mining = launch { ledger.mine(clinic.north.account()) { reports.incrementAndGet() } }
                while (reports.get() == 0) delay(10)
                assertEquals(0uL, ledger.tip().height) // other calls go on meanwhile
                val took = measureTime { mining.cancelAndJoin() }
                assertTrue(took < 3.seconds, "cancelled after $took")
                assertTrue(mining.isCancelled)
                val late = runCatching { withTimeout(300.milliseconds) { ledger.mine(clinic.north.account()) } }
                assertTrue(late.exceptionOrNull() is TimeoutCancellationException, late.toString())
            }
            assertEquals(0uL, ledger.tip().height)
        }
    }

    @Test
    fun `what the progress callback throws comes out`() = Clinic().use { clinic ->
        hard(clinic).use { ledger ->
            val e = assertThrows<IllegalStateException> { runBlocking { ledger.mine(clinic.north.account()) { error("enough") } } }
            assertEquals("enough", e.message)
        }
    }

    @Test
    fun `mining, syncing and verifying suspend`() = runBlocking {
        Clinic().use { clinic ->
            clinic.submit(clinic.draft("second note"), clinic.pat)
            clinic.clock.set(clinic.clock.now() + 1.minutes)
            assertEquals(1u, clinic.ledger.mine(clinic.north.account()).transactions)
            val copy = Ledger.create(clinic.genesis, Storage.memory(), clinic.clock)
            assertEquals(clinic.ledger.tip(), copy.syncWith(clinic.ledger))
            assertEquals(emptyList<ContentId>(), copy.missingBodies(10u))
            assertTrue(copy.verify().sound)
            copy.close()
        }
    }

    @Test
    fun `events flow until the ledger is closed`() = runBlocking {
        val clinic = Clinic()
        assertTrue(clinic.ledger.eventFlow(20.milliseconds).first { it is LedgerEvent.TipMoved } is LedgerEvent.TipMoved)
        val rest = async { clinic.ledger.eventFlow(20.milliseconds).toList() }
        delay(100)
        clinic.mine()
        delay(100)
        clinic.close()
        assertTrue(rest.await().any { it is LedgerEvent.TipMoved })
    }
}
