package org.ehrledger

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext
import org.ehrledger.model.AccountId
import org.ehrledger.model.EhrException
import org.ehrledger.model.LedgerEvent
import org.ehrledger.model.TxId

/**
 * Mines one block of what waits in the pool, on all cores and off the caller's thread. Cancelling the coroutine stops the search within a
 * moment and changes nothing. [onProgress] is called a few times a second, on a thread of [Dispatchers.IO]; what it throws stops the search
 * and is thrown here.
 */
suspend fun Ledger.mine(proposer: AccountId, onProgress: (Progress) -> Unit = {}): Mined =
    cancellable(onProgress) { mineBlocking(proposer, it) }

/** Mines until [transaction], which waits or is mined, is final. As [mine]. */
suspend fun Ledger.mineUntilFinal(proposer: AccountId, transaction: TxId, onProgress: (Progress) -> Unit = {}): Mined =
    cancellable(onProgress) { mineUntilFinalBlocking(proposer, transaction, it) }

/**
 * Brings this ledger and [other], of the same process, to the same tip, and fetches the bodies they miss. A ledger of another chain is
 * [EhrException.InvalidArgument], one that breaks the protocol [EhrException.Refused]. As [mine].
 */
suspend fun Ledger.syncWith(other: Ledger, onProgress: (Progress) -> Unit = {}): Tip =
    cancellable(onProgress) { syncWithBlocking(other, it) }

/** Exchanges blocks with the peers of [transport] until none of them has said anything for [untilIdle]. As [mine]. */
suspend fun Ledger.syncOver(transport: Transport, untilIdle: Duration = 500.milliseconds, onProgress: (Progress) -> Unit = {}): Tip =
    cancellable(onProgress) { syncOverBlocking(transport, untilIdle.inWholeMilliseconds.coerceIn(0, UInt.MAX_VALUE.toLong()).toUInt(), it) }

/** Replays the whole ledger from its genesis and hashes every body again. As [mine]. */
suspend fun Ledger.verify(onProgress: (Progress) -> Unit = {}): VerifyReport = cancellable(onProgress) { verifyBlocking(it) }

/**
 * What happens in the ledger, as it happens, until the collector is cancelled or the ledger closed. Asks every [interval].
 * Each event goes to one collector; what nobody collects is dropped after 1,024 ([Ledger.eventsLost]).
 */
fun Ledger.eventFlow(interval: Duration = 200.milliseconds): Flow<LedgerEvent> = flow {
    while (true) {
        val events = try {
            withContext(Dispatchers.IO) { events(100u) }
        } catch (_: EhrException.Closed) {
            return@flow
        }
        events.forEach { emit(it) }
        if (events.isEmpty()) delay(interval)
    }
}

/** Runs a long call off the caller's thread; cancelling the coroutine, or an exception of [onProgress], stops it at its next report. */
private suspend fun <T> cancellable(onProgress: (Progress) -> Unit, call: (ProgressListener) -> T): T = withContext(Dispatchers.IO) {
    var thrown: Throwable? = null
    val listener = object : ProgressListener {
        override fun onProgress(step: Progress): Boolean {
            try {
                if (isActive) onProgress(step)
            } catch (e: Throwable) {
                thrown = e
            }
            return isActive && thrown == null
        }
    }
    try {
        call(listener)
    } catch (e: EhrException.Cancelled) {
        thrown?.let { throw it }
        ensureActive()
        throw e
    }
}
