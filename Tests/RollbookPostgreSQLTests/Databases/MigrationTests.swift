import Rollbook
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Testing

@Suite("Migrations on PostgreSQL")
struct MigrationTests {
    private static let bare = EngineMaker { readers, waiters in
        try await TestDatabase.makeEngine {
            $0.maximumConnections = readers + 1
            $0.maximumWaiters = waiters
        }
    }

    @Test("do what they must", arguments: EngineConformance.migrationChecks)
    func conforms(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(Self.bare) } }

    @Test("two processes at once make the store once")
    func twoProcesses() async throws {
        try await Self.bare.withEngine { engine in
            let address = try PostgresAddress(try await TestDatabase.url(of: engine))
            let others = try (0..<4).map { _ in PostgresEngine(try PostgresConfiguration(primary: address)) }
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for other in others {
                    group.addTask { try await Migrator(of: other).up(on: other).made.isEmpty ? 0 : 1 }
                }
                return try await group.reduce(0, +)
            }
            #expect(made == 1)
            #expect(try await Migrator(of: engine).status(on: engine).allSatisfy { $0.state == .applied })
            for other in others { await other.close() }
        }
    }

    @Test("a view that a refresh has filled is gone with its definition, and filled by the next refresh")
    func changedView() async throws {
        try await Self.bare.withEngine { engine in
            try await Migrator(of: engine).up(on: engine)
            let warehouse = Warehouse(engine: engine)
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            _ = try await warehouse.refresh(asOf: HandSchool.asOf)
            let before = try await warehouse.answer(Question(view: "subject_performance")).table
            try await engine.write(deadline: .none) { session in
                _ = try await session.execute(
                    Statement("UPDATE repeatable_migrations SET checksum = 'older' WHERE name = 'teacher_workload'"))
            }
            let outcome = try await Migrator(of: engine).up(on: engine)
            #expect(outcome.made.contains("teacher_workload"))
            try await expectFailure(.notReady) { _ = try await warehouse.answer(Question(view: "subject_performance")) }
            _ = try await warehouse.refresh(asOf: HandSchool.asOf)
            #expect(try await warehouse.answer(Question(view: "subject_performance")).table == before)
        }
    }
}
