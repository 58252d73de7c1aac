package org.ehrledger

import java.util.TreeMap
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import org.ehrledger.model.EhrException

/** A ledger store written in Kotlin: one ordered map a table, every commit under one lock. */
open class MapRecordStore : RecordStore {
    private val tables = HashMap<UByte, TreeMap<ByteArray, ByteArray>>()

    private fun table(number: UByte) = tables.getOrPut(number) { TreeMap(java.util.Arrays::compareUnsigned) }

    @Synchronized
    override fun get(table: UByte, key: ByteArray): ByteArray? = table(table)[key]?.copyOf()

    @Synchronized
    override fun range(table: UByte, from: ByteArray, to: ByteArray, limit: UInt): List<Row> {
        val all = table(table)
        val view = when {
            to.isEmpty() -> all.tailMap(from, true)
            java.util.Arrays.compareUnsigned(from, to) >= 0 -> return emptyList()
            else -> all.subMap(from, true, to, false)
        }
        return view.entries.take(limit.coerceAtMost(100_000u).toInt()).map { Row(it.key.copyOf(), it.value.copyOf()) }
    }

    @Synchronized
    override fun commit(changes: List<RowChange>) {
        for (change in changes) {
            val value = change.value
            if (value == null) table(change.table).remove(change.key) else table(change.table)[change.key] = value
        }
    }
}

/** Bodies in a map; they can be forgotten for good. */
open class MapBlobStore : BlobStore {
    val bodies = ConcurrentHashMap<String, ByteArray>()

    override fun put(id: String, bytes: ByteArray) {
        bodies[id] = bytes
    }

    override fun get(id: String): ByteArray? = bodies[id]?.copyOf()

    override fun forget(id: String): Boolean {
        bodies.remove(id)
        return true
    }
}

/** One end of a pipe in memory, which takes so many frames that nobody has read. */
class Pipe private constructor() : Transport {
    private lateinit var other: Pipe
    private val events = ArrayDeque<TransportEvent>(listOf(TransportEvent.Up(PEER)))
    private var unread = 0
    private var refused = false

    override fun send(peer: ULong, frame: ByteArray): SendAnswer {
        if (peer != PEER) return SendAnswer.GONE
        synchronized(lock) {
            if (other.unread == CAPACITY) {
                refused = true
                return SendAnswer.FULL
            }
            other.unread++
            other.tell(TransportEvent.Frame(PEER, frame.copyOf()))
            return SendAnswer.SENT
        }
    }

    override fun receive(waitMs: UInt): TransportEvent? = synchronized(lock) {
        val end = System.nanoTime() + waitMs.toLong() * 1_000_000
        while (events.isEmpty()) {
            val left = (end - System.nanoTime()) / 1_000_000
            if (left <= 0) return null
            lock.wait(left)
        }
        val event = events.removeFirst()
        if (event is TransportEvent.Frame && --unread == CAPACITY / 2 && other.refused) {
            other.refused = false
            other.tell(TransportEvent.Ready(PEER))
        }
        event
    }

    private fun tell(event: TransportEvent) {
        events.addLast(event)
        lock.notifyAll()
    }

    private var lock = Object()

    companion object {
        private const val PEER = 7uL
        private const val CAPACITY = 64

        /** Both ends. */
        fun ends(): Pair<Pipe, Pipe> {
            val (a, b) = Pipe() to Pipe()
            a.other = b
            b.other = a
            b.lock = a.lock
            return a to b
        }
    }
}

/** An Ed25519 key of the platform, as a phone's key store has it: the private half never leaves it. */
open class PlatformSigner : Signer {
    private val pair = java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair()

    /** The last 32 bytes of its X.509 form are the key. */
    override fun publicKey(): ByteArray = pair.public.encoded.takeLast(32).toByteArray()

    override fun sign(message: ByteArray): ByteArray = java.security.Signature.getInstance("Ed25519").run {
        initSign(pair.private)
        update(message)
        sign()
    }
}
