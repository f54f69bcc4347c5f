import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

/// Hundreds of readers beside a writer: the number of students, of submissions, and every mean is the store's version, so
/// that a mix of two states shows itself.
@Suite("Readers beside a writer")
struct ConcurrencyTests {
    private static let asOf = "2025-03-31T12:00:00Z"

    /// A school of version v: v students, each with one submission today, all with v points.
    private func school(_ version: Int64) -> RowSource {
        let students = (1...version).map { person(.integer($0)) }
        let score = Value.decimal(FixedDecimal(units: version * 100, scale: 2))
        let time = Instant(parsing: Self.asOf).map(Value.instant) ?? .null
        return RowSource(tables: [
            (.students, students), (.subjects, [[.integer(1), .text("Mathematics")]]),
            (.materials, [[.integer(1), .integer(1), .null, .text("Sums")]]),
            (.materialSubmissions, (1...version).map { [.integer($0), .integer($0), .integer(1), time, score] }),
        ])
    }

    @Test("every answer to a report belongs to its version")
    func reportsDuringImports() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: school(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 2...15 { _ = try await warehouse.importRecords(from: self.school(Int64(version))) }
            }
            for reader in 0..<300 {
                group.addTask { try await self.readReport(reader, warehouse) }
            }
            try await group.waitForAll()
        }
        #expect(try await warehouse.state().dataVersion == 15)
        await warehouse.close()
    }

    private func readReport(_ reader: Int, _ warehouse: Warehouse) async throws {
        let names = ["engagement-trend", "student-engagement", "top-performers"]
        let name = names[reader % names.count]
        var parameters = ["as_of": Self.asOf]
        if name == "top-performers" { parameters.merge(["min_submissions": "1", "limit": "100"]) { $1 } }
        let answer = try await warehouse.answer(Question(report: name, parameters: parameters))
        let version = answer.provenance.dataVersion
        let mean = Value.decimal(FixedDecimal(units: version * 100, scale: 2))
        let column = try #require(answer.table.columns.firstIndex { $0.name == "avg_grade" })
        #expect(answer.table.rows.allSatisfy { $0[column] == mean }, "\(name) mixes versions")
        if name == "engagement-trend" {
            #expect(answer.table.rows.first?[1] == .integer(version))
        } else {
            #expect(answer.totalCount == version, "\(name) counts another version's students")
        }
    }

    @Test("an answer from memory belongs to its version, too")
    func cachedAnswersDuringImports() async throws {
        let warehouse = try await memoryWarehouse()
        _ = try await warehouse.importRecords(from: school(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 2...15 { _ = try await warehouse.importRecords(from: self.school(Int64(version))) }
            }
            for _ in 0..<20 {
                group.addTask {
                    var last: Int64 = 0
                    while last < 15 {
                        let question = try Question(report: "engagement-trend", parameters: ["as_of": Self.asOf])
                        let text = String(
                            decoding: try await warehouse.encodedAnswer(question).answer.body, as: UTF8.self)
                        let stated = try #require(text.firstMatch(of: /"data_version":(\d+)/)?.output.1)
                        #expect(text.contains("\"active_students\":\(stated),"))
                        let version = try #require(Int64(stated))
                        #expect(version >= last, "an older answer after a newer one")
                        last = version
                        // An answer from memory never waits, and the writer needs its turn.
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        await warehouse.close()
    }

    @Test("four views read in one session agree, whatever is refreshed meanwhile")
    func viewsDuringRefreshes() async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2))
        let warehouse = Warehouse(engine: engine)
        _ = try await warehouse.importRecords(from: school(1))
        _ = try await warehouse.refresh(asOf: Instant(parsing: Self.asOf))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in 2...12 {
                    _ = try await warehouse.importRecords(from: self.school(Int64(version)))
                    _ = try await warehouse.refresh(asOf: Instant(parsing: Self.asOf))
                }
            }
            for _ in 0..<200 { group.addTask { try await self.readViews(engine) } }
            try await group.waitForAll()
        }
        await warehouse.close()
    }

    private func readViews(_ engine: DuckDBEngine) async throws {
        let (grades, subjects, states) = try await engine.read(deadline: .none) { session in
            (
                try await session.query(Statement("SELECT count(*) AS n FROM student_grade_summary")).first().integer,
                try await session.query(
                    Statement("SELECT student_count AS n FROM subject_performance")
                ).first().integer,
                try await session.query(
                    Statement("SELECT CAST(count(DISTINCT as_of) AS bigint) AS n FROM view_state")
                ).first().integer
            )
        }
        #expect(grades == subjects)
        #expect(states == 1)
    }
}
