import RollbookModel
import RollbookStore

extension EngineConformance {
    /// Each construct that reports, views and derived tables lean on, by a small query and its rows.
    static let portableSQLChecks: [ConformanceCheck] =
        calendarProbes + aggregateProbes + windowProbes + expressionProbes + [statementProbe]

    private static let calendarProbes = [
        probe(
            "date_trunc of a date by a bound period, as a date",
            """
            SELECT CAST(date_trunc(:week, d) AS date) AS w, CAST(date_trunc(:month, d) AS date) AS m,
                CAST(date_trunc(:day, d) AS date) AS d
            FROM (VALUES (CAST('2025-03-30' AS date))) AS t(d)
            """, ["week": .text("week"), "month": .text("month"), "day": .text("day")],
            [[day("2025-03-24"), day("2025-03-01"), day("2025-03-30")]]),
        probe(
            "weeks begin on Monday, also over the turn of a year",
            """
            SELECT CAST(date_trunc('week', d) AS date) AS w
            FROM (VALUES (CAST('2024-12-29' AS date)), (CAST('2024-12-30' AS date)), (CAST('2025-01-05' AS date)))
                AS t(d)
            ORDER BY d NULLS LAST
            """, [:], [[day("2024-12-23")], [day("2024-12-30")], [day("2024-12-30")]]),
        probe(
            "an instant moved by seconds, also back, as a date",
            """
            SELECT CAST(i + CASE WHEN i < CAST('2025-01-01 00:00:00' AS timestamp) THEN INTERVAL '-12600' SECOND
                ELSE INTERVAL '3600' SECOND END AS date) AS d
            FROM (VALUES (CAST('2024-07-01 03:29:59.999999' AS timestamp)), (CAST('2024-07-01 03:30:00' AS timestamp)),
                (CAST('2025-07-01 23:00:00' AS timestamp))) AS t(i)
            ORDER BY i NULLS LAST
            """, [:], [[day("2024-06-30")], [day("2024-07-01")], [day("2025-07-02")]]),
        probe(
            "an instant as a date is cut, also before 1970",
            """
            SELECT CAST(CAST('1969-12-31 23:59:59.999999' AS timestamp) AS date) AS before,
                CAST(CAST('1970-01-01' AS date) AS timestamp) AS midnight
            """, [:], [[day("1969-12-31"), moment("1970-01-01T00:00:00Z")]]),
        probe(
            "rb_microseconds, both ways and of nothing",
            """
            SELECT rb_microseconds(a, b) AS ab, rb_microseconds(b, a) AS ba,
                rb_microseconds(a, CAST(NULL AS timestamp)) AS nothing
            FROM (VALUES (CAST('1999-12-31 23:59:59.999999' AS timestamp), CAST('2001-01-01 00:00:00' AS timestamp)))
                AS t(a, b)
            """, [:], [[.integer(31_622_400_000_001), .integer(-31_622_400_000_001), .null]]),
        probe(
            "instants are compared to the microsecond with bound ones",
            "SELECT CAST('2025-01-01 00:00:00.000001' AS timestamp) > :i AS later,"
                + " CAST('2025-01-01 00:00:00' AS timestamp) < :i AS earlier",
            ["i": moment("2025-01-01T00:00:00Z")], [[.boolean(true), .boolean(false)]]),
    ]

    private static let aggregateProbes = [
        probe(
            "counts with a filter, of what is there, and of what is distinct",
            """
            SELECT count(*) FILTER (WHERE x > 1) AS some, count(x) AS known, count(DISTINCT x) AS kinds, count(*) AS all_rows
            FROM (VALUES (1), (2), (2), (CAST(NULL AS integer))) AS t(x)
            """, [:], [[.integer(2), .integer(3), .integer(2), .integer(4)]]),
        probe(
            "a sum over nothing is nothing, a count 0, and HAVING without groups leaves no row",
            """
            SELECT CAST(sum(x) AS bigint) AS s, count(*) AS n, max(x) AS m FROM (VALUES (1)) AS t(x) WHERE x > 1
            """, [:], [[.null, .integer(0), .null]]),
        probe(
            "HAVING without groups leaves no row",
            "SELECT CAST(count(*) AS bigint) AS n FROM (VALUES (1)) AS t(x) WHERE x > 1 HAVING count(*) > 0", [:], []),
        probe(
            "sums of hundredths and of their squares are exact whole numbers",
            """
            SELECT CAST(sum(h) AS bigint) AS s, CAST(sum(h * h) AS bigint) AS q
            FROM (SELECT CAST(score * 100 AS integer) AS h
                FROM (VALUES (CAST(69.99 AS decimal(6,2))), (CAST(100 AS decimal(6,2))), (CAST(0.01 AS decimal(6,2))))
                AS t(score)) hundredths
            """, [:], [[.integer(17_000), .integer(148_986_002)]]),
        probe(
            "percentile_cont(0.5) of an odd number, an even number and nothing",
            """
            SELECT g, CAST(2 * percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS bigint) AS doubled
            FROM (VALUES (1, CAST(1 AS bigint)), (1, 2), (1, 9), (2, 1), (2, 4), (3, NULL)) AS t(g, x)
            GROUP BY g ORDER BY g NULLS LAST
            """, [:], [[.integer(1), .integer(4)], [.integer(2), .integer(5)], [.integer(3), .null]]),
        probe(
            "groups by position, and nothing is a group",
            """
            SELECT x, count(*) AS n FROM (VALUES (1), (CAST(NULL AS integer)), (NULL), (1)) AS t(x)
            GROUP BY 1 ORDER BY x NULLS LAST
            """, [:], [[.integer(1), .integer(2)], [.null, .integer(2)]]),
    ]

    private static let windowProbes = [
        probe(
            "row_number, a running sum and a count of all rows",
            """
            SELECT x, row_number() OVER (PARTITION BY g ORDER BY x DESC) AS place,
                CAST(sum(x) OVER (PARTITION BY g ORDER BY x DESC) AS bigint) AS running, count(*) OVER () AS total
            FROM (VALUES (1, 10), (1, 20), (2, 5)) AS t(g, x)
            ORDER BY g NULLS LAST, x NULLS LAST
            """, [:],
            [
                [10, 2, 30, 3].map(Value.integer), [20, 1, 20, 3].map(Value.integer), [5, 1, 5, 3].map(Value.integer),
            ]),
        probe(
            "the count of all rows is taken before the page is cut",
            """
            SELECT x, count(*) OVER () AS total FROM (VALUES (3), (1), (2)) AS t(x)
            ORDER BY x NULLS LAST LIMIT :limit OFFSET :offset
            """, ["limit": .integer(1), "offset": .integer(1)], [[.integer(2), .integer(3)]]),
        probe(
            "order: no value comes last, up and down",
            """
            SELECT x, y FROM (VALUES (1, 1), (CAST(NULL AS integer), 2), (2, CAST(NULL AS integer)), (2, 3)) AS t(x, y)
            ORDER BY x DESC NULLS LAST, y NULLS LAST
            """, [:],
            [[.integer(2), .integer(3)], [.integer(2), .null], [.integer(1), .integer(1)], [.null, .integer(2)]]),
        probe(
            "texts stand in the order of their bytes",
            "SELECT x FROM (VALUES ('b'), ('a'), ('B'), ('é'), ('z')) AS t(x) ORDER BY x NULLS LAST", [:],
            [[.text("B")], [.text("a")], [.text("b")], [.text("z")], [.text("é")]]),
        probe(
            "equal means stay equal as binary numbers",
            """
            SELECT CAST(a AS double) / b = CAST(c AS double) / d AS same
            FROM (VALUES (CAST(14001 AS bigint), 200, CAST(42003 AS bigint), 600)) AS t(a, b, c, d)
            """, [:], [[.boolean(true)]]),
    ]

    private static let expressionProbes = [
        probe(
            "floor of a quotient, as a whole number",
            "SELECT CAST(floor(CAST(x AS double) / 3 / 50) AS int) AS a FROM (VALUES (149), (150), (151), (300)) AS t(x)"
                + " ORDER BY x NULLS LAST", [:], [[.integer(0)], [.integer(1)], [.integer(1)], [.integer(2)]]),
        probe(
            "coalesce, a bound truth in CASE, and a bound null that means all",
            """
            SELECT coalesce(CAST(NULL AS bigint), 4) AS a, CASE WHEN :flag THEN 1 ELSE 0 END AS b
            FROM (VALUES (1)) AS t(x)
            WHERE CAST(:id AS bigint) IS NULL OR x = CAST(:id AS bigint)
            """, ["flag": .boolean(true), "id": .null], [[.integer(4), .integer(1)]]),
        probe(
            "IS DISTINCT FROM knows nothing from something",
            """
            SELECT x IS DISTINCT FROM y AS differs
            FROM (VALUES (1, 1), (2, CAST(NULL AS integer)), (CAST(NULL AS integer), NULL)) AS t(x, y)
            ORDER BY x NULLS LAST
            """, [:], [[.boolean(false)], [.boolean(true)], [.boolean(false)]]),
        probe(
            "LIKE with an escape takes per cent and underscore as they are",
            "SELECT x FROM (VALUES ('50% off'), ('500 off'), ('a_b'), ('acb')) AS t(x)"
                + " WHERE lower(x) LIKE :p ESCAPE '!' OR x LIKE :q ESCAPE '!' ORDER BY x NULLS LAST",
            ["p": .text("%50!%%"), "q": .text("a!_b")], [[.text("50% off")], [.text("a_b")]]),
        probe(
            "texts joined, with nothing giving nothing",
            "SELECT 'a' || ' ' || 'b' AS ab, 'a' || CAST(NULL AS varchar(9)) AS n",
            [:], [[.text("a b"), .null]]),
        probe(
            "common table expressions, UNION ALL, LEFT JOIN, EXISTS and DISTINCT",
            """
            WITH numbers AS (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 2), kinds AS (SELECT DISTINCT x FROM numbers)
            SELECT k.x, o.y FROM kinds k LEFT JOIN (VALUES (2, 5)) AS o(x, y) ON o.x = k.x
            WHERE EXISTS (SELECT 1 FROM numbers n WHERE n.x = k.x) ORDER BY k.x NULLS LAST
            """, [:], [[.integer(1), .null], [.integer(2), .integer(5)]]),
        probe(
            "a common table expression takes the place of a table of its name",
            "WITH students AS (SELECT 7 AS id) SELECT id FROM students", [:], [[.integer(7)]]),
    ]

    /// What loads and refreshes lean on.
    private static let statementProbe = ConformanceCheck(on: "SQL: tables made, filled and changed from queries") {
        engine in
        let rows = try await engine.write(deadline: .none) { session in
            for text in [
                "CREATE TABLE kept AS SELECT id, n FROM (VALUES (CAST(1 AS bigint), 10), (2, 20)) AS t(id, n) ORDER BY id",
                "CREATE TEMPORARY TABLE staged (id bigint, n integer)",
                "INSERT INTO staged SELECT id + row_number() OVER (ORDER BY id), n FROM kept",
                "UPDATE staged SET n = k.n + 5 FROM kept k WHERE k.id = staged.id",
                "DELETE FROM kept t WHERE NOT EXISTS (SELECT 1 FROM staged s WHERE s.id = t.id)",
                "INSERT INTO kept (id, n) SELECT s.id, s.n FROM staged s WHERE s.id > 2", "DROP TABLE staged",
                "DROP TABLE IF EXISTS staged",
            ] { try await session.execute(Statement(text)) }
            let result = try await session.query(Statement("SELECT id, n FROM kept ORDER BY id NULLS LAST"))
            return (0..<result.rowCount).map(result.row)
        }
        try expect(rows, is: [[.integer(2), .integer(20)], [.integer(4), .integer(20)]], "rows")
    }

    private static func probe(
        _ name: String, _ text: String, _ bindings: [String: Value], _ rows: [[Value]]
    ) -> ConformanceCheck {
        ConformanceCheck(on: "SQL: \(name)") { engine in
            try await expect(Statement(text, bindings), gives: rows, on: engine)
        }
    }
}
