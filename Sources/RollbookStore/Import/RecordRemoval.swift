import RollbookModel

/// Removes records that a source no longer has, and refuses where others still refer to them.
struct RecordRemoval: Sendable {
    let session: any WriteSession
    let dialect: Dialect
    let origin: String

    /// A record that was named as gone and stays.
    struct Hindrance: Sendable {
        /// Its place among those that were named.
        let position: Int
        /// What still refers to it.
        let reason: String
    }

    /// Removes what this origin filled in before and does not hold any more.
    func removeMissing(from table: RecordTable, staging: StagingTable?) async throws -> Int64 {
        let isStaged =
            staging.map { staging in
                let sameKey = staging.keyColumns.map { "t.\($0) = s.\($0)" }.joined(separator: " AND ")
                return " AND NOT EXISTS (SELECT 1 FROM \(staging.name) s WHERE \(sameKey))"
            } ?? ""
        return try await session.execute(
            Statement("DELETE FROM \(table.rawValue) t WHERE t.origin = :origin\(isStaged)", ["origin": .text(origin)]))
    }

    /// Removes the records that are named, all at once; one that is not there is no mistake, one to which others refer
    /// stays.
    func remove(
        _ identifiers: [SourceIdentifier], from table: RecordTable
    ) async throws -> (removed: Int64, hindered: [Hindrance]) {
        try await find(identifiers, in: table)
        let hindered = try await hindrances(in: table)
        let removed = try await session.execute(
            Statement(
                """
                DELETE FROM \(table.rawValue) WHERE id IN (
                    SELECT id FROM removed_rows r WHERE NOT EXISTS (SELECT 1 FROM kept_rows k WHERE k.id = r.id))
                """))
        for name in ["kept_rows", "removed_rows", "staged_removals"] {
            try await session.execute(Statement("DROP TABLE \(name)"))
        }
        return (removed, hindered)
    }

    /// Finds the records in `removed_rows`, each with the place at which it was named first.
    private func find(_ identifiers: [SourceIdentifier], in table: RecordTable) async throws {
        try await session.execute(
            Statement(
                "CREATE TEMPORARY TABLE staged_removals (position bigint, id bigint, id_text \(dialect.textType))"))
        try await session.append(Self.block(identifiers))
        try await session.analyze("staged_removals", as: dialect)
        try await session.execute(
            Statement(
                """
                CREATE TEMPORARY TABLE removed_rows AS
                SELECT named.id, min(named.position) AS position
                FROM (
                    SELECT t.id, r.position FROM staged_removals r JOIN \(table.rawValue) t ON t.id = r.id
                    UNION ALL
                    SELECT t.id, r.position FROM staged_removals r
                    JOIN source_keys k ON k.table_name = '\(table.rawValue)' AND k.source_id = r.id_text
                    JOIN \(table.rawValue) t ON t.id = k.id
                ) named
                GROUP BY named.id
                """))
        try await session.analyze("removed_rows", as: dialect)
    }

    private static func block(_ identifiers: [SourceIdentifier]) -> ColumnBlock {
        var (numbers, texts): ([Int64?], [Int: String]) = ([], [:])
        for (position, identifier) in identifiers.enumerated() {
            switch identifier {
            case .number(let number): numbers.append(number)
            case .text(let text):
                numbers.append(nil)
                texts[position] = text
            }
        }
        return ColumnBlock(
            table: "staged_removals",
            columns: [
                .numbers(identifiers.indices.map(Int64.init)), .optionalNumbers(numbers), .sparseTexts(texts),
            ], count: identifiers.count)
    }

    /// Counts in `kept_rows` what refers to the records; each stays for the first table that refers to it.
    private func hindrances(in table: RecordTable) async throws -> [Hindrance] {
        try await session.execute(
            Statement("CREATE TEMPORARY TABLE kept_rows (id bigint, referring integer, row_count bigint)"))
        let referring = RecordTable.allCases.flatMap { other in
            other.references.filter { $0.target == table }.map { (table: other.rawValue, column: $0.column.name) }
        }
        for (number, reference) in referring.enumerated() {
            try await session.execute(
                Statement(
                    """
                    INSERT INTO kept_rows
                    SELECT r.id, \(number), CAST(count(*) AS bigint) FROM \(reference.table) s
                    JOIN removed_rows r ON r.id = s.\(reference.column)
                    GROUP BY r.id
                    """))
        }
        let found = try await session.query(
            Statement(
                """
                SELECT r.position, k.referring, k.row_count FROM kept_rows k JOIN removed_rows r ON r.id = k.id
                WHERE NOT EXISTS (SELECT 1 FROM kept_rows e WHERE e.id = k.id AND e.referring < k.referring)
                ORDER BY r.position
                """))
        return (0..<found.rowCount).compactMap { row in
            let numbers = found.row(row).compactMap(\.integer)
            guard numbers.count == 3 else { return nil }
            let other = referring[Int(numbers[1])].table
            return Hindrance(
                position: Int(numbers[0]),
                reason: "the record cannot be removed: \(numbers[2]) of the \(other) refer to it")
        }
    }

    /// Looks whether every reference to a record of some tables still has it.
    ///
    /// - Throws: ``RollbookError`` with `rejectedRecords` where a record refers to one that is gone.
    func checkReferences(to targets: Set<RecordTable>) async throws {
        for table in RecordTable.allCases {
            for (column, target) in table.references where targets.contains(target) {
                let dangling = try await session.query(
                    Statement(
                        """
                        SELECT count(*) AS rows FROM \(table.rawValue) s
                        LEFT JOIN \(target.rawValue) t ON t.id = s.\(column.name)
                        WHERE s.\(column.name) IS NOT NULL AND t.id IS NULL
                        """))
                guard let count = dangling.first().integer, count > 0 else { continue }
                throw RollbookError(
                    .rejectedRecords,
                    "\(count) of the \(table.rawValue) that stay refer by \(column.name) to \(target.rawValue) that the"
                        + " source removes; nothing was imported", subject: column.name)
            }
        }
    }
}
