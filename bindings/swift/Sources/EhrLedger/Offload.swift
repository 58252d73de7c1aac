import Foundation

/// Runs work that blocks on a thread of its own queue, never on Swift's cooperative threads, which must not block.
func offload<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Result(catching: work))
        }
    }
}

/// Runs long work that reports progress. Cancelling the task stops it at its next report; then it throws
/// `CancellationError`.
func offload<Value: Sendable>(
    progress: (@Sendable (LedgerProgress) -> Void)?,
    _ work: @escaping @Sendable (any ProgressListener) throws -> Value
) async throws -> Value {
    let relay = ProgressRelay(progress)
    return try await withTaskCancellationHandler {
        do {
            return try await offload { try work(relay) }
        } catch EhrError.Cancelled where Task.isCancelled {
            throw CancellationError()
        }
    } onCancel: {
        relay.cancel()
    }
}

/// Hands progress on and says stop once cancelled.
private final class ProgressRelay: ProgressListener, @unchecked Sendable {
    private let progress: (@Sendable (LedgerProgress) -> Void)?
    private let lock = NSLock()
    private var cancelled = false

    init(_ progress: (@Sendable (LedgerProgress) -> Void)?) { self.progress = progress }

    func cancel() {
        lock.lock()
        defer { lock.unlock() }
        cancelled = true
    }

    func onProgress(step: LedgerProgress) -> Bool {
        progress?(step)
        lock.lock()
        defer { lock.unlock() }
        return !cancelled
    }
}
