import RollbookModel

/// Replaces the rows of a standing table that are not what its query yields for the changed keys.
///
/// Rows are compared, and not keys: who has handed in one thing more gets one row more, and the table does not grow by
/// copies of rows that stay.
struct RowReplacement: Sendable {
    let table: DerivedTable
    let form: StandingTable
    let dates: LocalDates
    let session: any WriteSession

    func run() async throws {
        let isEmpty = try await session.query(
            Statement("SELECT count(*) AS rows FROM (SELECT 1 FROM \(table.name) LIMIT 1) t"))
        if isEmpty.first().integer == 0 {
            try await session.execute(Statement(filling))
            try await tidy(analyzing: true)
        } else {
            try await session.execute(Statement(difference))
            let changed = try await session.execute(Statement(deletion)) + session.execute(Statement(insertion))
            try await session.execute(Statement("DROP TABLE derived_difference"))
            try await tidy(analyzing: try await isMuch(changed))
        }
    }

    private var filling: String {
        """
        INSERT INTO \(table.name) (\(columns))
        SELECT \(columns) FROM (
        \(dates.spell(table.query))
        ) present
        ORDER BY \(form.order)
        """
    }

    private var columns: String { form.columns.map(\.name).joined(separator: ", ") }

    private var changedKeys: String {
        let sources = form.sources.map { "'\($0)'" }.joined(separator: ", ")
        return "IN (SELECT key FROM changed_keys WHERE source IN (\(sources)))"
    }

    /// The rows that the table has too few of (`surplus` above 0) or too many.
    private var difference: String {
        let keyed = form.keyedTables.map { ($0, "SELECT * FROM \($0) WHERE \(form.key) \(changedKeys)") }
        return """
            CREATE TEMPORARY TABLE derived_difference ON COMMIT DROP AS
            SELECT \(columns), sum(surplus) AS surplus, row_number() OVER () AS number
            FROM (
                SELECT \(columns), 1 AS surplus FROM (
                \(DerivedTable.shadow(dates.spell(table.query), with: keyed))
                ) present
                UNION ALL
                SELECT \(columns), -1 FROM \(table.name) WHERE \(form.key) \(changedKeys)
            ) compared
            GROUP BY \(columns)
            HAVING sum(surplus) <> 0
            """
    }

    /// Equal rows cannot be told apart but by their place; as many go as there are too many.
    private var deletion: String {
        let isSame = form.columns.map {
            $0.isOptional ? "t.\($0.name) IS NOT DISTINCT FROM d.\($0.name)" : "t.\($0.name) = d.\($0.name)"
        }
        return """
            DELETE FROM \(table.name) WHERE ctid = ANY (ARRAY(
                SELECT place
                FROM (
                    SELECT t.ctid AS place, d.surplus, row_number() OVER (PARTITION BY d.number) AS copy
                    FROM derived_difference d
                    JOIN \(table.name) t ON \(isSame.joined(separator: " AND "))
                    WHERE d.surplus < 0
                ) found
                WHERE copy <= -surplus
            ))
            """
    }

    private var insertion: String {
        """
        INSERT INTO \(table.name) (\(columns))
        SELECT \(columns) FROM derived_difference CROSS JOIN LATERAL generate_series(1, surplus) WHERE surplus > 0
        ORDER BY \(form.order)
        """
    }

    /// Whether the planner should look at the table anew: a tenth of its rows is what the server itself waits for.
    private func isMuch(_ changed: Int64) async throws -> Bool {
        let size = try await session.query(
            Statement(
                "SELECT CAST(reltuples AS bigint) AS rows FROM pg_class WHERE oid = CAST('\(table.name)' AS regclass)"))
        return changed * 10 > size.first().integer ?? 0
    }

    private func tidy(analyzing: Bool) async throws {
        try await session.execute(
            Statement("SELECT tidy_derived('\(table.name)', :analyzing)", ["analyzing": .boolean(analyzing)]))
    }
}
