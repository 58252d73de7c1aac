// Answers every golden vector through the public functions of this package (docs/vectors.md). A folder may be named.
import Foundation

let arguments = CommandLine.arguments.dropFirst()
let report = run(arguments.first ?? "vectors")
report.lines.forEach { print($0) }
exit(report.exitCode)
