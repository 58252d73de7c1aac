/// A name of something in a ledger, as text: 64 lower case hex digits, a content id its CID. Whether the text is one is
/// checked where it is used; a text that is none is `EhrError.InvalidArgument`.
public protocol LedgerIdentifier: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text.
    var text: String { get }
    /// From its text.
    init(_ text: String)
}

extension LedgerIdentifier {
    /// The text.
    public var description: String { text }

    /// Reads the text.
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Names an account: a person's or an institution's.
public struct AccountId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a block.
public struct BlockId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a chain: the hash of its genesis.
public struct ChainId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a sealed body by its content (CIDv1).
public struct ContentId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a grant.
public struct GrantId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A SHA-256 value.
public struct Hash32: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a record.
public struct RecordId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a request for access.
public struct RequestId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a scope: a part of a patient's records that has a key of its own.
public struct ScopeId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Names a transaction.
public struct TxId: LedgerIdentifier {
    public let text: String
    public init(_ text: String) { self.text = text }
}
