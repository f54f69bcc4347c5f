// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same language rules, so that an import says which room it needs and stays inside it.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "rollbook",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Rollbook", targets: ["Rollbook"]),
        .library(name: "RollbookDuckDB", targets: ["RollbookDuckDB"]),
        .library(name: "RollbookPostgreSQL", targets: ["RollbookPostgreSQL"]),
        .library(name: "RollbookRedis", targets: ["RollbookRedis"]),
        .library(name: "RollbookTesting", targets: ["RollbookTesting"]),
        .executable(name: "rollbook", targets: ["RollbookCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Rooms, in the order in which data flows through them. A room may use those above it, never those below.
        .target(name: "RollbookModel", swiftSettings: strict),
        .target(
            name: "RollbookTelemetry",
            dependencies: [
                "RollbookModel", .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict),
        .target(name: "RollbookImport", dependencies: ["RollbookModel", "CZip", "CZlib"], swiftSettings: strict),
        .target(
            name: "RollbookStore",
            dependencies: ["RollbookModel", .product(name: "Tracing", package: "swift-distributed-tracing")],
            swiftSettings: strict, plugins: ["EmbedSQL"]),
        .target(
            name: "RollbookViews", dependencies: ["RollbookModel", "RollbookStore"], swiftSettings: strict,
            plugins: ["EmbedSQL"]),
        .target(
            name: "RollbookReports", dependencies: ["RollbookModel", "RollbookStore"], swiftSettings: strict,
            plugins: ["EmbedSQL"]),
        .target(name: "RollbookCache", dependencies: ["RollbookModel"], swiftSettings: strict),
        .target(
            name: "Rollbook",
            dependencies: [
                "RollbookModel", "RollbookImport", "RollbookStore", "RollbookViews", "RollbookReports", "RollbookCache",
            ],
            swiftSettings: strict),
        .target(
            name: "RollbookServer",
            dependencies: [
                "Rollbook", "RollbookCache", "RollbookModel", "RollbookReports", "RollbookStore", "RollbookTelemetry",
                "RollbookViews", "CZlib",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            resources: [.embedInCode("Pages")],
            swiftSettings: strict),
        .executableTarget(
            name: "RollbookCommand",
            dependencies: [
                "Rollbook", "RollbookCache", "RollbookServer", "RollbookDuckDB", "RollbookPostgreSQL", "RollbookRedis",
                "RollbookImport", "RollbookModel", "RollbookReports", "RollbookStore", "RollbookTelemetry",
                "RollbookViews",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),

        // Engines, each beside its C shim.
        .target(
            name: "RollbookDuckDB", dependencies: ["RollbookModel", "RollbookStore", "CDuckDB"],
            path: "Sources/Engines/DuckDB", swiftSettings: strict),
        .systemLibrary(name: "CDuckDB", path: "Sources/Engines/CDuckDB", pkgConfig: "duckdb"),
        .target(
            name: "RollbookPostgreSQL", dependencies: ["RollbookModel", "RollbookStore", "CLibPQ", "COpenSSL"],
            path: "Sources/Engines/PostgreSQL", swiftSettings: strict),
        .systemLibrary(name: "CLibPQ", path: "Sources/Engines/CLibPQ", pkgConfig: "libpq"),
        .systemLibrary(name: "COpenSSL", path: "Sources/C/COpenSSL", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CZip", path: "Sources/C/CZip", pkgConfig: "libzip"),
        .systemLibrary(name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib"),

        // The cache that servers share, beside its C shim.
        .target(
            name: "RollbookRedis", dependencies: ["RollbookModel", "RollbookCache", "CHiredis"],
            path: "Sources/Caches/Redis", swiftSettings: strict),
        .systemLibrary(name: "CHiredis", path: "Sources/C/CHiredis"),

        // What every engine must do, as one public suite, and the school small enough to check by hand.
        .target(
            name: "RollbookTesting", dependencies: ["Rollbook", "RollbookModel", "RollbookStore", "RollbookImport"],
            swiftSettings: strict),

        // SQL stays in .sql files; this plugin compiles them in, and lists the declarations found beside them.
        .plugin(name: "EmbedSQL", capability: .buildTool(), dependencies: ["embed-sql"]),
        .executableTarget(name: "embed-sql", path: "Plugins/embed-sql", swiftSettings: strict),

        .testTarget(
            name: "RollbookStoreTests", dependencies: ["RollbookStore", "RollbookModel"], swiftSettings: strict),
        .testTarget(
            name: "RollbookTelemetryTests",
            dependencies: [
                "RollbookTelemetry", "RollbookModel", .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict),
        .testTarget(name: "RollbookModelTests", dependencies: ["RollbookModel"], swiftSettings: strict),
        .testTarget(
            name: "RollbookJobsTests", dependencies: ["Rollbook", "RollbookModel", "RollbookStore"],
            swiftSettings: strict),
        .testTarget(
            name: "RollbookCacheTests", dependencies: ["RollbookCache", "RollbookModel"], swiftSettings: strict),
        .testTarget(
            name: "RollbookImportTests", dependencies: ["RollbookImport", "RollbookModel", "CZip", "CZlib"],
            swiftSettings: strict),
        .testTarget(
            name: "RollbookDuckDBTests",
            dependencies: ["Rollbook", "RollbookDuckDB", "RollbookTesting", "RollbookModel", "RollbookStore"],
            swiftSettings: strict),
        .testTarget(
            name: "RollbookPostgreSQLTests",
            dependencies: [
                "Rollbook", "RollbookPostgreSQL", "RollbookDuckDB", "RollbookTesting", "RollbookModel", "RollbookStore",
                "RollbookImport", "COpenSSL",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RollbookRedisTests",
            dependencies: [
                "RollbookRedis", "Rollbook", "RollbookCache", "RollbookDuckDB", "RollbookModel",
                // The program that is run is built with it.
                "RollbookCommand",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RollbookCommandTests", dependencies: ["RollbookCommand", "RollbookModel"], swiftSettings: strict),
        .testTarget(
            name: "RollbookServerTests",
            dependencies: [
                "RollbookServer", "RollbookDuckDB", "Rollbook", "RollbookModel", "RollbookImport", "RollbookStore",
                "RollbookTelemetry", "CZlib",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
    ]
)
