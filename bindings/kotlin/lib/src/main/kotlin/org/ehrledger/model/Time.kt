package org.ehrledger.model

import kotlin.time.Instant

/** The ledger's milliseconds; its "no end" is [Instant.DISTANT_FUTURE], and so is every time past the year 292 million. */
internal fun instantOf(milliseconds: ULong): Instant =
    if (milliseconds > Long.MAX_VALUE.toULong()) Instant.DISTANT_FUTURE else Instant.fromEpochMilliseconds(milliseconds.toLong())

internal fun Instant.toLedgerTime(): ULong = when {
    this == Instant.DISTANT_FUTURE -> ULong.MAX_VALUE
    this < Instant.fromEpochMilliseconds(0) -> throw EhrException.InvalidArgument("time", "before 1970")
    else -> toEpochMilliseconds().toULong()
}
