import RollbookModel

extension StagingTable {
    /// The query that reads a Parquet file as rows of the staging table; what cannot be read becomes null.
    ///
    /// - Parameter types: the file's columns and their types, as the engine names them.
    /// - Throws: ``RollbookError`` with `unreadableSource` for a column that the table does not have, lacks, or cannot read.
    func parquetQuery(scan: String, fileNumber: Int32, file: String, types: [(name: String, type: String)]) throws
        -> String
    {
        let known = table.columns.map(\.name)
        for (name, _) in types where !known.contains(name) {
            throw RollbookError(
                .unreadableSource,
                "\(file): unknown column \(name); the columns of \(table.rawValue) are \(known.joined(separator: ", "))",
                subject: name)
        }
        let expressions = try table.columns.flatMap { column -> [String] in
            guard let type = types.first(where: { $0.name == column.name })?.type else {
                guard column.isOptional else {
                    throw RollbookError(
                        .unreadableSource, "\(file): the column \(column.name) is missing", subject: column.name)
                }
                let missing = "CAST(NULL AS \(column.type.sqlType(in: dialect))) AS \(column.name)"
                return Self.isIdentifier(column)
                    ? [missing, "CAST(NULL AS varchar) AS \(column.name)_text"] : [missing]
            }
            guard let expressions = Self.expressions(for: column, storedAs: type) else {
                throw RollbookError(
                    .unreadableSource,
                    "\(file): the column \(column.name) has the type \(type), which cannot hold \(Self.expectation(column))",
                    subject: column.name)
            }
            return expressions
        }
        return "SELECT \(fileNumber) AS file_no, file_row_number + 1 AS line, "
            + "\(expressions.joined(separator: ", ")) FROM \(scan)"
    }

    private static func expressions(for column: RecordTable.Column, storedAs type: String) -> [String]? {
        let name = column.name
        let isWhole = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"].contains(type)
        switch column.type {
        case .key, .reference:
            if isWhole { return ["CAST(\(name) AS bigint) AS \(name)", "CAST(NULL AS varchar) AS \(name)_text"] }
            guard type == "VARCHAR" else { return nil }
            let isNumber =
                "regexp_full_match(\(name), '0|-?[1-9][0-9]{0,18}') AND try_cast(\(name) AS bigint) IS NOT NULL"
            return [
                "CASE WHEN \(isNumber) THEN try_cast(\(name) AS bigint) END AS \(name)",
                "CASE WHEN NOT (\(isNumber)) AND \(name) <> '' THEN \(name) END AS \(name)_text",
            ]
        case .text, .oneOf:
            return type == "VARCHAR" ? ["CASE WHEN \(name) <> '' THEN \(name) END AS \(name)"] : nil
        case .boolean: return type == "BOOLEAN" ? [name] : nil
        case .date: return type == "DATE" ? [name] : nil
        case .instant:
            if type == "TIMESTAMP WITH TIME ZONE" { return ["\(name) AT TIME ZONE 'UTC' AS \(name)"] }
            return type.hasPrefix("TIMESTAMP") ? ["CAST(\(name) AS timestamp) AS \(name)"] : nil
        case .score:
            if type == "DECIMAL(6,2)" { return [name] }
            guard isWhole || type == "DOUBLE" || type == "FLOAT" || type.hasPrefix("DECIMAL") else { return nil }
            // Rounded once: decimals as they are, binary numbers by way of the decimals that they show.
            let exact = type == "DOUBLE" || type == "FLOAT" ? "CAST(\(name) AS decimal(18,12))" : name
            // A score outside the range becomes one that the check finds, also where it would not fit.
            return [
                "CASE WHEN \(name) IS NULL THEN NULL WHEN \(name) BETWEEN 0 AND 100 THEN"
                    + " CAST(round(\(exact), 2) AS decimal(6,2)) ELSE -1 END AS \(name)"
            ]
        }
    }

    private static func expectation(_ column: RecordTable.Column) -> String {
        switch column.type {
        case .key, .reference: "ids (whole numbers or texts)"
        case .text, .oneOf: "texts"
        case .boolean: "booleans"
        case .date: "dates"
        case .instant: "timestamps"
        case .score: "scores (numbers)"
        }
    }

    /// The conditions under which a value read from Parquet cannot be stored: column, kind of value, and reason.
    var valueChecks: [(condition: String, column: String, kind: String, reason: String)] {
        table.columns.flatMap { column -> [(String, String, String, String)] in
            let name = column.name
            let missing = Self.isIdentifier(column) ? "\(name) IS NULL AND \(name)_text IS NULL" : "\(name) IS NULL"
            var checks = column.isOptional ? [] : [(missing, name, "empty", "\(name) is missing")]
            switch column.type {
            case .oneOf(let words):
                let list = words.map(Dialect.literal).joined(separator: ", ")
                checks.append(
                    ("\(name) NOT IN (\(list))", name, "text", "\(name) takes \(words.joined(separator: ", "))"))
            case .score: checks.append(("\(name) < 0 OR \(name) > 100", name, "number", "a score is from 0 to 100"))
            case .instant, .date:
                checks.append(
                    (
                        "\(name) < TIMESTAMP '1900-01-01 00:00:00' OR \(name) >= TIMESTAMP '2200-01-01 00:00:00'", name,
                        "date", "\(name) must lie in the years 1900 to 2199"
                    ))
            default: break
            }
            return checks
        }
    }
}
