import Foundation

/// What takes long, as `async`. It runs on a dispatch queue; `progress` is called from there a few times a second.
/// Cancelling the task stops the work at its next report and throws `CancellationError`; what was mined or fetched
/// until then stays.
extension Ledger {
    /// Makes one block of the waiting transactions, on all cores.
    ///
    /// - Throws: `EhrError.Refused` when another block came first, `EhrError.Storage`, `CancellationError`.
    public func mine(
        proposer: AccountId, progress: (@Sendable (LedgerProgress) -> Void)? = nil
    ) async throws -> Mined {
        try await offload(progress: progress) { try self.mine(proposer: proposer, listener: $0) }
    }

    /// Makes blocks until a transaction is final.
    ///
    /// - Throws: as `mine`; `EhrError.NotFound` if the transaction neither waits nor is mined.
    public func mineUntilFinal(
        _ transaction: TxId, proposer: AccountId, progress: (@Sendable (LedgerProgress) -> Void)? = nil
    ) async throws -> Mined {
        try await offload(progress: progress) {
            try self.mineUntilFinal(proposer: proposer, transaction: transaction, listener: $0)
        }
    }

    /// Exchanges with another ledger of this process until both have the same tip, sealed bodies included.
    ///
    /// - Throws: `EhrError.InvalidArgument` for a ledger of another chain, `EhrError.Refused` when one of the ledgers breaks the
    ///   protocol, `EhrError.Storage`, `CancellationError`.
    public func sync(
        with other: Ledger, progress: (@Sendable (LedgerProgress) -> Void)? = nil
    ) async throws -> Tip {
        try await offload(progress: progress) { try self.syncWith(other: other, listener: $0) }
    }

    /// Exchanges over a transport until nothing came for `untilIdle` seconds.
    ///
    /// - Throws: `EhrError.Host` when the transport fails, `EhrError.Storage`, `CancellationError`.
    public func sync(
        over transport: any Transport, untilIdle: TimeInterval = 1,
        progress: (@Sendable (LedgerProgress) -> Void)? = nil
    ) async throws -> Tip {
        let milliseconds = UInt32(min(max(untilIdle * 1000, 0), 3_600_000))
        return try await offload(progress: progress) {
            try self.syncOver(transport: transport, untilIdleMs: milliseconds, listener: $0)
        }
    }

    /// Computes the ledger again from its genesis and compares everything with what is stored. Changes nothing.
    ///
    /// - Throws: when the check could not be made; what is wrong is in the report. `CancellationError`.
    public func verify(progress: (@Sendable (LedgerProgress) -> Void)? = nil) async throws -> VerifyReport {
        try await offload(progress: progress) { try self.verify(listener: $0) }
    }
}

/// Key files cost memory and time on purpose.
extension Keyring {
    /// Keys from a key file.
    ///
    /// - Throws: `EhrError.CannotOpen` with another passphrase, `EhrError.Malformed`, `EhrError.NewerFormat`.
    public static func open(
        keyFile: Data, passphrase: String, signer: (any Signer)? = nil
    ) async throws -> Keyring {
        try await offload { try Keyring.fromKeyFile(bytes: keyFile, passphrase: passphrase, signer: signer) }
    }

    /// The keys sealed under a passphrase; opening the file costs `memoryKiB` (64 MiB if not given).
    ///
    /// - Throws: `EhrError.Closed` after wiping, `EhrError.InvalidArgument` for memory outside its limits.
    public func keyFile(passphrase: String, memoryKiB: UInt32? = nil) async throws -> Data {
        try await offload { try self.toKeyFile(passphrase: passphrase, memoryKib: memoryKiB, entropy: nil) }
    }
}

extension NewDevice {
    /// The device from its key file.
    ///
    /// - Throws: as `Keyring.open`.
    public static func open(
        keyFile: Data, passphrase: String, signer: (any Signer)? = nil
    ) async throws -> NewDevice {
        try await offload { try NewDevice.fromKeyFile(bytes: keyFile, passphrase: passphrase, signer: signer) }
    }

    /// The device sealed under a passphrase, to be kept until it has joined: a recovery takes longer than a day.
    ///
    /// - Throws: as `Keyring.keyFile`.
    public func keyFile(passphrase: String, memoryKiB: UInt32? = nil) async throws -> Data {
        try await offload { try self.toKeyFile(passphrase: passphrase, memoryKib: memoryKiB, entropy: nil) }
    }
}
