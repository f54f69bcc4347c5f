import Foundation
import RollbookModel
import RollbookStore
import Synchronization
import Testing

@testable import RollbookPostgreSQL

/// Databases of tests' own on the server that `TEST_POSTGRES_PRIMARY` names.
enum TestDatabase {
    private struct Used {
        let name: String
        weak var engine: PostgresEngine?
    }

    private static let used = Mutex<[Used]>([])

    /// An engine on a new, empty database, which goes some time after the engine has gone.
    static func makeEngine(
        _ configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws -> PostgresEngine {
        let server = try serverURL
        let name = "rollbook_test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let old = used.withLock { used in
            defer { used.removeAll { $0.engine == nil } }
            return used.filter { $0.engine == nil }.map(\.name)
        }
        let drops = old.map { "DROP DATABASE IF EXISTS \($0) WITH (FORCE)" }
        try await run(drops + ["CREATE DATABASE \(name)"], on: server)
        var configuration = try PostgresConfiguration(primary: PostgresAddress(url(server, database: name)))
        configure(&configuration)
        let engine = PostgresEngine(configuration)
        used.withLock { $0.append(Used(name: name, engine: engine)) }
        return engine
    }

    /// The same server's URL of another database.
    static func url(_ server: String, database: String) throws -> String {
        var parts = try #require(URLComponents(string: server))
        parts.path = "/" + database
        return try #require(parts.string)
    }

    /// The server that the tests' tier has started.
    static var serverURL: String {
        get throws {
            try #require(
                ProcessInfo.processInfo.environment["TEST_POSTGRES_PRIMARY"],
                "TEST_POSTGRES_PRIMARY names no server; script/test postgresql starts one")
        }
    }

    /// Runs statements one by one, outside of any transaction.
    static func run(_ statements: [String], on url: String) async throws {
        let connection = try PostgresConnection(
            PostgresAddress(url), PostgresConfiguration(primary: PostgresAddress(url)))
        try await connection.connect(.none)
        for statement in statements { _ = try await connection.execute(Statement(statement), deadline: .none) }
    }
}
