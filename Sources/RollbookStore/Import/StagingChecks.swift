import RollbookModel

/// What can be told of staged records only beside others: surrogates of textual ids, duplicate keys, dangling references.
/// What is found goes into `staged_rejects`.
struct StagingChecks: Sendable {
    let session: any WriteSession

    /// Rejects what a query finds: file, line, column, kind of value and reason.
    func addRejects(of staging: StagingTable, _ query: String) async throws {
        try await session.execute(
            Statement(
                """
                INSERT INTO staged_rejects
                SELECT '\(staging.table.rawValue)', found.* FROM (\(query)) AS found(file_no, line, c, k, r)
                """))
    }

    /// Gives textual ids their surrogates: those that they had, or the next ones in the order of the texts.
    ///
    /// - Returns: the table in which the records stand with them.
    func resolveIdentifiers(of staging: StagingTable) async throws -> StagingTable {
        guard staging.hasTextIdentifiers else { return staging }
        if staging.table.hasKey { try await makeSurrogates(of: staging) }
        let resolved = staging.renamed("resolved_\(staging.table.rawValue)")
        try await session.execute(Statement("CREATE TEMPORARY TABLE \(resolved.name) AS\n\(resolution(of: staging))"))
        try await session.execute(Statement("DROP TABLE \(staging.name)"))
        try await session.analyze(resolved.name, as: staging.dialect)
        return resolved
    }

    /// Surrogates begin here: above what sources number by themselves, and below 2^53, so that JSON keeps them exact.
    static let surrogateBase: Int64 = 5_000_000_000_000_000

    private func makeSurrogates(of staging: StagingTable) async throws {
        try await session.execute(
            Statement(
                """
                INSERT INTO source_keys (table_name, source_id, id)
                SELECT CAST(:table AS varchar), fresh.source_id,
                    :base + known.id_count + row_number() OVER (ORDER BY fresh.source_id)
                FROM (
                    SELECT DISTINCT s.id_text AS source_id FROM \(staging.name) s
                    LEFT JOIN source_keys k ON k.table_name = :table AND k.source_id = s.id_text
                    WHERE s.id_text IS NOT NULL AND k.id IS NULL
                ) fresh
                CROSS JOIN (SELECT count(*) AS id_count FROM source_keys WHERE table_name = :table) known
                """, ["table": .text(staging.table.rawValue), "base": .integer(Self.surrogateBase)]))
    }

    /// The records with the surrogates of all their ids, in one pass: changing rows of which each has several would copy them
    /// as many times.
    private func resolution(of staging: StagingTable) -> String {
        var (columns, joins): ([String], [String]) = (["s.file_no", "s.line"], [])
        for column in staging.table.columns {
            guard let target = staging.target(of: column) else {
                columns.append("s.\(column.name)")
                continue
            }
            let keys = "keys_\(joins.count)"
            columns += ["coalesce(s.\(column.name), \(keys).id) AS \(column.name)", "s.\(column.name)_text"]
            joins.append(
                """
                LEFT JOIN source_keys \(keys) ON \(keys).table_name = '\(target.rawValue)'
                    AND \(keys).source_id = s.\(column.name)_text
                """)
        }
        return "SELECT \(columns.joined(separator: ", "))\nFROM \(staging.name) s\n\(joins.joined(separator: "\n"))"
    }

    /// Rejects records whose key stands in the source before them.
    func findDuplicates(in staging: StagingTable) async throws {
        // Ids that only grow cannot repeat: a source in order is checked without sorting it.
        let isInOrder: Bool
        if let order = staging.order {
            isInOrder = order.isGrowing
        } else {
            isInOrder = try await hasGrowingKeys(staging)
        }
        if isInOrder { return }
        let keys = staging.keyColumns.joined(separator: ", ")
        try await addRejects(
            of: staging,
            """
            SELECT file_no, line, '\(staging.table.hasKey ? "id" : keys.replacing(" ", with: ""))', 'key',
                'the key stands in the source already'
            FROM (
                SELECT file_no, line, row_number() OVER (PARTITION BY \(keys) ORDER BY file_no, line) AS occurrence
                FROM \(staging.name)
                WHERE \(staging.keyColumns.map { "\($0) IS NOT NULL" }.joined(separator: " AND "))
            ) keyed
            WHERE occurrence > 1
            """)
    }

    private func hasGrowingKeys(_ staging: StagingTable) async throws -> Bool {
        guard staging.table.hasKey else { return false }
        let disorder = try await session.query(
            Statement(
                """
                SELECT count(*) AS rows FROM (SELECT id, lag(id) OVER () AS previous_id FROM \(staging.name)) ids
                WHERE id IS NULL OR id <= previous_id
                """))
        return disorder.first().integer == 0
    }

    /// Earlier tables have been merged already, so that what a record refers to must be there.
    func findDanglingReferences(in staging: StagingTable) async throws {
        for (column, target) in staging.table.references {
            let name = column.name
            try await addRejects(
                of: staging,
                """
                SELECT s.file_no, s.line, '\(name)', CASE WHEN s.\(name)_text IS NULL THEN 'number' ELSE 'text' END,
                    '\(name) names none of the \(target.rawValue)'
                FROM \(staging.name) s
                LEFT JOIN \(target.rawValue) t ON t.id = s.\(name)
                WHERE t.id IS NULL AND (s.\(name) IS NOT NULL OR s.\(name)_text IS NOT NULL)
                """)
        }
    }
}
