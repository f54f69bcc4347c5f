import Rollbook
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// What comes home: types that the platform's tables have, and what is refused.
@Suite("Answers of PostgreSQL")
struct AnswerTests {
    @Test("all types that Rollbook reads")
    func types() async throws {
        try await TestDatabase.withStore { engine in
            let columns: [(String, Value)] = [
                ("CAST(-32768 AS smallint)", .integer(-32_768)), ("CAST(7 AS integer)", .integer(7)),
                ("CAST(0.1 AS real)", .double(Double(Float(0.1)))), ("CAST('ab' AS char(4))", .text("ab  ")),
                ("CAST('ab' AS name)", .text("ab")), ("'literal'", .text("literal")),
                ("TIMESTAMPTZ '2025-06-01 12:00:00+02'", .instant(Instant(secondsSinceEpoch: 1_748_772_000))),
                ("CAST(12.5 AS numeric(8,3))", .decimal(FixedDecimal(units: 12_500, scale: 3))),
                ("12.5 * 2", .decimal(FixedDecimal(units: 250, scale: 1))),
                ("CAST(-0.0001 AS numeric)", .decimal(FixedDecimal(units: -1, scale: 4))),
                (
                    "CAST(123456789012345678 AS numeric)",
                    .decimal(FixedDecimal(units: 123_456_789_012_345_678, scale: 0))
                ),
                ("CAST(1 AS double)", .double(1)), ("CAST(NULL AS numeric)", .null), ("CAST(NULL AS name)", .null),
            ]
            let texts = columns.enumerated().map { "\($1.0) AS c\($0)" }
            let found = try await ask("SELECT \(texts.joined(separator: ", "))", engine)
            #expect(found.row(0) == columns.map(\.1))
        }
    }

    @Test("decimals of a column have the largest scale among them")
    func scales() async throws {
        try await TestDatabase.withStore { engine in
            let found = try await ask(
                "SELECT x FROM (VALUES (1, 2.5), (2, NULL), (3, 0.125), (4, 100)) AS t(n, x) ORDER BY n", engine)
            #expect(found.columns[0][0] == .decimal(FixedDecimal(units: 2_500, scale: 3)))
            #expect(found.columns[0][1] == .null)
            #expect(found.columns[0][3] == .decimal(FixedDecimal(units: 100_000, scale: 3)))
        }
    }

    @Test(
        "what cannot be held is refused, and the column is named",
        arguments: [
            "CAST('infinity' AS date)", "CAST('-infinity' AS timestamp)", "CAST('NaN' AS numeric)", "1e30",
            "CAST(1 AS numeric(30,20))",
            "interval '1 day'", "ARRAY[1]", "CAST('{}' AS jsonb)",
        ])
    func refused(expression: String) async throws {
        try await TestDatabase.withStore { engine in
            let error = try await expectFailure(.engineFailure) {
                _ = try await ask("SELECT \(expression) AS offender", engine)
            }
            #expect(error.message.contains("offender"))
            _ = try await ask("SELECT 1 AS one", engine)
        }
    }

    @Test("a question goes on when its tables are made anew with other types")
    func changedTable() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 2
        } _: { engine in
            for type in ["bigint", "integer", "varchar"] {
                try await engine.write(deadline: .none) { session in
                    try await session.execute(Statement("DROP TABLE IF EXISTS changing"))
                    try await session.execute(Statement("CREATE TABLE changing AS SELECT CAST(5 AS \(type)) AS x"))
                }
                for _ in 0..<7 {
                    #expect(
                        try await ask("SELECT x FROM changing", engine).first()
                            == (type == "varchar" ? .text("5") : .integer(5)))
                }
            }
            try await TestDatabase.forgetStatements(engine)
            #expect(try await ask("SELECT x FROM changing", engine).first() == .text("5"))
        }
    }

    @Test("more statements than are kept are all answered, again and again")
    func manyTexts() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 2
        } _: { engine in
            for number in (0..<300).map({ $0 % 150 }) {
                #expect(try await ask("SELECT \(number) AS n", engine).first() == .integer(Int64(number)))
            }
            let kept = try await ask("SELECT CAST(count(*) AS bigint) AS n FROM pg_prepared_statements", engine)
            #expect((kept.first().integer ?? 0) <= 130)
        }
    }

    @Test("a database without a store says what to do, and takes one")
    func withoutStore() async throws {
        let engine = try await TestDatabase.makeEngine()
        try await engine.connect()
        let failures = [
            try await expectFailure(.notReady) { _ = try await engine.state() },
            try await expectFailure(.notReady) { _ = try await ask("SELECT 1 AS one", engine) },
            try await expectFailure(.notReady) {
                try await engine.read(deadline: .none) { _ = try await StoreState.read(in: $0) }
            },
        ]
        #expect(failures.allSatisfy { $0.message.contains("rollbook migrate up") })
        try await engine.read(deadline: .none) { session in
            let answer = try await session.query(Statement("SELECT 1 AS one"))
            #expect(answer.first() == .integer(1))
        }
        #expect(try await engine.storedBytes() == 0)
        try await Migrator(of: engine).up(on: engine)
        #expect(try await engine.state().dataVersion == 0)
        let size = try await engine.storedBytes()
        #expect((size ?? 0) > 0)
        await engine.close()
    }

    @Test("a transaction whose failed statement was passed over says that nothing was stored")
    func passedOver() async throws {
        try await TestDatabase.withStore { engine in
            let error = try await expectFailure(.engineFailure) {
                try await engine.write(deadline: .none) { session in
                    _ = try? await session.execute(Statement("INSERT INTO nowhere (n) VALUES (1)"))
                }
            }
            #expect(error.message.contains("nothing was stored"))
        }
    }

    @Test("values of a failed row stay out of both messages")
    func silentDetails() async throws {
        try await TestDatabase.withStore { engine in
            let error = try await expectFailure(.engineFailure) {
                try await engine.write(deadline: .none) { session in
                    try await session.execute(Statement("CREATE TABLE named (name varchar PRIMARY KEY)"))
                    for _ in 0..<2 {
                        try await session.execute(
                            Statement("INSERT INTO named (name) VALUES (:n)", ["n": .text("Xanthippe")]))
                    }
                }
            }
            #expect(error.engineMessage?.hasPrefix("23505: ") == true)
            var dumped = ""
            dump(error, to: &dumped)
            #expect(!dumped.contains("Xanthippe"))
        }
    }

    private func ask(_ text: String, _ engine: PostgresEngine) async throws -> QueryResult {
        try await engine.query(Statement(text), deadline: .none).result
    }
}
