import Rollbook
import RollbookImport
import RollbookModel
import RollbookStore

/// Readers beside a writer: the number of students, of submissions, and every mean is the store's version, so that a mix of
/// two states shows itself.
extension ImportConformance {
    static let concurrencyChecks: [ConformanceCheck] = [
        check("a question asked in the middle of an import is answered from the state before it") { warehouse in
            _ = try await warehouse.importRecords(from: school(1))
            let outcome = try await warehouse.importRecords(
                from: AskingSource(source: school(2)) { try await readReport(1, in: warehouse, version: 1) })
            try expect(outcome.state.dataVersion, is: 2, "version")
            try await readReport(1, in: warehouse, version: 2)
        },
        check("imports at once come one after another, and none is lost") { warehouse in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...8 {
                    group.addTask { _ = try await warehouse.importRecords(from: students([Int64(id)])) }
                }
                try await group.waitForAll()
            }
            try await expectCount(8, of: .students, in: warehouse)
            try expect(try await warehouse.state().dataVersion, is: 8, "version")
        },
        check("every answer to a report belongs to its version, whatever is imported meanwhile") { warehouse in
            _ = try await warehouse.importRecords(from: school(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for version in 2...12 { _ = try await warehouse.importRecords(from: school(Int64(version))) }
                }
                for reader in 0..<150 { group.addTask { try await readReport(reader, in: warehouse) } }
                try await group.waitForAll()
            }
            try expect(try await warehouse.state().dataVersion, is: 12, "version")
        },
        check("an answer from memory belongs to its version, too") { warehouse in
            _ = try await warehouse.importRecords(from: school(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for version in 2...10 { _ = try await warehouse.importRecords(from: school(Int64(version))) }
                }
                for _ in 0..<8 { group.addTask { try await readFromMemory(until: 10, in: warehouse) } }
                try await group.waitForAll()
            }
        },
        ConformanceCheck(on: "views read in one session agree, whatever is refreshed meanwhile") { engine in
            let warehouse = Warehouse(engine: engine, configuration: WarehouseConfiguration(queryTimeout: nil))
            _ = try await warehouse.importRecords(from: school(1))
            _ = try await warehouse.refresh(asOf: asOf)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for version in 2...8 {
                        _ = try await warehouse.importRecords(from: school(Int64(version)))
                        _ = try await warehouse.refresh(asOf: asOf)
                    }
                }
                for _ in 0..<100 { group.addTask { try await readViews(engine) } }
                try await group.waitForAll()
            }
        },
    ]

    private static let asOf = Instant(parsing: "2025-03-31T12:00:00Z")

    /// A school of version v: v students, each with one submission today, all with v points.
    private static func school(_ version: Int64) -> RowSource {
        let score = Value.decimal(FixedDecimal(units: version * 100, scale: 2))
        let time = asOf.map(Value.instant) ?? .null
        return RowSource(tables: [
            (.students, (1...version).map { person(.integer($0)) }),
            (.subjects, [[.integer(1), .text("Mathematics")]]),
            (.materials, [[.integer(1), .integer(1), .null, .text("Sums")]]),
            (.materialSubmissions, (1...version).map { [.integer($0), .integer($0), .integer(1), time, score] }),
        ])
    }

    private static func readReport(_ reader: Int, in warehouse: Warehouse, version expected: Int64? = nil) async throws
    {
        let name = ["engagement-trend", "student-engagement", "top-performers"][reader % 3]
        var parameters = ["as_of": asOf?.description ?? ""]
        if name == "top-performers" { parameters.merge(["min_submissions": "1", "limit": "100"]) { $1 } }
        let answer = try await warehouse.answer(Question(report: name, parameters: parameters))
        let version = answer.provenance.dataVersion
        if let expected { try expect(version, is: expected, "the version of the answer") }
        let mean = Value.decimal(FixedDecimal(units: version * 100, scale: 2))
        let column = answer.table.columns.firstIndex { $0.name == "avg_grade" } ?? 0
        try expect(answer.table.rows.allSatisfy { $0[column] == mean }, is: true, "\(name) is of one version")
        if name == "engagement-trend" {
            try expect(answer.table.rows.first?[1], is: .integer(version), "active students of \(name)")
        } else {
            try expect(answer.totalCount, is: version, "students of \(name)")
        }
    }

    private static func readFromMemory(until version: Int64, in warehouse: Warehouse) async throws {
        let question = try Question(report: "engagement-trend", parameters: ["as_of": asOf?.description ?? ""])
        var last: Int64 = 0
        while last < version {
            let text = String(decoding: try await warehouse.encodedAnswer(question).answer.body, as: UTF8.self)
            let stated = text.firstMatch(of: /"data_version":(\d+)/).flatMap { Int64($0.output.1) } ?? -1
            try expect(text.contains("\"active_students\":\(stated),"), is: true, "an answer of one version")
            try expect(stated >= last, is: true, "version \(stated) after \(last)")
            last = stated
            // An answer from memory never waits, and the writer needs its turn.
            await Task.yield()
        }
    }

    private static func readViews(_ engine: any Engine) async throws {
        try await engine.read(deadline: .none) { session in
            func number(_ text: String) async throws -> Int64? {
                try await session.query(Statement(text)).first().integer
            }
            try expect(
                try await number("SELECT count(*) AS n FROM student_grade_summary"),
                is: try await number("SELECT student_count AS n FROM subject_performance"), "students of two views")
            try expect(
                try await number("SELECT CAST(count(DISTINCT as_of) AS bigint) AS n FROM view_state"), is: 1, "instants"
            )
        }
    }
}

/// A source that asks something when it has handed over everything, with the import's transaction open.
private struct AskingSource: RecordSource {
    let source: RowSource
    let ask: @Sendable () async throws -> Void

    var origin: String { source.origin }
    var coverage: SourceCoverage { source.coverage }
    var tables: [RecordTable] { source.tables }

    func read(into sink: any RecordSink) async throws {
        try await source.read(into: sink)
        try await ask()
    }
}
