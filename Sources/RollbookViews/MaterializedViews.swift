import RollbookModel
import RollbookStore

/// Views as materialized views, which are refreshed while they are read.
///
/// Their texts take the parameters from the one row of `view_parameters`. Who refreshes them need not own them: the function
/// that does it runs as their owner. Rows come in the order of the key: a refresh beside readers begins by sorting them, which
/// is many times faster where they are sorted already.
struct MaterializedViews: ViewStorage {
    var repeatables: [RepeatableMigration] {
        ViewCatalogue.all.map { view in
            let query = Statement(view.sql).replacingParameters { "(SELECT \($0) FROM view_parameters)" }
            let key = view.key.joined(separator: ", ")
            return RepeatableMigration(
                name: view.name,
                up: [
                    "CREATE MATERIALIZED VIEW \(view.name) AS\n\(query)\nORDER BY \(key)\nWITH NO DATA",
                    "CREATE UNIQUE INDEX ON \(view.name) (\(key))",
                ],
                down: ["DROP MATERIALIZED VIEW IF EXISTS \(view.name)"])
        } + [RepeatableMigration(name: "refresh_view", up: Self.function, down: [Self.functionRemoval])]
    }

    func prepare(_ bindings: [String: Value], in session: any WriteSession) async throws {
        try await session.execute(Statement("DELETE FROM view_parameters"))
        try await session.execute(
            Statement(
                """
                INSERT INTO view_parameters (as_of, recent_at, overdue_at, pass_hundredths, excellent_hundredths)
                VALUES (:as_of, :recent_at, :overdue_at, :pass_hundredths, :excellent_hundredths)
                """, bindings))
    }

    func fill(_ view: SummaryView, _ bindings: [String: Value], in session: any WriteSession) async throws -> Int64 {
        let rows = try await session.query(Statement("SELECT refresh_view(:view) AS rows", ["view": .text(view.name)]))
        return rows.first().integer ?? 0
    }

    /// A view that holds nothing yet has no rows to compare with, and no readers.
    private static let function: [String] = [
        """
        CREATE FUNCTION refresh_view(name text) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollbook, pg_temp AS $$
        DECLARE
            row_count bigint;
        BEGIN
            IF name NOT IN (\(ViewCatalogue.all.map { "'\($0.name)'" }.joined(separator: ", "))) THEN
                RAISE EXCEPTION 'there is no such view';
            END IF;
            IF (SELECT relispopulated FROM pg_class WHERE oid = CAST(format('rollbook.%I', name) AS regclass)) THEN
                EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY rollbook.%I', name);
            ELSE
                EXECUTE format('REFRESH MATERIALIZED VIEW rollbook.%I', name);
                EXECUTE format('ANALYZE rollbook.%I', name);
            END IF;
            EXECUTE format('SELECT count(*) FROM rollbook.%I', name) INTO row_count;
            RETURN row_count;
        END
        $$
        """,
        "REVOKE ALL ON FUNCTION refresh_view(text) FROM PUBLIC",
    ]

    private static let functionRemoval = "DROP FUNCTION IF EXISTS refresh_view(text)"
}
