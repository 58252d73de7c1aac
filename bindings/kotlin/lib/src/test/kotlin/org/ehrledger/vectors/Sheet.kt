package org.ehrledger.vectors

import com.google.gson.JsonElement
import org.ehrledger.describe
import org.ehrledger.model.EhrException
import org.ehrledger.recode

/** The comparisons of one case. */
class Case {
    val differences = ArrayList<String>()

    fun holds(what: String, holds: Boolean) {
        if (!holds) differences += what
    }

    fun same(what: String, vector: ByteArray, computed: ByteArray) = holds(what, vector.contentEquals(computed))

    fun same(what: String, vector: List<ByteArray>, computed: List<ByteArray>) =
        holds(what, vector.size == computed.size && vector.zip(computed).all { (a, b) -> a.contentEquals(b) })

    fun same(what: String, vector: JsonElement, computed: JsonElement) = holds(what, org.ehrledger.vectors.same(vector, computed))

    fun same(what: String, vector: Any?, computed: Any?) = holds(what, vector == computed)

    /** The canonical bytes of a kind come back as they are. */
    fun recodes(kind: String, bytes: ByteArray) = same(kind, bytes, recode(kind, bytes))

    fun malformed(what: String, call: () -> Any?) = holds(what, failure(call) is EhrException.Malformed)

    fun cannotOpen(what: String, call: () -> Any?) = holds(what, failure(call) is EhrException.CannotOpen)
}

/** What a call throws. */
fun failure(call: () -> Any?): Exception? = try {
    call()
    null
} catch (e: EhrException) {
    e
}

/** Whether a call fails as bytes that are none, or proofs that prove nothing, fail. */
fun isRefused(call: () -> Any?): Boolean = failure(call).let { it is EhrException.Malformed || it is EhrException.Refused }

/** What `describe` says, parsed. */
fun described(kind: String, bytes: ByteArray): JsonElement = parse(describe(kind, bytes))

/** The cases of one file. */
class Sheet(val file: String) {
    private val cases = ArrayList<Pair<String, List<String>>>()
    val size get() = cases.size
    val different get() = cases.count { it.second.isNotEmpty() }

    /** Answers one case. A fault is a difference. */
    fun case(name: String, answer: Case.() -> Unit) {
        val case = Case()
        try {
            case.answer()
        } catch (e: Exception) {
            case.differences += (e.message ?: e.javaClass.simpleName).replace('\n', ' ')
        }
        cases += name to case.differences
    }

    fun cases(name: String, list: List<JsonElement>, answer: Case.(Int, JsonElement) -> Unit) =
        list.forEachIndexed { i, one -> case("$name[$i]") { answer(i, one) } }

    fun print() {
        for ((case, differences) in cases) if (differences.isNotEmpty()) println("kotlin $file different: $case: ${differences.joinToString(", ")}")
        println(line(file, size, different))
    }
}

fun line(what: String, cases: Int, different: Int) = "kotlin $what cases=$cases same=${cases - different} different=$different not_applicable=0"
