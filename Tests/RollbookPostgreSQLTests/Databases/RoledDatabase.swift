import Foundation
import Rollbook
import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Testing

/// A database of a test's own, and engines that reach it as the roles of `rollbook migrate grants`.
struct RoledDatabase {
    let superuser: PostgresEngine
    let owner: PostgresEngine
    let refresher: PostgresEngine
    let reader: PostgresEngine
    /// Somebody of whom Rollbook knows nothing.
    let stranger: PostgresEngine
    private let url: String
    private let roles: PostgresRoles
    private let strangerName: String
    private static let password = "made-for-a-test"

    /// Runs with a new, empty database and roles that are made by ``grant()``.
    static func with(_ body: (RoledDatabase) async throws -> Void) async throws {
        let superuser = try await TestDatabase.makeEngine()
        let url = try await TestDatabase.url(of: superuser)
        let id = UUID().uuidString.prefix(8)
        let roles = try PostgresRoles(owner: "owner-\(id)", refresher: "refresher_\(id)", reader: "Reader\(id)")
        let database = try RoledDatabase(superuser, url: url, roles: roles, stranger: "stranger_\(id)")
        do {
            try await TestDatabase.run(
                ["CREATE ROLE \"\(database.strangerName)\" LOGIN PASSWORD '\(password)'"], on: url)
            try await body(database)
            try await database.close()
        } catch {
            try await database.close()
            throw error
        }
    }

    private init(_ superuser: PostgresEngine, url: String, roles: PostgresRoles, stranger: String) throws {
        func engine(_ role: String) throws -> PostgresEngine {
            let name = String(URLComponents(string: url)?.path.dropFirst() ?? "")
            let address = try TestDatabase.url(url, database: name) { ($0.user, $0.password) = (role, Self.password) }
            return PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(address)))
        }
        self.superuser = superuser
        (self.url, self.roles, strangerName) = (url, roles, stranger)
        (owner, refresher) = (try engine(roles.owner), try engine(roles.refresher))
        (reader, self.stranger) = (try engine(roles.reader), try engine(stranger))
    }

    /// Runs the SQL of the roles, as whoever keeps the database would, and gives each a password.
    func grant() async throws {
        let passwords = names.dropLast().map { "ALTER ROLE \"\($0)\" PASSWORD '\(Self.password)';" }
        try await ServerCommand.run(
            "psql", ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-", url],
            input: roles.grants + "\n" + passwords.joined(separator: "\n"))
    }

    /// Fails unless a role is refused each of some statements for want of the right to it.
    func refuses(_ role: KeyPath<PostgresRoles, String>, _ texts: [String]) async throws {
        for text in texts {
            let address = try await TestDatabase.url(
                of: superuser, as: roles[keyPath: role], password: Self.password)
            let error = await #expect(throws: RollbookError.self, "\(text)") {
                try await TestDatabase.run(["SET search_path = rollbook", text], on: address)
            }
            #expect(error?.engineMessage?.hasPrefix("42501") == true, "\(text): \(error?.engineMessage ?? "")")
        }
    }

    private var names: [String] { [roles.owner, roles.refresher, roles.reader, strangerName] }

    private func close() async throws {
        for engine in [owner, refresher, reader, stranger, superuser] { await engine.close() }
        // A role goes only where nothing is its own any more.
        try await ServerCommand.run(
            "psql", ["--no-psqlrc", "--quiet", "--file", "-", url],
            input: names.map { "DROP OWNED BY \"\($0)\" CASCADE; DROP ROLE \"\($0)\";" }.joined(separator: "\n"))
    }
}

extension PostgresEngine {
    /// Brings the store to this version.
    func migrate() async throws { try await Migrator(of: self).up(on: self) }

    /// Imports a school, and refreshes its views.
    func fill(students: ClosedRange<Int64> = 1...20) async throws {
        let warehouse = Warehouse(engine: self)
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        _ = try await warehouse.importRecords(
            from: RowSource(tables: [(.students, students.map { [.integer($0 + 1_000), .text("Ada"), .text("B")] })]),
            options: ImportOptions(replaces: true))
        _ = try await warehouse.refresh(asOf: HandSchool.asOf)
    }

    /// Reads every report that needs no parameter, with the stored zone and another, and every view, with the definitions of
    /// the refresh and with others.
    func read() async throws {
        let policies = [Policy(), Policy(overdueAfterDays: 2, timeZone: Zone(identifier: "Europe/Berlin") ?? .utc)]
        for policy in policies {
            let warehouse = Warehouse(engine: self, configuration: WarehouseConfiguration(policy: policy))
            _ = try await warehouse.warm()
            _ = try await warehouse.status()
            let asOf = ["as_of": HandSchool.asOf.description]
            for name in ["top-performers", "student-engagement", "class-trends", "attendance-correlation"] {
                #expect(try await !warehouse.answer(Question(report: name, parameters: asOf)).table.rows.isEmpty)
            }
            for view in ViewCatalogue.all {
                #expect(try await !warehouse.answer(Question(view: view.name)).table.rows.isEmpty)
            }
        }
    }
}
