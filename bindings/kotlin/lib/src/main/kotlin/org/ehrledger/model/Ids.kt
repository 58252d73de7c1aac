package org.ehrledger.model

/** An account: 64 hex digits. Text that is no id is refused by the call that gets it. */
@JvmInline
value class AccountId(val text: String) {
    override fun toString(): String = text
}

/** A block: 64 hex digits. */
@JvmInline
value class BlockId(val text: String) {
    override fun toString(): String = text
}

/** A chain, told from all others: 64 hex digits. */
@JvmInline
value class ChainId(val text: String) {
    override fun toString(): String = text
}

/** A sealed body, wherever it is kept: its IPFS CID. */
@JvmInline
value class ContentId(val text: String) {
    override fun toString(): String = text
}

/** A grant or a directive to deny; the text of the transaction that made it. */
@JvmInline
value class GrantId(val text: String) {
    override fun toString(): String = text
}

/** A SHA-256 hash: 64 hex digits. */
@JvmInline
value class Hash32(val text: String) {
    override fun toString(): String = text
}

/** A record, all its versions: 64 hex digits. */
@JvmInline
value class RecordId(val text: String) {
    override fun toString(): String = text
}

/** A request for access; the text of the transaction that made it. */
@JvmInline
value class RequestId(val text: String) {
    override fun toString(): String = text
}

/** A scope of a patient, which grants open as a whole: 64 hex digits. */
@JvmInline
value class ScopeId(val text: String) {
    override fun toString(): String = text
}

/** A transaction: 64 hex digits. */
@JvmInline
value class TxId(val text: String) {
    override fun toString(): String = text

    /** The grant that this transaction makes. */
    fun asGrant(): GrantId = GrantId(text)

    /** The request that this transaction makes. */
    fun asRequest(): RequestId = RequestId(text)
}
