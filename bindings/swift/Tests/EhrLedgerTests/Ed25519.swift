import Foundation

/// Ed25519 (RFC 8032) by the book, for the signer the tests bring: it must be another implementation than the
/// library's. Neither fast nor constant time. On Apple platforms use CryptoKit's `Curve25519.Signing`.
struct Ed25519Key {
    let publicKey: Data
    private let scalar: Limbs
    private let prefix: [UInt8]

    /// From a seed of 32 bytes.
    init(seed: Data) {
        var hash = sha512(seed)
        hash[0] &= 248
        hash[31] = hash[31] & 127 | 64
        scalar = limbs(Array(hash[..<32]))
        prefix = Array(hash[32...])
        publicKey = Data(Point.base.times(scalar).encoded())
    }

    /// The signature, 64 bytes.
    func sign(_ message: Data) -> Data {
        let r = Scalar.reduce(limbs(sha512(Data(prefix) + message)))
        let point = Point.base.times(r).encoded()
        let k = Scalar.reduce(limbs(sha512(Data(point) + publicKey + message)))
        let s = Scalar.reduce(add(multiply(k, scalar), r + [0, 0, 0, 0]).sum)
        return Data(point + bytes(s))
    }
}

/// A number, least significant limb first.
private typealias Limbs = [UInt64]

private func limbs(_ bytes: [UInt8]) -> Limbs {
    stride(from: 0, to: bytes.count, by: 8).map { at in
        bytes[at..<(at + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
}

private func bytes(_ limbs: Limbs) -> [UInt8] {
    limbs.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
}

private func add(_ a: Limbs, _ b: Limbs) -> (sum: Limbs, carry: UInt64) {
    var (sum, carry) = (a, UInt64(0))
    for i in a.indices {
        let (x, c1) = a[i].addingReportingOverflow(b[i])
        let (y, c2) = x.addingReportingOverflow(carry)
        sum[i] = y
        carry = (c1 ? 1 : 0) + (c2 ? 1 : 0)
    }
    return (sum, carry)
}

private func subtract(_ a: Limbs, _ b: Limbs) -> (difference: Limbs, borrow: Bool) {
    var (difference, borrow) = (a, false)
    for i in a.indices {
        let (x, b1) = a[i].subtractingReportingOverflow(b[i])
        let (y, b2) = x.subtractingReportingOverflow(borrow ? 1 : 0)
        difference[i] = y
        borrow = b1 || b2
    }
    return (difference, borrow)
}

private func multiply(_ a: Limbs, _ b: Limbs) -> Limbs {
    var product = Limbs(repeating: 0, count: a.count + b.count)
    for i in a.indices {
        var carry: UInt64 = 0
        for j in b.indices {
            let full = a[i].multipliedFullWidth(by: b[j])
            let (x, c1) = full.low.addingReportingOverflow(product[i + j])
            let (y, c2) = x.addingReportingOverflow(carry)
            product[i + j] = y
            carry = full.high + (c1 ? 1 : 0) + (c2 ? 1 : 0)
        }
        product[i + b.count] = carry
    }
    return product
}

private enum Scalar {
    /// The order of the base point, 2^252 + 27742317777372353535851937790883648493.
    static let order: Limbs = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000]

    static func reduce(_ number: Limbs) -> Limbs {
        var rest: Limbs = [0, 0, 0, 0]
        for limb in number.reversed() {
            for bit in (0..<64).reversed() {
                rest = add(rest, rest).sum
                rest[0] |= limb >> UInt64(bit) & 1
                let (less, borrow) = subtract(rest, order)
                if !borrow { rest = less }
            }
        }
        return rest
    }
}

/// A number modulo p = 2^255 - 19, kept below 2^256.
private struct Field {
    var l: Limbs

    init(_ l: Limbs) { self.l = l }
    init(_ small: UInt64) { l = [small, 0, 0, 0] }

    static let p: Limbs = [UInt64.max - 18, .max, .max, .max >> 1]

    static func + (a: Field, b: Field) -> Field {
        var (sum, carry) = add(a.l, b.l)
        while carry > 0 { (sum, carry) = add(sum, [38 * carry, 0, 0, 0]) }
        return Field(sum)
    }

    static func - (a: Field, b: Field) -> Field {
        var (difference, borrow) = subtract(a.l, b.l)
        while borrow { (difference, borrow) = subtract(difference, [38, 0, 0, 0]) }
        return Field(difference)
    }

    static func * (a: Field, b: Field) -> Field {
        let full = multiply(a.l, b.l)
        let folded = add(multiply(Array(full[4...]), [38]), Array(full[..<4]) + [0]).sum
        return Field(Array(folded[..<4])) + Field(38 * folded[4])
    }

    /// To the power of 2^n - k.
    func power(_ n: Int, minus k: UInt64) -> Field {
        var exponent = subtract([0, 0, 0, 1 << UInt64(n - 192)], [k, 0, 0, 0]).difference
        var (result, square) = (Field(1), self)
        for i in 0..<256 {
            if exponent[i / 64] & 1 == 1 { result = result * square }
            exponent[i / 64] >>= 1
            square = square * square
        }
        return result
    }

    var inverse: Field { power(255, minus: 21) }

    func encoded() -> [UInt8] {
        var value = l
        while case let (less, borrow) = subtract(value, Field.p), !borrow { value = less }
        return bytes(value)
    }
}

/// A point of the curve -x^2 + y^2 = 1 + d x^2 y^2 in extended coordinates.
private struct Point {
    var x, y, z, t: Field

    static let d = (Field(0) - Field(121_665)) * Field(121_666).inverse

    /// y = 4/5, x even.
    static let base: Point = {
        let y = Field(4) * Field(5).inverse
        let square = (y * y - Field(1)) * (d * y * y + Field(1)).inverse
        var x = square.power(252, minus: 2)
        if (x * x - square).encoded().contains(where: { $0 != 0 }) { x = x * Field(2).power(253, minus: 5) }
        if x.encoded()[0] & 1 == 1 { x = Field(0) - x }
        return Point(x: x, y: y, z: Field(1), t: x * y)
    }()

    static func + (a: Point, b: Point) -> Point {
        let m = (a.y - a.x) * (b.y - b.x)
        let n = (a.y + a.x) * (b.y + b.x)
        let c = a.t * (d + d) * b.t
        let z = (a.z + a.z) * b.z
        let (e, f, g, h) = (n - m, z - c, z + c, n + m)
        return Point(x: e * f, y: g * h, z: f * g, t: e * h)
    }

    func times(_ scalar: Limbs) -> Point {
        var (sum, double) = (Point(x: Field(0), y: Field(1), z: Field(1), t: Field(0)), self)
        for i in 0..<256 {
            if scalar[i / 64] >> UInt64(i % 64) & 1 == 1 { sum = sum + double }
            double = double + double
        }
        return sum
    }

    func encoded() -> [UInt8] {
        let inverse = z.inverse
        var bytes = (y * inverse).encoded()
        bytes[31] |= (x * inverse).encoded()[0] << 7
        return bytes
    }
}
