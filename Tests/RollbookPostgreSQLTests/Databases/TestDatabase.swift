import Foundation
import Rollbook
import RollbookModel
import RollbookStore
import Synchronization
import Testing

@testable import RollbookPostgreSQL

/// Databases of tests' own, on the server that the tests' tier has started or on another.
enum TestDatabase {
    private struct Used {
        let name: String
        let server: String
        weak var engine: PostgresEngine?
    }

    private static let used = Mutex<[Used]>([])

    /// An engine on a new, empty database, which goes some time after the engine has gone.
    ///
    /// - Parameters:
    ///   - server: the URL of any database of the server.
    ///   - pool: the URL through which the engine reaches the server, where that is another one.
    ///   - options: what makes the database another than the server's usual ones.
    static func makeEngine(
        on server: String? = nil, through pool: String? = nil, options: String = "",
        _ configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws -> PostgresEngine {
        let server = try server ?? TestServers.primary
        let name = "rollbook_test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let old = used.withLock { used in
            let isOld = { (entry: Used) in entry.engine == nil && entry.server == server }
            defer { used.removeAll(where: isOld) }
            return used.filter(isOld).map(\.name)
        }
        try await run(
            old.map { "DROP DATABASE IF EXISTS \($0) WITH (FORCE)" } + ["CREATE DATABASE \(name) \(options)"],
            on: server)
        var configuration = try PostgresConfiguration(primary: PostgresAddress(url(pool ?? server, database: name)))
        configure(&configuration)
        let engine = PostgresEngine(configuration)
        used.withLock { $0.append(Used(name: name, server: server, engine: engine)) }
        return engine
    }

    /// An engine on a new database with an empty store, which is closed after `body`.
    static func withStore<T: Sendable>(
        on server: String? = nil, through pool: String? = nil,
        _ configure: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresEngine) async throws -> T
    ) async throws -> T {
        let engine = try await makeEngine(on: server, through: pool, configure)
        try await Migrator(of: engine).up(on: engine)
        do {
            let value = try await body(engine)
            await engine.close()
            return value
        } catch {
            await engine.close()
            throw error
        }
    }

    /// Makes the servers of an engine's connections forget the statements that they have parsed, behind its back.
    static func forgetStatements(_ engine: PostgresEngine) async throws {
        try await engine.read(deadline: .none) { _ = try await $0.query(Statement("DEALLOCATE ALL")) }
    }

    /// A URL with another database, and what else its parts shall be.
    static func url(_ server: String, database: String, _ change: (inout URLComponents) -> Void = { _ in }) throws
        -> String
    {
        var parts = try #require(URLComponents(string: server))
        parts.path = "/" + database
        change(&parts)
        return try #require(parts.string)
    }

    /// The URL of an engine's database, as the superuser or as another role.
    static func url(of engine: any Engine, as role: String? = nil, password: String? = nil) async throws -> String {
        let name = try await engine.read(deadline: .none) { session in
            try await session.query(Statement("SELECT CAST(current_database() AS text) AS name")).first().text
        }
        return try url(try TestServers.primary, database: try #require(name)) { parts in
            if let role { (parts.user, parts.password) = (role, password) }
        }
    }

    /// Runs statements one by one, outside of any transaction.
    static func run(_ statements: [String], on url: String) async throws {
        let address = try PostgresAddress(url)
        let connection = try PostgresConnection(address, PostgresConfiguration(primary: address))
        try await connection.connect(.none)
        for statement in statements { _ = try await connection.execute(Statement(statement), deadline: .none) }
    }
}

/// Tells the engine's own words with a failure, which its description keeps back.
func tellingAll(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let error as RollbookError {
        Issue.record("\(error.code): \(error) (\(error.engineMessage ?? "no words of the engine"))")
    }
}

/// Fails unless `body` fails with this code.
@discardableResult func expectFailure(
    _ code: RollbookError.Code, _ body: () async throws -> Void, at location: SourceLocation = #_sourceLocation
) async throws -> RollbookError {
    let error = await #expect(throws: RollbookError.self, sourceLocation: location) { try await body() }
    let found = try #require(error, sourceLocation: location)
    #expect(
        found.code == code, "\(found.code): \(found) (\(found.engineMessage ?? ""))", sourceLocation: location)
    return found
}
