import RollbookModel

/// The tables of a store, made once in an empty database.
public enum Schema {
    /// The version of the tables' layout, recorded in the store.
    public static let version = 1

    /// Makes the tables in a database that has none; does nothing in one that has them.
    ///
    /// - Throws: ``RollbookError`` with `notReady` in a database of somebody else's tables; what the engine throws.
    public static func create(in session: any WriteSession, dialect: Dialect) async throws {
        let found = try await session.query(
            Statement(
                """
                SELECT count(*) AS tables FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_name = 'store_state'
                """))
        guard found.first().integer == 0 else { return }
        let others = try await session.query(
            Statement("SELECT count(*) AS tables FROM information_schema.tables WHERE table_schema = current_schema()"))
        guard others.first().integer == 0 else {
            throw RollbookError(.notReady, "the database holds somebody else's tables; name a new one")
        }
        for statement in dialect.prelude { try await session.execute(Statement(statement)) }
        for table in RecordTable.allCases { try await session.execute(Statement(definition(of: table))) }
        for statement in SQLFiles.storeTables.split(separator: ";\n") {
            try await session.execute(Statement(String(statement)))
        }
        try await session.execute(
            Statement(
                """
                INSERT INTO store_state (data_version, data_as_of, time_zone, schema_version)
                VALUES (0, NULL, 'UTC', :version)
                """, ["version": .integer(Int64(version))]))
        for statement in DerivedTable.repeatables(for: dialect).flatMap(\.up) {
            try await session.execute(Statement(statement))
        }
        try await dialect.storage.derived.bringUpToDate(zone: .utc, in: session)
    }

    /// The statement that makes a record table: its columns, the source's own id, and the origin that filled it.
    static func definition(of table: RecordTable) -> String {
        var columns = table.columns.map { column in
            "\(column.name) \(sqlType(column.type))\(column.isOptional ? "" : " NOT NULL")"
        }
        if table.hasKey { columns.append("source_id varchar") }
        columns.append("origin varchar NOT NULL")
        return "CREATE TABLE \(table.rawValue) (\(columns.joined(separator: ", ")))"
    }

    /// The SQL type of a column.
    static func sqlType(_ type: RecordTable.ColumnType) -> String {
        switch type {
        case .key, .reference: "bigint"
        case .text, .oneOf: "varchar"
        case .boolean: "boolean"
        case .date: "date"
        case .instant: "timestamp"
        case .score: "decimal(6,2)"
        }
    }
}
