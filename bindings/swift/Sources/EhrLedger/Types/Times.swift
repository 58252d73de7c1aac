import Foundation

/// Times of a ledger are whole milliseconds since 1970. A `Date` before 1970 counts as 1970; the last time there is
/// means "no end".
extension Date {
    /// From a ledger's time.
    public init(ledgerMilliseconds: UInt64) {
        self.init(timeIntervalSince1970: Double(ledgerMilliseconds) / 1000)
    }

    /// As a ledger's time, rounded to the nearest millisecond.
    public var ledgerMilliseconds: UInt64 {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        guard milliseconds > 0 else { return 0 }
        return milliseconds < Double(UInt64.max) ? UInt64(milliseconds) : .max
    }
}
