import Rollbook
import RollbookImport
import RollbookModel
import RollbookPostgreSQL
import Testing

@testable import RollbookStore
@testable import RollbookTesting

@Suite("Derived tables on PostgreSQL")
struct DerivedTableTests {
    @Test("are what they would be if they were made from nothing, whatever came before", arguments: 60..<72)
    func equalThoseMadeFromNothing(_ seed: UInt64) async throws {
        try await TestDatabase.withStore { engine in
            try await tellingAll {
                let warehouse = Warehouse(engine: engine)
                var school = ChangingSchool(seed: seed)
                for _ in 0..<6 {
                    let policies = [Policy(timeZone: school.zone()), Policy(timeZone: school.zone())]
                    _ = try await warehouse.importRecords(
                        from: school.records.source, options: ImportOptions(replaces: true, policy: policies[0]))
                    try await expectFresh(in: policies[0].timeZone, on: engine)
                    _ = try await warehouse.refresh(policy: policies[1])
                    try await expectFresh(in: policies[1].timeZone, on: engine)
                    school.change()
                }
            }
        }
    }

    @Test("change in the rows that are other rows now, and in no others")
    func touchFewRows() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            let end = try #require(CalendarDate(parsing: "2026-06-26"))
            let school = try GeneratedSchool(students: 30, seed: 5, endsOn: end)
            _ = try await warehouse.importRecords(from: school)
            let classes = try await count(
                "enrollments e JOIN materials m ON m.subject_id = e.subject_id AND coalesce(m.class_id, e.class_id) = e.class_id",
                "e.is_active AND e.student_id = 3 AND m.id = 1", on: engine)
            let instant = try #require(Instant(parsing: "2026-06-27T10:00:00Z"))
            let addition: [[Value]] = [
                [.integer(1_000_000), .integer(3), .integer(1), .instant(instant), .null]
            ]
            let touched = try await touchedRows(on: engine) {
                _ = try await warehouse.importRecords(
                    from: RowSource(origin: school.origin, tables: [(.materialSubmissions, addition)]))
            }
            let expected: [String: Int64] = [
                "submissions_by_month": 1, "class_submissions": classes, "attendance_weeks": 0,
                "teacher_submissions": 0,
            ]
            #expect(touched == expected)
        }
    }

    @Test("change only where a date does when the zone does")
    func touchMovedDates() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            let end = try #require(CalendarDate(parsing: "2026-06-26"))
            _ = try await warehouse.importRecords(from: try GeneratedSchool(students: 30, seed: 5, endsOn: end))
            let moved = try await count(
                "submissions_by_month", "CAST(submitted_at + INTERVAL '2' HOUR AS date) <> submitted_on", on: engine)
            let touched = try await touchedRows(on: engine) {
                let athens = try #require(Zone(identifier: "Europe/Athens"))
                _ = try await warehouse.refresh(policy: Policy(timeZone: athens))
            }
            let all = try await count("submissions_by_month", "true", on: engine)
            let found = try #require(touched["submissions_by_month"])
            #expect(found >= moved && found < all / 2, "\(found) of \(all) rows")
            #expect(touched["attendance_weeks"] == 0)
        }
    }

    /// Compares every row of each table with what its query yields.
    private func expectFresh(in zone: Zone, on engine: any Engine) async throws {
        try await engine.read(deadline: .none) { session in
            let dates = try await LocalDates.ofSubmissions(zone: zone, in: session)
            for table in DerivedTable.all {
                let columns = try await session.query(Statement("SELECT * FROM \(table.name) LIMIT 0")).names
                    .filter { $0 != "opens_day" }.joined(separator: ", ")
                let present = "SELECT \(columns) FROM (\n\(dates.spell(table.query))\n) present"
                let stored = "SELECT \(columns) FROM \(table.name)"
                let differing = try await session.query(
                    Statement(
                        """
                        SELECT CAST(count(*) AS bigint) AS rows FROM (
                            (\(present) EXCEPT ALL \(stored))
                            UNION ALL
                            (\(stored) EXCEPT ALL \(present))
                        ) differing
                        """))
                #expect(differing.first() == .integer(0), "\(table.name), \(zone.identifier)")
            }
            // Any of the rows at the first instant of a date may be the one that opens it.
            let wronglyOpened = try await session.query(
                Statement(
                    """
                    SELECT CAST(count(*) AS bigint) AS dates FROM (
                        SELECT sum(opens_day) AS openings, min(submitted_at) AS first_at,
                            min(submitted_at) FILTER (WHERE opens_day = 1) AS opened_at
                        FROM submissions_by_month
                        GROUP BY student_id, submitted_on
                    ) dates
                    WHERE openings <> 1 OR opened_at <> first_at
                    """))
            #expect(wronglyOpened.first() == .integer(0), "opens_day, \(zone.identifier)")
        }
    }

    /// The rows of each standing table that `body` has put in.
    private func touchedRows(on engine: any Engine, by body: () async throws -> Void) async throws -> [String: Int64] {
        let transaction = try await engine.write(deadline: .none) { session in
            try await session.query(Statement("SELECT txid_current() AS number")).first().integer ?? 0
        }
        try await body()
        var touched: [String: Int64] = [:]
        for table in DerivedTable.all where table.standingTable != nil {
            touched[table.name] = try await count(
                table.name, "CAST(CAST(xmin AS text) AS bigint) > \(transaction)", on: engine)
        }
        return touched
    }

    private func count(_ rows: String, _ condition: String, on engine: any Engine) async throws -> Int64 {
        let text = "SELECT CAST(count(*) AS bigint) AS rows FROM \(rows) WHERE \(condition)"
        return try await engine.read(deadline: .none) { try await $0.query(Statement(text)) }.first().integer ?? -1
    }
}
