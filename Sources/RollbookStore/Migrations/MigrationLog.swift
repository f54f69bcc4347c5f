import RollbookModel

/// What a store says of the migrations that made it: the migrator's own two tables.
struct MigrationLog: Sendable {
    /// An applied numbered migration, as it was recorded.
    struct Applied: Sendable {
        let number: Int
        let name: String
        let checksum: String
        let appliedAt: Instant?
    }

    /// A standing repeatable migration, as it was recorded.
    struct Standing: Sendable {
        let name: String
        let checksum: String
        /// The statements that remove what it made.
        let removal: [String]
        let appliedAt: Instant?
    }

    /// The applied migrations, by number.
    let applied: [Applied]
    /// The standing repeatable ones, in the order in which they were made.
    let standing: [Standing]

    /// The number of the newest, or 0.
    var version: Int { applied.last?.number ?? 0 }

    /// Reads what a store says of itself; nil where the database holds nothing of anybody's.
    ///
    /// - Throws: ``RollbookError`` with `notReady` in a database of somebody else's tables; what the session throws.
    static func read(in session: any ReadSession) async throws -> MigrationLog? {
        let tables = try await session.query(Statement(tableNames))
        let names = (0..<tables.rowCount).compactMap { tables["table_name"]?[$0].text }
        if names.isEmpty { return nil }
        guard names.contains("schema_migrations") else {
            throw RollbookError(
                .notReady,
                names.contains("store_state")
                    ? "the database holds half a Rollbook store, or one that was made before migrations were recorded; make"
                        + " a new database and import the sources again"
                    : "the database holds somebody else's tables; name a new one")
        }
        let applied = try await session.query(
            Statement("SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number"))
        let standing = try await session.query(
            Statement("SELECT name, checksum, removal, applied_at FROM repeatable_migrations ORDER BY position"))
        return MigrationLog(
            applied: (0..<applied.rowCount).map { row in
                let cells = applied.row(row)
                return Applied(
                    number: Int(cells[0].integer ?? 0), name: cells[1].text ?? "", checksum: cells[2].text ?? "",
                    appliedAt: cells[3].instant)
            },
            standing: (0..<standing.rowCount).map { row in
                let cells = standing.row(row)
                return Standing(
                    name: cells[0].text ?? "", checksum: cells[1].text ?? "",
                    removal: (cells[2].text ?? "").split(separator: separator).map(String.init),
                    appliedAt: cells[3].instant)
            })
    }

    private static let tableNames =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    private static let separator = "\n;\n"

    /// Makes the two tables.
    static func create(in session: any WriteSession, dialect: Dialect) async throws {
        for statement in Migration.statements(of: SQLFiles.migrationLogTables, dialect: dialect) {
            try await session.execute(Statement(statement))
        }
    }

    /// Drops the two tables.
    static func drop(in session: any WriteSession) async throws {
        try await session.execute(Statement("DROP TABLE repeatable_migrations"))
        try await session.execute(Statement("DROP TABLE schema_migrations"))
    }

    /// Records a numbered migration.
    static func record(_ migration: Migration, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                """
                INSERT INTO schema_migrations (number, name, checksum, applied_at)
                VALUES (:number, :name, :checksum, :applied_at)
                """,
                [
                    "number": .integer(Int64(migration.number)), "name": .text(migration.name),
                    "checksum": .text(migration.checksum), "applied_at": .instant(.now),
                ]))
    }

    /// Forgets a numbered migration.
    static func forget(_ migration: Migration, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                "DELETE FROM schema_migrations WHERE number = :number", ["number": .integer(Int64(migration.number))]))
    }

    /// Records the repeatable migrations that stand, and forgets all others.
    static func record(_ repeatables: [RepeatableMigration], in session: any WriteSession) async throws {
        try await session.execute(Statement("DELETE FROM repeatable_migrations"))
        for (position, repeatable) in repeatables.enumerated() {
            try await session.execute(
                Statement(
                    """
                    INSERT INTO repeatable_migrations (position, name, checksum, removal, applied_at)
                    VALUES (:position, :name, :checksum, :removal, :applied_at)
                    """,
                    [
                        "position": .integer(Int64(position)), "name": .text(repeatable.name),
                        "checksum": .text(repeatable.checksum),
                        "removal": .text(repeatable.down.joined(separator: separator)), "applied_at": .instant(.now),
                    ]))
        }
    }
}
