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
}
