import Foundation
import Rollbook
import RollbookDuckDB
import RollbookImport
import RollbookModel
import RollbookTesting
import Testing

/// The same records on DuckDB and on PostgreSQL give the same answers to the last digit.
@Suite("PostgreSQL beside DuckDB")
struct EqualityTests {
    private static let wholeOULAD = ProcessInfo.processInfo.environment["OULAD_FOLDER"]

    /// Universal time, and zones that change their clocks, with definitions of their own.
    private static let policies: [Policy] = [
        Policy(),
        Policy(
            passMark: FixedDecimal(units: 6_000, scale: 2), excellentMark: FixedDecimal(units: 8_550, scale: 2),
            overdueAfterDays: 2, recentDays: 30, timeZone: Zone(identifier: "Europe/Berlin") ?? .utc,
            lateCountsAsPresent: false),
        Policy(timeZone: Zone(identifier: "America/St_Johns") ?? .utc),
    ]

    @Test("a made-up school")
    func generatedSchool() async throws {
        let instants = try ["2026-06-30T12:00:00Z", "2026-03-29T00:30:00Z"].map { try #require(Instant(parsing: $0)) }
        try await compare(instants: instants, atLeast: 5_000) { warehouse in
            let end = try #require(CalendarDate(parsing: "2026-06-30"))
            _ = try await warehouse.importRecords(from: GeneratedSchool(students: 400, seed: 11, endsOn: end))
        }
    }

    @Test("the module of OULAD that comes with Rollbook")
    func exampleSchool() async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/oulad-aaa")
        let instant = try #require(Instant(parsing: "2014-03-30T12:00:00Z"))
        try await compare(instants: [instant], atLeast: 5_000) { warehouse in
            _ = try await warehouse.importRecords(from: OULADFolder(path: folder.standardized.path))
        }
    }

    @Test(.enabled(if: wholeOULAD != nil, "OULAD_FOLDER names no folder with the whole dataset"))
    func wholeDataset() async throws {
        let folder = try #require(Self.wholeOULAD)
        let instant = try #require(Instant(parsing: "2014-10-26T12:00:00Z"))
        try await compare(instants: [instant], atLeast: 20_000) { warehouse in
            _ = try await warehouse.importRecords(from: OULADFolder(path: folder))
        }
    }

    private func compare(
        instants: [Instant], atLeast rowCount: Int, filledBy fill: @Sendable (Warehouse) async throws -> Void
    ) async throws {
        try await duckDB.withEngine { duckDB in
            try await postgreSQL.withEngine { postgreSQL in
                let compared = try await EngineEquality(duckDB, postgreSQL).compare(
                    policies: Self.policies, instants: instants, filledBy: fill)
                // A comparison of empty answers would prove nothing.
                #expect(compared.rows >= rowCount)
            }
        }
    }
}

/// DuckDB in memory.
private let duckDB = EngineMaker { readers, waiters in
    try await DuckDBEngine(
        DuckDBConfiguration(path: nil, threads: 2, maximumReaders: readers, maximumWaiters: waiters))
}
