import RollbookModel
import RollbookStore

extension EngineConformance {
    /// `:name` becomes the engine's parameter, and nothing else does.
    static let parameterChecks: [ConformanceCheck] = [
        parameterCheck("a name may be repeated", "SELECT CAST(:a AS bigint) + CAST(:a AS bigint) AS x", gives: 14),
        parameterCheck(
            "names are bound by name, not by place",
            "SELECT CAST(:b AS bigint) * 10 + CAST(:a AS bigint) AS x", gives: 37),
        parameterCheck(
            "a name that begins another is its own",
            "SELECT CAST(:a AS bigint) * 100 + CAST(:a_b AS bigint) * 10 + CAST(:a2 AS bigint) AS x", gives: 745),
        parameterCheck("a cast is no parameter", "SELECT :a::bigint + '1'::bigint AS x", gives: 8),
        parameterCheck(
            "quotes are left alone", "SELECT CAST(:a AS bigint) AS x, ':b it''s :a' AS y", gives: 7, ":b it's :a"),
        parameterCheck(
            "quoted identifiers are left alone", "SELECT \":a\" AS x FROM (SELECT CAST(:a AS bigint) AS \":a\") t",
            gives: 7),
        parameterCheck(
            "comments are left alone",
            "-- it's :missing \"\nSELECT /* :missing ' */ CAST(:a AS bigint) AS x -- :missing", gives: 7),
        parameterCheck("a minus and a slash are no comments", "SELECT CAST(:a AS bigint) - 2 AS x", gives: 5),
        ConformanceCheck(on: "a bound text is never read as SQL") { engine in
            let text = "'; DROP TABLE students; --"
            try await expect(
                Statement(
                    "SELECT CAST(count(*) AS bigint) AS n FROM students WHERE first_name = :t", ["t": .text(text)]),
                gives: [[.integer(0)]], on: engine)
            try await expect(
                Statement("SELECT CAST(count(*) AS bigint) AS n FROM students"), gives: [[.integer(0)]], on: engine)
        },
        ConformanceCheck(on: "bindings that the text does not mention are passed over") { engine in
            try await expect(
                Statement("SELECT CAST(:a AS bigint) AS x", ["a": .integer(1), "b": .text("not there")]),
                gives: [[.integer(1)]], on: engine)
        },
        ConformanceCheck(on: "the same text takes other values, also of no type") { engine in
            for value in [Value.integer(1), .null, .integer(3)] {
                try await expect(
                    Statement(
                        "SELECT CAST(:a AS bigint) AS x WHERE :a IS NULL OR CAST(:a AS bigint) > 0", ["a": value]),
                    gives: [[value]], on: engine)
            }
        },
    ]

    private static func parameterCheck(
        _ name: String, _ text: String, gives number: Int64, _ rest: String...
    ) -> ConformanceCheck {
        ConformanceCheck(on: "parameters: \(name)") { engine in
            let bindings: [String: Value] = [
                "a": .integer(7), "b": .integer(3), "a_b": .integer(4), "a2": .integer(5),
            ]
            try await expect(
                Statement(text, bindings), gives: [[.integer(number)] + rest.map(Value.text)], on: engine)
        }
    }
}
