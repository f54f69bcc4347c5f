import RollbookModel
public import RollbookStore

extension DuckDBEngine {
    /// The rows of each table, and the bytes that its blocks take in the file.
    ///
    /// - Throws: as ``Engine/measurements()``.
    public func measurements() async throws -> [StoreMeasurement] {
        try await read(deadline: .none) { session in
            let tables = try await session.query(
                Statement(
                    """
                    SELECT table_name, (SELECT block_size FROM pragma_database_size() LIMIT 1) AS block_size
                    FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name
                    """))
            var found: [StoreMeasurement] = []
            for index in 0..<tables.rowCount {
                let cells = tables.row(index)
                guard let name = cells[0].text, let blockSize = cells[1].integer else { continue }
                let (rows, blocks) = try await Self.size(of: name, in: session)
                found.append(StoreMeasurement(kind: "table", name: name, measure: "bytes", value: blocks * blockSize))
                found.append(StoreMeasurement(kind: "table", name: name, measure: "rows", value: rows))
            }
            return found
        }
    }
    /// The rows of a table, and its blocks in the file: those that tables share count for each, those not yet written for none.
    private static func size(
        of table: String, in session: any ReadSession
    ) async throws -> (rows: Int64, blocks: Int64) {
        let rows = try await session.query(
            Statement("SELECT count(*) AS rows FROM \"\(table.replacing("\"", with: "\"\""))\""))
        let blocks = try await session.query(
            Statement(
                """
                SELECT CAST(count(DISTINCT block_id) AS bigint) AS blocks
                FROM pragma_storage_info(\(Dialect.literal(table))) WHERE persistent AND block_id >= 0
                """))
        return (rows.first().integer ?? 0, blocks.first().integer ?? 0)
    }
}
