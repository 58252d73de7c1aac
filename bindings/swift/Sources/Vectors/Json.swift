import Foundation

/// Why a case has no answer.
struct Fault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A value of a vector. Numbers are kept as they are written, never as floating point.
enum Json: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([Json])
    case object([String: Json])

    init(_ data: Data) throws {
        try self.init(any: JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
    }

    private init(any: Any) throws {
        switch any {
        case is NSNull: self = .null
        case let text as String: self = .text(text)
        case let list as [Any]: self = .list(try list.map(Json.init(any:)))
        case let object as [String: Any]: self = .object(try object.mapValues(Json.init(any:)))
        case let number as NSNumber:
            // What tells true from 1 on Linux and on Apple platforms alike.
            let isBool = String(cString: number.objCType) == String(cString: NSNumber(value: true).objCType)
            self = isBool ? .bool(number.boolValue) : .number(number.stringValue)
        default: throw Fault("not JSON")
        }
    }

    /// The value written out.
    func written() throws -> String {
        switch self {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let digits): return digits
        case .text(let text): return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
        case .list(let list): return "[" + (try list.map { try $0.written() }.joined(separator: ",")) + "]"
        case .object(let object):
            let pairs = try object.map { try Json.text($0.key).written() + ":" + $0.value.written() }
            return "{" + pairs.joined(separator: ",") + "}"
        }
    }
}

/// Reading: every value by the type it must have.
extension Json {
    func at(_ key: String) throws -> Json {
        guard case .object(let object) = self, let value = object[key] else { throw Fault("no \(key)") }
        return value
    }

    func list() throws -> [Json] {
        guard case .list(let list) = self else { throw Fault("not a list") }
        return list
    }

    func str() throws -> String {
        guard case .text(let text) = self else { throw Fault("not text") }
        return text
    }

    func int() throws -> UInt64 {
        guard case .number(let digits) = self, let number = UInt64(digits) else { throw Fault("not a whole number") }
        return number
    }

    func flag() throws -> Bool {
        guard case .bool(let flag) = self else { throw Fault("neither true nor false") }
        return flag
    }

    /// Bytes of hex.
    func hex() throws -> Data { try unhex(try str()) }

    /// Compact bits: eight hex digits.
    func bits() throws -> UInt32 {
        let bytes = try hex()
        guard bytes.count == 4 else { throw Fault("not eight hex digits") }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    func hexes() throws -> [Data] { try list().map { try $0.hex() } }
    func list(_ key: String) throws -> [Json] { try at(key).list() }
    func bytes(_ key: String) throws -> Data { try at(key).hex() }
    func text(_ key: String) throws -> String { try at(key).str() }

    func number<Number: FixedWidthInteger>(_ key: String) throws -> Number {
        guard let number = Number(exactly: try at(key).int()) else { throw Fault("\(key) is too large") }
        return number
    }
}

func hex(_ bytes: Data) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

private func unhex(_ text: String) throws -> Data {
    let digits = try text.utf8.map { digit -> UInt8 in
        switch digit {
        case 0x30...0x39: return digit - 0x30
        case 0x61...0x66: return digit - 0x57
        default: throw Fault("not hex")
        }
    }
    guard digits.count.isMultiple(of: 2) else { throw Fault("half a byte") }
    return Data(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
}
