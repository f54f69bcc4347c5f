import RollbookModel
public import RollbookStore

extension PostgresEngine {
    /// The size of each table, view and index, how its rows were read since the server's statistics began, and the rows that
    /// the server believes to be in it.
    ///
    /// - Throws: as ``Engine/measurements()``.
    public func measurements() async throws -> [StoreMeasurement] {
        // The primary's own: a replica counts what it was asked itself.
        let result: QueryResult
        do {
            result = try await pools.primary.readDirectly(.after(Self.patience)) { session in
                // A size waits for whoever makes the table anew.
                _ = try await session.query(Statement("SET LOCAL lock_timeout = '30s'"))
                return try await session.query(Statement(Self.measuring))
            }
        } catch let error as RollbookError {
            throw await pools.explained(error)
        }
        return (0..<result.rowCount).map { index in
            let cells = result.row(index)
            return StoreMeasurement(
                kind: cells[0].text ?? "", name: cells[1].text ?? "", measure: cells[2].text ?? "",
                value: cells[3].integer ?? 0)
        }
    }

    /// How long it may take in all.
    private static let patience = Duration.seconds(60)

    private static let measuring = """
        WITH relations AS (
            SELECT c.oid, CAST(c.relname AS text) AS name, c.relkind, c.reltuples
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'rollbook' AND c.relkind IN ('r', 'm', 'i')
        ), measured AS (
            SELECT CASE relkind WHEN 'i' THEN 'index' WHEN 'm' THEN 'view' ELSE 'table' END AS kind, name,
                'bytes' AS measure,
                CASE relkind WHEN 'i' THEN pg_relation_size(oid) ELSE pg_total_relation_size(oid) END AS value
            FROM relations
            UNION ALL
            SELECT CASE relkind WHEN 'm' THEN 'view' ELSE 'table' END, name, 'rows',
                CAST(greatest(reltuples, 0) AS bigint)
            FROM relations WHERE relkind <> 'i'
            UNION ALL
            SELECT 'index', CAST(indexrelname AS text), 'scans', idx_scan
            FROM pg_stat_user_indexes WHERE schemaname = 'rollbook'
            UNION ALL
            SELECT 'index', CAST(indexrelname AS text), 'rows_read', idx_tup_read
            FROM pg_stat_user_indexes WHERE schemaname = 'rollbook'
            UNION ALL
            SELECT 'table', CAST(relname AS text), 'sequential_scans', seq_scan
            FROM pg_stat_user_tables WHERE schemaname = 'rollbook' AND relname IN
                (SELECT name FROM relations WHERE relkind = 'r')
            UNION ALL
            SELECT 'table', CAST(relname AS text), 'dead_rows', n_dead_tup
            FROM pg_stat_user_tables WHERE schemaname = 'rollbook' AND relname IN
                (SELECT name FROM relations WHERE relkind = 'r')
        )
        SELECT kind, name, measure, CAST(coalesce(value, 0) AS bigint) AS value FROM measured
        ORDER BY kind, name, measure
        """
}
