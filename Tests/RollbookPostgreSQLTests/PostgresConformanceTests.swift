import Rollbook
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Testing

/// PostgreSQL with an empty store in a database of its own, as the suites make it.
let postgreSQL = makePostgreSQL(options: "")

private func makePostgreSQL(options: String) -> EngineMaker {
    EngineMaker { readers, waiters in
        let engine = try await TestDatabase.makeEngine(options: options) {
            $0.maximumConnections = readers + 1
            $0.maximumWaiters = waiters
        }
        try await Migrator(of: engine).up(on: engine)
        return engine
    }
}

@Suite("PostgreSQL")
struct PostgresConformanceTests {
    @Test("does what every engine must", arguments: EngineConformance.checks)
    func conforms(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(postgreSQL) } }

    @Test("imports as every engine must", arguments: ImportConformance.checks)
    func imports(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(postgreSQL) } }

    @Test("answers as the hand does", arguments: AnswerConformance.handSchoolChecks)
    func answersAsTheHand(_ check: ConformanceCheck) async throws {
        try await tellingAll { try await check.run(postgreSQL) }
    }

    @Test("answers as the reference does", arguments: AnswerConformance.randomSchoolChecks(seeds: 40..<50))
    func answersAsTheReference(_ check: ConformanceCheck) async throws {
        try await tellingAll { try await check.run(postgreSQL) }
    }

    /// The platform's database has the collation that its makers chose.
    @Test(
        "gives the same answers in a database that sorts texts as dictionaries do",
        arguments: AnswerConformance.handSchoolChecks + AnswerConformance.randomSchoolChecks(seeds: 50..<54))
    func answersInAnyCollation(_ check: ConformanceCheck) async throws {
        let maker = makePostgreSQL(options: "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
        try await tellingAll { try await check.run(maker) }
    }
}
