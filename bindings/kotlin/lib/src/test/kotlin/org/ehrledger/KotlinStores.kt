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
