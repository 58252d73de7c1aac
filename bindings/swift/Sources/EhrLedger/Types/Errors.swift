import Foundation

extension EhrError: LocalizedError {
    /// Kind of error, for a `switch` that needs no words.
    public var kind: EhrErrorKind {
        switch self {
        case .InvalidArgument: return .invalidArgument
        case .Malformed: return .malformed
        case .NotFound: return .notFound
        case .Denied: return .denied
        case .Refused: return .refused
        case .CannotOpen: return .cannotOpen
        case .Damaged: return .damaged
        case .Storage: return .storage
        case .NewerFormat: return .newerFormat
        case .Busy: return .busy
        case .Closed: return .closed
        case .Cancelled: return .cancelled
        case .Host: return .host
        case .Internal: return .internal
        }
    }

    /// What went wrong, in words that are safe to show and to log.
    public var reason: String {
        switch self {
        case .InvalidArgument(let field, let reason): return "\(field): \(reason)"
        case .NotFound(let what, let id): return "no such \(what): \(id)"
        case .Malformed(let reason), .Denied(let reason), .Refused(let reason), .CannotOpen(let reason),
            .Damaged(let reason), .Storage(let reason), .NewerFormat(let reason), .Busy(let reason),
            .Host(let reason), .Internal(let reason):
            return reason
        case .Closed: return "closed"
        case .Cancelled: return "cancelled"
        }
    }

    /// As `reason`.
    public var errorDescription: String? { reason }
}
