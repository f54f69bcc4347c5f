import Rollbook
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Testing

/// PostgreSQL with an empty store in a database of its own, as the suites make it.
let postgreSQL = EngineMaker { readers, waiters in
    let engine = try await TestDatabase.makeEngine {
        $0.maximumConnections = readers + 1
        $0.maximumWaiters = waiters
    }
    try await Migrator(dialect: engine.dialect, repeatables: ViewCatalogue.repeatables(for: engine.dialect)).up(on: engine)
    return engine
}

@Suite("PostgreSQL")
struct PostgresConformanceTests {
    @Test("does what every engine must", arguments: EngineConformance.checks)
    func conforms(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(postgreSQL) } }

    @Test("answers as the hand does", arguments: AnswerConformance.handSchoolChecks)
    func answersAsTheHand(_ check: ConformanceCheck) async throws {
        try await tellingAll { try await check.run(postgreSQL) }
    }

    @Test("answers as the reference does", arguments: AnswerConformance.randomSchoolChecks(seeds: 40..<50))
    func answersAsTheReference(_ check: ConformanceCheck) async throws {
        try await tellingAll { try await check.run(postgreSQL) }
    }
}
