import EhrLedger

/// The comparisons of one case.
final class Case {
    private(set) var differences: [String] = []

    /// Compares what was computed with what the vector says.
    func same<Value: Equatable>(_ what: String, _ vector: Value, _ computed: Value) {
        holds(what, vector == computed)
    }

    func holds(_ what: String, _ holds: Bool) {
        if !holds { differences.append(what) }
    }

    /// Expects a call to fail with one of these kinds.
    func fails<Value>(_ what: String, _ kinds: Set<EhrErrorKind>, _ call: () throws -> Value) throws {
        holds(what, try outcome(call).map(kinds.contains) ?? false)
    }

    fileprivate func add(_ fault: any Error) {
        differences.append((fault as? EhrError)?.reason ?? "\(fault)")
    }
}

/// The kind a call fails with; none if it does not. What is no `EhrError` is thrown on.
func outcome<Value>(_ call: () throws -> Value) throws -> EhrErrorKind? {
    do {
        _ = try call()
        return nil
    } catch let error as EhrError {
        return error.kind
    }
}

/// How a call fails for bytes that are none, or a proof that proves nothing.
let refusals: Set<EhrErrorKind> = [.malformed, .refused]

/// The cases of one file.
final class Sheet {
    let file: String
    private(set) var cases: [(name: String, differences: [String])] = []

    init(_ file: String) { self.file = file }

    var different: Int { cases.filter { !$0.differences.isEmpty }.count }

    /// Answers one case. A fault is a difference.
    func `case`(_ name: String, _ answer: (Case) throws -> Void) {
        let one = Case()
        do { try answer(one) } catch { one.add(error) }
        cases.append((name, one.differences))
    }

    /// Answers one case for each element of a list.
    func cases(_ name: String, _ list: [Json], _ answer: (Case, Json, Int) throws -> Void) {
        for (i, element) in list.enumerated() {
            self.case("\(name)[\(i)]") { try answer($0, element, i) }
        }
    }
}

/// What came out of all files.
struct Report {
    var sheets: [Sheet] = []
    var unknown: [String] = []

    /// 0 if every answer is the vector's, 1 if one is not, 2 if something was not known.
    var exitCode: Int32 {
        if !unknown.isEmpty { return 2 }
        return sheets.allSatisfy { $0.different == 0 } ? 0 : 1
    }

    var lines: [String] {
        var lines: [String] = []
        for sheet in sheets {
            for one in sheet.cases where !one.differences.isEmpty {
                lines.append("swift \(sheet.file) different: \(one.name): \(one.differences.joined(separator: ", "))")
            }
            lines.append(line(sheet.file, sheet.cases.count, sheet.different))
        }
        lines += unknown.map { "swift unknown: \($0)" }
        let cases = sheets.reduce(0) { $0 + $1.cases.count }
        lines.append(line("total files=\(sheets.count)", cases, sheets.reduce(0) { $0 + $1.different }))
        return lines
    }

    private func line(_ what: String, _ cases: Int, _ different: Int) -> String {
        "swift \(what) cases=\(cases) same=\(cases - different) different=\(different) not_applicable=0"
    }
}
