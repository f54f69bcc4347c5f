import Rollbook
import RollbookDuckDB
import RollbookImport
import RollbookModel
import RollbookStore
import RollbookTesting
import Synchronization
import Testing

/// A source of one Parquet file.
private struct ParquetSource: RecordSource {
    let origin = "parquet"
    let coverage = SourceCoverage.bulk
    let file: ParquetFile
    var tables: [RecordTable] { [file.table] }

    func read(into sink: any RecordSink) async throws { try await sink.receive(parquet: file) }
}

@Suite("A Parquet file")
struct ParquetTests {
    /// Writes a query's rows as a Parquet file and imports it; `rows` are the students that are there before.
    private func load(
        _ query: String, as table: RecordTable, maximumRejects: Int = 0,
        _ check: (Warehouse, LoadOutcome, [RejectedRecord]) async throws -> Void = { _, _, _ in }
    ) async throws {
        try await withScratchFolder { folder in
            let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2))
            let path = folder + "/it's.parquet"
            _ = try await engine.write(deadline: .none) { session in
                try await session.execute(
                    Statement("COPY (\(query)) TO '\(path.replacing("'", with: "''"))' (FORMAT parquet)"))
            }
            let warehouse = Warehouse(engine: engine)
            _ = try await warehouse.importRecords(
                from: RowSource(tables: [
                    (.students, [person(.integer(1)), person(.text("guid"))]),
                    (.subjects, [[.integer(1), .text("M")]]),
                    (.materials, [[.integer(1), .integer(1), .null, .text("T")]]),
                ]))
            let rejects = Mutex<[RejectedRecord]>([])
            let outcome = try await warehouse.importRecords(
                from: ParquetSource(file: ParquetFile(table: table, path: path, name: "it's.parquet")),
                options: ImportOptions(maximumRejects: maximumRejects),
                observer: ImportObserver(onReject: { record in rejects.withLock { $0.append(record) } }))
            try await check(warehouse, outcome, rejects.withLock { $0 })
            await warehouse.close()
        }
    }

    private let submission =
        "CAST(1 AS bigint) AS id, CAST(1 AS bigint) AS student_id, CAST(1 AS bigint) AS material_id,"
        + " TIMESTAMP '2025-01-01 10:00:00' AS submitted_at"

    @Test("is read whatever the order and the width of its columns, and again without a change")
    func reads() async throws {
        let query =
            "SELECT CAST(69.995 AS decimal(9,4)) AS score, CAST(1 AS integer) AS material_id, 'guid' AS student_id,"
            + " TIMESTAMPTZ '2025-01-01 10:00:00+02' AS submitted_at, CAST(7 AS utinyint) AS id"
        try await load(query, as: .materialSubmissions) { warehouse, outcome, _ in
            #expect(outcome.tables.first?.inserted == 1)
            let answer = try await warehouse.answer(
                Question(
                    report: "top-performers", parameters: ["as_of": "2025-01-01T12:00:00Z", "min_submissions": "1"]))
            #expect(answer.table.rows.first?.contains(.decimal(FixedDecimal(units: 7_000, scale: 2))) == true)
            #expect(answer.table.rows.first?.contains(.instant(Instant(secondsSinceEpoch: 1_735_718_400))) == true)
        }
    }

    @Test("lacks an optional column: nothing stands there")
    func optionalColumn() async throws {
        try await load("SELECT \(submission)", as: .materialSubmissions) { _, outcome, _ in
            #expect(outcome.tables.first?.inserted == 1)
        }
    }

    @Test("that lacks a column, has an unknown one, or one of a wrong type is refused by name")
    func wrongColumns() async throws {
        for (query, column) in [
            ("SELECT CAST(1 AS bigint) AS id, 'Ada' AS first_name", "last_name"),
            ("SELECT CAST(1 AS bigint) AS id, 'Ada' AS first_name, 'B' AS last_name, 'x' AS nickname", "nickname"),
            ("SELECT CAST(1 AS double) AS id, 'Ada' AS first_name, 'B' AS last_name", "id"),
            ("SELECT CAST(1 AS bigint) AS id, 1 AS first_name, 'B' AS last_name", "first_name"),
        ] {
            let error = await expectRollbookError(.unreadableSource) { try await load(query, as: .students) }
            #expect(error?.subject == column)
        }
    }

    @Test("with values that cannot be stored: each record is rejected once, with its row")
    func badValues() async throws {
        let query = """
            SELECT CAST(id AS bigint) AS id, CAST(student AS varchar) AS student_id, CAST(1 AS bigint) AS material_id,
                submitted_at, score FROM (VALUES
                (1, '1', TIMESTAMP '2025-01-01 10:00:00', CAST(100 AS double)),
                (2, '1', TIMESTAMP '2025-01-01 10:00:00', CAST(100.01 AS double)),
                (3, '1', TIMESTAMP '2025-01-01 10:00:00', CAST(-0.01 AS double)),
                (4, '1', TIMESTAMP '2200-01-01 00:00:00', CAST('nan' AS double)),
                (5, 'nobody', TIMESTAMP '2025-01-01 10:00:00', NULL),
                (6, '1', NULL, NULL), (7, '', TIMESTAMP '2025-01-01 10:00:00', NULL),
                (1, '1', TIMESTAMP '2025-01-01 10:00:00', CAST(1e300 AS double))
            ) AS t(id, student, submitted_at, score)
            """
        try await load(query, as: .materialSubmissions, maximumRejects: 7) { _, outcome, rejects in
            #expect(outcome.rejected == 7)
            #expect(outcome.tables.first?.inserted == 1)
            #expect(
                rejects.map { "\($0.line) \($0.column ?? "")" } == [
                    "2 score", "3 score", "4 score", "5 student_id", "6 submitted_at", "7 student_id", "8 id",
                ])
        }
    }
}
