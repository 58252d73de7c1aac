import Foundation

/// Content never reaches a log by accident: printing, `dump` and string interpolation show its size only.
extension RecordSection: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Media type and size.
    public var description: String { "RecordSection(\(mediaType), \(body.count) bytes)" }

    /// As `description`.
    public var debugDescription: String { description }

    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
