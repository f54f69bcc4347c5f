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
                    SELECT table_name, estimated_size, (SELECT block_size FROM pragma_database_size() LIMIT 1) AS block_size
                    FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name
                    """))
            var found: [StoreMeasurement] = []
            for index in 0..<tables.rowCount {
                let cells = tables.row(index)
                guard let name = cells[0].text else { continue }
                // Blocks that are shared count for each table; those not yet written for none.
                let blocks = try await session.query(
                    Statement(
                        """
                        SELECT CAST(count(DISTINCT block_id) AS bigint) AS blocks
                        FROM pragma_storage_info(\(Dialect.literal(name))) WHERE persistent AND block_id >= 0
                        """))
                let bytes = (blocks.first().integer ?? 0) * (cells[2].integer ?? 0)
                found.append(StoreMeasurement(kind: "table", name: name, measure: "bytes", value: bytes))
                found.append(
                    StoreMeasurement(kind: "table", name: name, measure: "rows", value: cells[1].integer ?? 0))
            }
            return found
        }
    }
}
