import Foundation
import Rollbook
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL
@testable import RollbookTesting

@Suite("The roles on PostgreSQL")
struct RefresherTests {
    @Test("the refresher imports and refreshes what it does not own; the reader asks, and cannot refresh")
    func divideRights() async throws {
        try await withRoles { refresher, reader in
            let warehouse = Warehouse(engine: refresher)
            try await tellingAll {
                _ = try await warehouse.importRecords(from: HandSchool.records.source)
                // The first refresh fills views that hold nothing, the second one compares.
                for _ in 0..<2 { _ = try await warehouse.refresh() }
                let view = try ViewCatalogue.view(named: "subject_performance")
                let page = try await ViewReader(engine: reader).answer(
                    view, policy: Policy(), limit: 10, offset: 0, deadline: .none)
                #expect(!page.table.rows.isEmpty)
            }
            await #expect(throws: RollbookError.self) { _ = try await Warehouse(engine: reader).refresh() }
        }
    }

    @Test(
        "the functions that run as the owner take no other names",
        arguments: ["pg_class", "students", "x; DROP TABLE students"])
    func refuse(_ name: String) async throws {
        try await withRoles { refresher, _ in
            for call in ["refresh_view(:name)", "tidy_derived(:name, true)"] {
                let error = try await expectFailure(.engineFailure) {
                    try await refresher.write(deadline: .none) { session in
                        _ = try await session.query(Statement("SELECT \(call) AS outcome", ["name": .text(name)]))
                    }
                }
                #expect(error.engineMessage?.contains("there is no such") == true)
            }
        }
    }

    /// Lends two engines on one store, as roles that `rollbook migrate grants` has made.
    private func withRoles(_ body: (_ refresher: PostgresEngine, _ reader: PostgresEngine) async throws -> Void)
        async throws
    {
        let name = UUID().uuidString.prefix(8).lowercased()
        let roles = try PostgresRoles(owner: "owner_\(name)", refresher: "refresher_\(name)", reader: "reader_\(name)")
        var address = ""
        let owner = try await TestDatabase.makeEngine { address = $0.primary.text }
        try await Migrator(of: owner).up(on: owner)
        try await ServerCommand.run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address], input: roles.grants)
        let password = try TestServers.password
        try await TestDatabase.run(
            [roles.refresher, roles.reader].map { "ALTER ROLE \($0) PASSWORD '\(password)'" }, on: address)
        let engines = try [roles.refresher, roles.reader].map { role in
            let url = try TestDatabase.url(address, database: URL(string: address)?.lastPathComponent ?? "") {
                $0.user = role
            }
            return PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(url)))
        }
        try await body(engines[0], engines[1])
        for engine in engines + [owner] { await engine.close() }
    }
}
