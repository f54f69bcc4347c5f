import RollbookModel
import RollbookStore

extension EngineConformance {
    /// Values go in and come home as they were: bound, appended, and read.
    static let typeChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "bound values come home as they were") { engine in
            for (type, values) in samples {
                for value in values {
                    let statement = Statement("SELECT CAST(:value AS \(type)) AS value", ["value": value])
                    try await expect(statement, gives: [[value]], on: engine)
                }
            }
        },
        ConformanceCheck(on: "no value is no value in every type") { engine in
            for (type, _) in samples {
                let statement = Statement(
                    "SELECT CAST(:value AS \(type)) AS value, CAST(:value AS \(type)) IS NULL AS is_missing",
                    ["value": .null])
                try await expect(statement, gives: [[.null, .boolean(true)]], on: engine)
            }
        },
        ConformanceCheck(on: "texts keep their bytes") { engine in
            for text in texts {
                let statement = Statement(
                    "SELECT CAST(:text AS varchar(400)) AS text", ["text": .text(text)])
                let found = try await engine.query(statement, deadline: .none).result.first().text ?? "(no text)"
                try expect(Array(found.utf8), is: Array(text.utf8), "bytes of a text")
            }
        },
        ConformanceCheck(on: "a text with a NUL is kept or refused, never cut") { engine in
            let text = "before\u{0}after"
            do {
                let statement = Statement("SELECT CAST(:text AS varchar(40)) AS text", ["text": .text(text)])
                try expect(
                    try await engine.query(statement, deadline: .none).result.first(), is: .text(text), "text with NUL")
            } catch let error as RollbookError {
                try expect(error.code, is: .engineFailure, "refusal")
            }
        },
        ConformanceCheck(on: "appended values come home as they were, also across many chunks") { engine in
            try await appendAndRead(rowCount: 1, on: engine)
            try await appendAndRead(rowCount: 10_000, on: engine)
        },
        ConformanceCheck(on: "a sum of whole numbers or decimals is exact") { engine in
            try await expect(
                Statement(
                    """
                    SELECT CAST(sum(a) AS bigint) AS whole, CAST(sum(CAST(b * 100 AS bigint)) AS bigint) AS hundredths,
                        CAST(sum(CAST(b * b * 10000 AS bigint)) AS bigint) AS squares
                    FROM (VALUES (CAST(9007199254740993 AS bigint), CAST(0.10 AS decimal(6,2))),
                        (CAST(1 AS bigint), CAST(0.20 AS decimal(6,2))), (CAST(1 AS bigint), CAST(99.99 AS decimal(6,2))))
                        AS t(a, b)
                    """), gives: [[.integer(9_007_199_254_740_995), .integer(10_029), .integer(99_980_501)]], on: engine
            )
        },
    ]

    /// Values at the ends of their types, by the type's portable name.
    private static let samples: [(type: String, values: [Value])] = [
        ("bigint", [0, 1, -1, .max, .min + 1, 9_007_199_254_740_993].map(Value.integer)),
        ("integer", [0, 2_147_483_647, -2_147_483_648].map(Value.integer)),
        ("decimal(6,2)", [0, 1, -1, 10_000, 999_999, 7_001].map { .decimal(FixedDecimal(units: $0, scale: 2)) }),
        ("decimal(18,6)", [0, 1, -123_456_789_012].map { .decimal(FixedDecimal(units: $0, scale: 6)) }),
        ("double", [0, 0.1, -2.5, 1e300, 5e-324].map(Value.double)),
        ("boolean", [.boolean(true), .boolean(false)]),
        ("varchar(400)", texts.map(Value.text)),
        ("date", ["1900-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "2199-12-31"].map(day)),
        (
            "timestamp",
            [
                "1900-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T12:34:56.000001Z",
                "2199-12-31T23:59:59.999999Z",
            ].map(moment)
        ),
    ]

    private static let texts = [
        "", " ", "a", "twelve bytes", "thirteen bytes", "O'Neil; DROP TABLE students --",
        "\"quoted\" \\ % _ :name $1 ?",
        "Zoë e\u{301} \u{1F469}\u{200D}\u{1F393} 漢字", "line\nbreak\ttab\r", String(repeating: "ü", count: 200),
    ]

    static func day(_ text: String) -> Value { CalendarDate(parsing: text).map(Value.date) ?? .null }

    static func moment(_ text: String) -> Value { Instant(parsing: text).map(Value.instant) ?? .null }

    /// Appends rows of every column kind, in which every third cell is missing, and reads them in order.
    private static func appendAndRead(rowCount: Int, on engine: any Engine) async throws {
        let rows = 0..<rowCount
        func sparse<T>(_ make: (Int) -> T) -> [T?] { rows.map { $0 % 3 == 2 ? nil : make($0) } }
        let block = ColumnBlock(
            table: "appended",
            columns: [
                .constant(7), .numbers(rows.map(Int64.init)), .optionalNumbers(sparse { Int64($0) - 5 }),
                .sparseTexts(
                    Dictionary(uniqueKeysWithValues: rows.filter { $0 % 3 != 2 }.map { ($0, "text \($0) ü") })),
                .batch(.texts(sparse { texts[$0 % texts.count] })), .batch(.booleans(sparse { $0 % 2 == 0 })),
                .batch(.dates(sparse { Int32($0) - 4000 })),
                .batch(.instants(sparse { Int64($0) * 86_399_999_999 - 1 })),
                .batch(.scores(sparse { Int32($0 % 10_001) })),
            ], count: rowCount)
        let expected = rows.map { row -> [Value] in
            if row % 3 == 2 { return [.integer(7), .integer(Int64(row))] + Array(repeating: .null, count: 7) }
            return [
                .integer(7), .integer(Int64(row)), .integer(Int64(row) - 5), .text("text \(row) ü"),
                .text(texts[row % texts.count]), .boolean(row % 2 == 0),
                .date(CalendarDate(daysSinceEpoch: Int32(row) - 4000)),
                .instant(Instant(microsecondsSinceEpoch: Int64(row) * 86_399_999_999 - 1)),
                .decimal(FixedDecimal(units: Int64(row % 10_001), scale: 2)),
            ]
        }
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("DROP TABLE IF EXISTS appended"))
            try await session.execute(
                Statement(
                    """
                    CREATE TABLE appended (c integer, n bigint, o bigint, t varchar, b varchar, f boolean, d date,
                        i timestamp, s decimal(6,2))
                    """))
            try await session.append(block)
        }
        try await expect(
            Statement("SELECT c, n, o, t, b, f, d, i, s FROM appended ORDER BY n NULLS LAST"), gives: expected,
            on: engine)
    }
}
