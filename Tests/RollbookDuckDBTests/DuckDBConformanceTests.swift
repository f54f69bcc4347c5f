import Rollbook
import RollbookDuckDB
import RollbookTesting
import Testing

/// DuckDB in memory, as the suites make it.
let duckDB = EngineMaker { readers, waiters in
    try await DuckDBEngine(
        DuckDBConfiguration(path: nil, threads: 2, maximumReaders: readers, maximumWaiters: waiters))
}

@Suite("DuckDB")
struct DuckDBConformanceTests {
    @Test("does what every engine must", arguments: EngineConformance.checks)
    func conforms(_ check: ConformanceCheck) async throws { try await check.run(duckDB) }

    @Test("imports as every engine must", arguments: ImportConformance.checks)
    func imports(_ check: ConformanceCheck) async throws { try await check.run(duckDB) }

    @Test("answers as the hand does", arguments: AnswerConformance.handSchoolChecks)
    func answersAsTheHand(_ check: ConformanceCheck) async throws { try await check.run(duckDB) }

    @Test("answers as the reference does", arguments: AnswerConformance.randomSchoolChecks(seeds: 40..<60))
    func answersAsTheReference(_ check: ConformanceCheck) async throws { try await check.run(duckDB) }
}
