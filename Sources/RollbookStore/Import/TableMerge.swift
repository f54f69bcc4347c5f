import RollbookModel

/// Merges checked staged records into their table: what is new is inserted, what differs is replaced, what is as it was
/// is left alone, so that the same source twice changes nothing.
struct TableMerge: Sendable {
    let staging: StagingTable
    let origin: String
    let session: any WriteSession

    private var table: String { staging.table.rawValue }

    func run() async throws -> LoadOutcome.TableChange {
        var change = LoadOutcome.TableChange(table: staging.table)
        let isEmpty = try await session.query(
            Statement("SELECT count(*) AS rows FROM (SELECT 1 FROM \(table) LIMIT 1) t"))
        if isEmpty.first().integer == 0 {
            change.inserted = try await insert(from: try await acceptedRecords())
            return change
        }
        let accepted = try await acceptedRecords()
        try await session.execute(Statement("CREATE TEMPORARY TABLE merge_rows AS \(differingRecords(accepted))"))
        try await session.analyze("merge_rows", as: staging.dialect)
        change.updated = try await session.execute(
            Statement(
                "DELETE FROM \(table) t WHERE EXISTS (SELECT 1 FROM merge_rows s WHERE \(sameKey))"))
        let merged = try await insert(from: "merge_rows")
        change.inserted = merged - change.updated
        let all = try await session.query(Statement("SELECT count(*) AS rows FROM \(accepted) s"))
        change.unchanged = (all.first().integer ?? 0) - merged
        try await session.execute(Statement("DROP TABLE merge_rows"))
        return change
    }

    private var sameKey: String { staging.keyColumns.map { "t.\($0) = s.\($0)" }.joined(separator: " AND ") }

    /// The staged records that were not rejected, as a table expression.
    private func acceptedRecords() async throws -> String {
        let rejects = try await session.query(
            Statement("SELECT count(*) AS rows FROM staged_rejects WHERE table_name = :table", ["table": .text(table)]))
        if rejects.first().integer == 0 { return staging.name }
        return """
            (SELECT a.* FROM \(staging.name) a WHERE NOT EXISTS (
                SELECT 1 FROM staged_rejects r
                WHERE r.table_name = '\(table)' AND r.file_no = a.file_no AND r.line = a.line))
            """
    }

    private func differingRecords(_ accepted: String) -> String {
        let differences = staging.storedColumns.map { "t.\($0.name) IS DISTINCT FROM \($0.expression)" }
        return """
            SELECT s.* FROM \(accepted) s LEFT JOIN \(table) t ON \(sameKey)
            WHERE t.origin IS NULL OR t.origin <> \(Dialect.literal(origin)) OR \(differences.joined(separator: " OR "))
            """
    }

    private func insert(from rows: String) async throws -> Int64 {
        let columns = staging.storedColumns
        return try await session.execute(
            Statement(
                """
                INSERT INTO \(table) (\(columns.map(\.name).joined(separator: ", ")), origin)
                SELECT \(columns.map(\.expression).joined(separator: ", ")), \(Dialect.literal(origin)) FROM \(rows) s
                """))
    }
}
