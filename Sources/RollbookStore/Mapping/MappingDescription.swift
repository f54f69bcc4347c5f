import RollbookModel

/// What the server says of a mapping's SELECTs: their columns and types, found without running them.
struct MappingDescription: Sendable {
    let session: any ReadSession

    /// Lets the platform's tables be found where they are found for everybody else, and statements take their time, until
    /// the transaction ends.
    ///
    /// - Returns: the schema in which tables were found before.
    @discardableResult func usePlatformPath() async throws -> String {
        let own = try await session.query(Statement("SELECT CAST(current_setting('search_path') AS text) AS path"))
        _ = try await session.query(
            Statement(
                """
                SELECT set_config('search_path', (SELECT reset_val FROM pg_settings WHERE name = 'search_path'), true) AS path,
                    set_config('statement_timeout', '0', true) AS timeout
                """))
        return own.first().text ?? ""
    }

    /// Lets tables be found in a schema, until the transaction ends.
    func use(path: String) async throws {
        _ = try await session.query(
            Statement("SELECT set_config('search_path', :path, true) AS path", ["path": .text(path)]))
    }

    /// Describes one table.
    ///
    /// - Returns: the table with the types of its columns, and what is wrong with them.
    /// - Throws: what the session throws, also where the server refuses the SELECT.
    func describe(
        _ table: RecordTable, of mapping: RecordMapping
    ) async throws -> (table: MappedTable, findings: [MappingFinding]) {
        guard let selection = mapping.selections[table]?.sql else {
            return (MappedTable(table: table, selection: nil, types: [:]), [])
        }
        let names = try await columnNames(of: selection)
        var findings: [MappingFinding] = []
        for (index, name) in names.enumerated() where names.firstIndex(of: name) == index {
            if !table.columns.contains(where: { $0.name == name }) {
                let known = table.columns.map(\.name).joined(separator: ", ")
                findings.append(
                    MappingFinding(
                        table, name, .unknownColumn, "\(table.rawValue) has no column \(name); its columns are \(known)"
                    ))
            } else if names.lastIndex(of: name) != index {
                findings.append(MappingFinding(table, name, .repeatedColumn, "\(name) is there more than once"))
            }
        }
        for column in table.columns where !column.isOptional && !names.contains(column.name) {
            findings.append(
                MappingFinding(
                    table, column.name, .missingColumn, "\(column.name) is missing: \(column.meaning)"))
        }
        guard !findings.contains(where: { $0.problem == .repeatedColumn }) else {
            return (MappedTable(table: table, selection: selection, types: [:]), findings)
        }
        let columns = table.columns.filter { names.contains($0.name) }
        let types = try await types(of: columns.map(\.name), in: selection)
        for column in columns {
            guard let found = types[column.name], !column.type.takes(found.kind) else { continue }
            findings.append(
                MappingFinding(
                    table, column.name, .wrongType,
                    "\(column.name) is \(found.name); expected \(column.type.expectedTypes)\(Self.advice(column, found))"
                ))
        }
        return (MappedTable(table: table, selection: selection, types: types), findings)
    }

    private static func advice(_ column: RecordTable.Column, _ found: FoundType) -> String {
        switch (column.type, found.kind) {
        case (.date, .timestamp), (.date, .timestampWithZone):
            ": say in which zone it is a date, such as CAST(x AT TIME ZONE 'Europe/Berlin' AS date)"
        case (_, .text) where column.isOptional: ": cast it, or leave the column out where the platform has none"
        default: ""
        }
    }

    /// A row that is not there has all columns and runs nothing.
    private static func absentRow(_ columns: String, _ selection: String) -> String {
        "SELECT \(columns) FROM (SELECT 1) one LEFT JOIN \(MappedTable.source(selection)) ON false"
    }

    /// By way of JSON, which keeps the columns' names, order and repetitions.
    private func columnNames(of selection: String) async throws -> [String] {
        let found = try await session.query(
            Statement(
                """
                SELECT keys.name FROM (
                    SELECT json_object_keys(row_to_json(described)) AS name
                    FROM (\(Self.absentRow("q.*", selection))) described
                ) keys
                """))
        return (0..<found.rowCount).compactMap { found["name"]?[$0].text }
    }

    private func types(of names: [String], in selection: String) async throws -> [String: FoundType] {
        guard !names.isEmpty else { return [:] }
        let cells = names.map { "pg_typeof(q.\($0)) AS \($0)" }.joined(separator: ", ")
        let found = try await session.query(
            Statement(
                """
                SELECT columns.name, format_type(t.oid, NULL) AS type,
                    format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL) AS base,
                    t.typtype = 'e' AS is_enumeration
                FROM (\(Self.absentRow(cells, selection))) described
                CROSS JOIN LATERAL (VALUES \(names.map { "('\($0)', described.\($0))" }.joined(separator: ", ")))
                    AS columns(name, type)
                JOIN pg_type t ON t.oid = columns.type
                """))
        var types: [String: FoundType] = [:]
        for row in 0..<found.rowCount {
            let cells = found.row(row)
            guard let name = cells[0].text, let type = cells[1].text, let base = cells[2].text else { continue }
            types[name] = FoundType(name: type, base: base, isEnumeration: cells[3] == .boolean(true))
        }
        return types
    }
}
