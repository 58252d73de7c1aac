import Foundation

/// Shorter forms with the system's clock and randomness.
extension Keyring {
    /// Fresh keys.
    ///
    /// - Throws: the system gives no randomness.
    public static func generate(role: Role) throws -> Keyring { try generate(role: role, entropy: nil) }

    /// Fresh encryption keys here; signatures are made by the host.
    ///
    /// - Throws: `EhrError.Host` when the signer fails or its key cannot be on a ledger.
    public static func with(signer: any Signer, role: Role) throws -> Keyring {
        try withSigner(role: role, signer: signer, entropy: nil)
    }
}

extension NewDevice {
    /// Fresh keys of a device that is to join an account.
    ///
    /// - Throws: the system gives no randomness.
    public static func generate() throws -> NewDevice { try generate(entropy: nil) }

    /// A device with fresh encryption keys here; signatures are made by the host.
    ///
    /// - Throws: `EhrError.Host` when the signer fails or its key cannot be on a ledger.
    public static func with(signer: any Signer) throws -> NewDevice { try withSigner(signer: signer, entropy: nil) }
}

extension ChainConfig {
    /// What a new chain fixes; it begins now. `difficulty` is the number of zero hex digits that every block id begins
    /// with, 0 to 8.
    public init(name: String, difficulty: UInt8 = 2, confirmations: UInt64 = 6) {
        self.init(
            name: name, difficulty: difficulty, confirmations: confirmations, time: nil, credits: 1_000_000)
    }
}

extension Genesis {
    /// A new chain, founded now.
    ///
    /// - Throws: `EhrError.InvalidArgument` for a setting outside its limits, or no institution among the founders.
    public convenience init(config: ChainConfig, founders: [Keyring]) throws {
        try self.init(config: config, founders: founders, clock: nil, entropy: nil)
    }
}

extension Ledger {
    /// Begins a chain in a storage that holds none.
    ///
    /// - Throws: `EhrError.Refused` if it holds a ledger already, `EhrError.Busy` if it is open.
    public static func create(genesis: Genesis, storage: Storage) throws -> Ledger {
        try create(genesis: genesis, storage: storage, clock: nil, entropy: nil)
    }

    /// Opens what a storage holds.
    ///
    /// - Throws: `EhrError.NotFound` if it holds none, `EhrError.Busy` if it is open, `EhrError.Damaged`,
    ///   `EhrError.NewerFormat`.
    public static func open(storage: Storage) throws -> Ledger {
        try open(storage: storage, clock: nil, entropy: nil)
    }

    /// Adds a device that may not add or remove devices itself, from what its `offer` gave. Begins the next generation of
    /// the keys: save them before submitting.
    ///
    /// - Throws: `EhrError.InvalidArgument` for what was offered to another account, `EhrError.Malformed` for no offer.
    public func draftAddDevice(payer: Keyring, keys: Keyring, offer: Data) throws -> Draft {
        try draftAddDevice(payer: payer, keys: keys, offer: offer, manages: false)
    }

    /// Opens a record version, the newest if none is named, for a purpose that the policy is asked about.
    ///
    /// - Throws: `EhrError.Denied` with the reason, `EhrError.CannotOpen`, `EhrError.NotFound`.
    public func read(
        _ record: RecordId, version: VersionNo? = nil, by reader: Keyring, for purpose: Purposes,
        actingFor: AccountId? = nil, institutionKeys: Keyring? = nil
    ) throws -> OpenedVersion {
        try read(
            reader: reader, record: record, version: version, purpose: purpose, actingFor: actingFor,
            institutionKeys: institutionKeys)
    }
}

extension LightClient {
    /// Begins at the genesis block, with the machine's clock.
    public convenience init(genesis: Genesis) throws { try self.init(genesis: genesis, clock: nil) }
}

extension Decision {
    /// Whether it says yes.
    public var isPermit: Bool {
        if case .permit = outcome { return true }
        return false
    }

    /// The decision in words for people, one line for the answer and one for each rule considered.
    ///
    /// - Throws: `EhrError.InvalidArgument` for an id or a set in it that is none.
    public func words() throws -> String { try decisionText(decision: self) }
}

extension AccountInfo: Identifiable {}
extension BlockInfo: Identifiable {}
extension GrantInfo: Identifiable {}
extension ProposalInfo: Identifiable {}
extension RequestInfo: Identifiable {}
extension ScopeInfo: Identifiable {}
extension TransactionInfo: Identifiable {}
