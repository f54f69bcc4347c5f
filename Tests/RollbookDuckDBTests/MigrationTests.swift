import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

@Suite("Migrations on DuckDB")
struct MigrationTests {
    private static let bare = EngineMaker { _, _ in
        try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 1, maximumReaders: 2), makesStore: false)
    }

    @Test("do what they must", arguments: EngineConformance.migrationChecks)
    func conforms(_ check: ConformanceCheck) async throws { try await check.run(Self.bare) }

    @Test("an empty file gets its store by being opened; an older store does not change by that")
    func opening() async throws {
        try await withScratchFolder { folder in
            let configuration = DuckDBConfiguration(path: folder + "/school.duckdb")
            let engine = try await DuckDBEngine(configuration)
            #expect(try await Migrator(dialect: engine.dialect).status(on: engine).allSatisfy { $0.state == .applied })
            try await Migrator(dialect: engine.dialect).down(on: engine, to: 1)
            await engine.close()
            let error = await expectRollbookError(.notReady) { _ = try await DuckDBEngine(configuration) }
            #expect(error?.message.contains("run rollbook migrate up") == true)
            let again = try await DuckDBEngine(configuration, makesStore: false)
            try await Migrator(dialect: again.dialect).up(on: again)
            #expect(try await again.state().dataVersion == 1)
            await again.close()
        }
    }

    @Test("a store from before migrations were recorded is refused")
    func unrecorded() async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 1), makesStore: false)
        try await Migrator(dialect: engine.dialect).up(on: engine)
        try await engine.write(deadline: .none) { session in
            for table in ["schema_migrations", "repeatable_migrations"] {
                try await session.execute(Statement("DROP TABLE \(table)"))
            }
        }
        let error = await expectRollbookError(.notReady) { try await Migrator(dialect: engine.dialect).up(on: engine) }
        #expect(error?.message.contains("half a Rollbook store") == true)
        await engine.close()
    }

    /// Not to be changed for a released migration: stores in the field would be refused. A new number it must be.
    @Test("a released migration never changes")
    func frozen() {
        let standing = Dialect(
            parameter: { name, _ in name }, parquetScan: nil, prelude: [], textType: "varchar COLLATE \"C\"",
            storage: .maintained)
        let duckDB = Dialect(parameter: { name, _ in name }, parquetScan: nil, prelude: [], storage: .rewritten)
        #expect(
            Migration.all(for: duckDB).map(\.checksum) == ["7ab21529ad88adc6", "57de5d4471590e6b", "be5278ee00ff9aa"])
        #expect(
            Migration.all(for: standing).map(\.checksum) == [
                "2f1f4f90544a6484", "1308ba1aedb466e2", "1de6f7e5b180ccb2",
            ])
        #expect(Migration.all(for: duckDB).map(\.number) == Array(1...Migration.newest))
    }
}
