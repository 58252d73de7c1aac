/// A set that the library knows by the names of its members.
public protocol NamedOptions: OptionSet, Hashable, Sendable, CustomStringConvertible where RawValue == UInt32 {
    /// Names by bit, lowest first.
    static var bitNames: [String] { get }
}

extension NamedOptions {
    /// Names of the members, lowest bit first. A bit without a name gets one that the library refuses, so that no
    /// member is lost in silence.
    public var names: [String] {
        (0..<32).filter { rawValue >> UInt32($0) & 1 == 1 }.map {
            $0 < Self.bitNames.count ? Self.bitNames[$0] : "bit \($0)"
        }
    }

    /// The set of these names.
    ///
    /// - Throws: `EhrError.InvalidArgument` for a name that is unknown.
    public init(names: [String]) throws {
        self.init(rawValue: try names.enumerated().reduce(0) { bits, named in
            guard let bit = Self.bitNames.firstIndex(of: named.element) else {
                let reason = "unknown name at position \(named.offset)"
                throw EhrError.InvalidArgument(field: "\(Self.self)", reason: reason)
            }
            return bits | 1 << UInt32(bit)
        })
    }

    /// The names.
    public var description: String { "[" + names.joined(separator: ", ") + "]" }
}

/// What a grant allows.
public struct Actions: NamedOptions {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let bitNames = ["READ", "APPEND", "AMEND", "SHARE", "AGGREGATE", "PRESCRIBE", "BOOK", "EXPORT"]

    public static let read = Actions(rawValue: 1 << 0)
    public static let append = Actions(rawValue: 1 << 1)
    public static let amend = Actions(rawValue: 1 << 2)
    public static let share = Actions(rawValue: 1 << 3)
    public static let aggregate = Actions(rawValue: 1 << 4)
    public static let prescribe = Actions(rawValue: 1 << 5)
    public static let book = Actions(rawValue: 1 << 6)
    public static let export = Actions(rawValue: 1 << 7)
}

/// What for: codes of HL7 v3 ActReason.
public struct Purposes: NamedOptions {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let bitNames = [
        "TREAT", "ETREAT", "BTG", "ERTREAT", "CAREMGT", "HPAYMT", "HOPERAT", "HRESCH", "CLINTRCH", "PUBHLTH", "PATRQT",
        "FAMRQT", "PWATRNY", "HLEGAL", "COVERAGE", "HSYSADMIN",
    ]

    /// TREAT
    public static let treatment = Purposes(rawValue: 1 << 0)
    /// ETREAT
    public static let emergencyTreatment = Purposes(rawValue: 1 << 1)
    /// BTG
    public static let breakTheGlass = Purposes(rawValue: 1 << 2)
    /// ERTREAT
    public static let emergencyRoomTreatment = Purposes(rawValue: 1 << 3)
    /// CAREMGT
    public static let careManagement = Purposes(rawValue: 1 << 4)
    /// HPAYMT
    public static let payment = Purposes(rawValue: 1 << 5)
    /// HOPERAT
    public static let operations = Purposes(rawValue: 1 << 6)
    /// HRESCH
    public static let research = Purposes(rawValue: 1 << 7)
    /// CLINTRCH
    public static let clinicalTrial = Purposes(rawValue: 1 << 8)
    /// PUBHLTH
    public static let publicHealth = Purposes(rawValue: 1 << 9)
    /// PATRQT
    public static let patientRequest = Purposes(rawValue: 1 << 10)
    /// FAMRQT
    public static let familyRequest = Purposes(rawValue: 1 << 11)
    /// PWATRNY
    public static let powerOfAttorney = Purposes(rawValue: 1 << 12)
    /// HLEGAL
    public static let legal = Purposes(rawValue: 1 << 13)
    /// COVERAGE
    public static let coverage = Purposes(rawValue: 1 << 14)
    /// HSYSADMIN
    public static let systemAdministration = Purposes(rawValue: 1 << 15)
}

/// What a member of staff is at an institution.
public struct StaffRoles: NamedOptions {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let bitNames = ["DOCTOR", "NURSE", "PHARMACIST", "LAB", "ADMIN", "GATEWAY"]

    public static let doctor = StaffRoles(rawValue: 1 << 0)
    public static let nurse = StaffRoles(rawValue: 1 << 1)
    public static let pharmacist = StaffRoles(rawValue: 1 << 2)
    public static let lab = StaffRoles(rawValue: 1 << 3)
    public static let admin = StaffRoles(rawValue: 1 << 4)
    public static let gateway = StaffRoles(rawValue: 1 << 5)
}

/// What whoever uses a grant is bound to.
public struct Obligations: NamedOptions {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let bitNames = ["RECEIPT", "NOTIFY_PATIENT", "NO_REDISTRIBUTE", "CACHE_UNTIL"]

    public static let receipt = Obligations(rawValue: 1 << 0)
    public static let notifyPatient = Obligations(rawValue: 1 << 1)
    public static let noRedistribute = Obligations(rawValue: 1 << 2)
    public static let cacheUntil = Obligations(rawValue: 1 << 3)
}
