// swift-tools-version:5.9
import PackageDescription

// `generate.sh` writes Sources/EhrLedger/Generated and the header beside this module map before anything is built here.
// On Linux the library is found with -Xlinker -L; for Apple platforms `xcframework.sh` builds what the binary target
// names. That script needs Xcode, which the project's own machines do not have: it is not run there.
#if os(Linux)
let native: Target = .systemLibrary(name: "EhrLedgerFFI", path: "Sources/EhrLedgerFFI")
#else
let native: Target = .binaryTarget(name: "EhrLedgerFFI", path: "EhrLedgerFFI.xcframework")
#endif

let package = Package(
    name: "EhrLedger",
    platforms: [.macOS(.v12), .iOS(.v15)],
    products: [.library(name: "EhrLedger", targets: ["EhrLedger"])],
    targets: [
        native,
        .target(name: "EhrLedger", dependencies: ["EhrLedgerFFI"]),
        .executableTarget(name: "Quickstart", dependencies: ["EhrLedger"]),
        .executableTarget(name: "Story", dependencies: ["EhrLedger"]),
        .executableTarget(name: "Vectors", dependencies: ["EhrLedger"]),
        .testTarget(name: "EhrLedgerTests", dependencies: ["EhrLedger", "Story"]),
    ],
    // Language mode 6 crashes the 6.0 compiler on generated code.
    swiftLanguageVersions: [.v5]
)
