import RollbookModel

/// Removes records that a source no longer has, and refuses where others still refer to them.
struct RecordRemoval: Sendable {
    let session: any WriteSession
    let origin: String

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

    /// Removes a record; one that is not there is no mistake.
    func remove(_ identifier: SourceIdentifier, from table: RecordTable) async throws -> Int64 {
        let (column, value) = Self.condition(identifier)
        return try await session.execute(
            Statement("DELETE FROM \(table.rawValue) WHERE \(column) = :value", ["value": value]))
    }

    /// Why a record cannot be removed: what refers to it; nil where nothing does.
    func hindrance(to identifier: SourceIdentifier, in table: RecordTable) async throws -> String? {
        let (key, value) = Self.condition(identifier)
        for other in RecordTable.allCases {
            for (column, target) in other.references where target == table {
                let found = try await session.query(
                    Statement(
                        """
                        SELECT count(*) AS rows FROM \(other.rawValue) s
                        JOIN \(table.rawValue) t ON t.id = s.\(column.name)
                        WHERE t.\(key) = :value
                        """, ["value": value]))
                if let count = found.first().integer, count > 0 {
                    return "the record cannot be removed: \(count) of the \(other.rawValue) refer to it"
                }
            }
        }
        return nil
    }

    private static func condition(_ identifier: SourceIdentifier) -> (column: String, value: Value) {
        switch identifier {
        case .number(let number): ("id", .integer(number))
        case .text(let text): ("source_id", .text(text))
        }
    }

    /// Looks whether every reference still has its record.
    ///
    /// - Throws: ``RollbookError`` with `rejectedRecords` where a record refers to one that is gone.
    func checkReferences() async throws {
        for table in RecordTable.allCases {
            for (column, target) in table.references {
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
