package org.ehrledger

import org.ehrledger.model.EhrException

/** The words of an error without its kind, safe to show and to log. */
val EhrException.reason: String
    get() = when (this) {
        is EhrException.InvalidArgument -> reason
        is EhrException.Malformed -> reason
        is EhrException.NotFound -> "no such $what"
        is EhrException.Denied -> reason
        is EhrException.Refused -> reason
        is EhrException.CannotOpen -> reason
        is EhrException.Damaged -> reason
        is EhrException.Storage -> reason
        is EhrException.NewerFormat -> reason
        is EhrException.Busy -> reason
        is EhrException.Closed -> "closed"
        is EhrException.Cancelled -> "cancelled"
        is EhrException.Host -> reason
        is EhrException.Internal -> reason
    }

/**
 * What generated code throws where the library gave no error of its own. The text is not passed on: nobody has seen to it that it holds
 * nothing private. Only the name of an argument that could not be read is taken from it.
 */
internal fun unforeseen(text: String): EhrException =
    when (val argument = Regex("^Failed to convert arg '(\\w+)'").find(text)?.groupValues?.get(1)) {
        null -> EhrException.Internal("an unforeseen failure in the native library")
        else -> EhrException.InvalidArgument(argument, "not a value of its type")
    }

/** What generated code throws for text with half of a surrogate pair. */
internal fun notText(): EhrException = EhrException.InvalidArgument("text", "half of a character: not Unicode")
