import RollbookModel

/// A record table as a SELECT over the platform's tables, in PostgreSQL's SQL: the mapping's SELECT, brought to the record
/// table's types, without the records that break the rules of records.
struct MappedTable: Sendable {
    let table: RecordTable
    /// The mapping's SELECT; nil where the platform has no such records.
    let selection: String?
    /// The types of its columns that the record table knows, by name.
    let types: [String: FoundType]

    /// The origin of every mapped record.
    static let origin = "mapping"

    /// The mapping's SELECT as a table expression.
    static func source(_ selection: String) -> String { "(\n\(selection)\n) q" }

    /// The SELECT that yields the records, with the columns of the record table in their order.
    ///
    /// - Parameter target: how the records of another table are called, which references must name.
    func query(_ target: (RecordTable) -> String) -> String {
        var columns = table.columns.map { "\(expression($0)) AS \($0.name)" }
        if table.hasKey { columns.append("CAST(NULL AS varchar) COLLATE \"C\" AS source_id") }
        columns.append("CAST('\(Self.origin)' AS varchar) COLLATE \"C\" AS origin")
        let list = "SELECT\n    " + columns.joined(separator: ",\n    ")
        guard let selection else { return list + "\nWHERE false" }
        return "\(list)\nFROM \(Self.source(selection))\nWHERE " + conditions(target).joined(separator: "\n    AND ")
    }

    private func expression(_ column: RecordTable.Column) -> String {
        let isYielded = selection != nil && types[column.name] != nil
        let cell = isYielded ? "q.\(column.name)" : "NULL"
        switch column.type {
        case .key, .reference: return "CAST(\(cell) AS bigint)"
        case .text, .oneOf: return "CAST(\(cell) AS varchar) COLLATE \"C\""
        case .boolean: return "CAST(\(cell) AS boolean)"
        case .date: return "CAST(\(cell) AS date)"
        case .instant where types[column.name]?.kind == .timestampWithZone && isYielded:
            return "CAST(\(cell) AT TIME ZONE 'UTC' AS timestamp)"
        case .instant: return "CAST(\(cell) AS timestamp)"
        // Whoever asks for some scores may have them cast before what cannot be cast is left out.
        case .score where isYielded:
            return "CAST(CASE WHEN \(cell) BETWEEN 0 AND 100 THEN \(cell) END AS decimal(6,2))"
        case .score: return "CAST(NULL AS decimal(6,2))"
        }
    }

    /// What holds for every record that may be stored. A value that is not there meets no other condition, so that it has to be
    /// asked for only where there is none.
    private func conditions(_ target: (RecordTable) -> String) -> [String] {
        yielded.flatMap { column -> [String] in
            var conditions = rules(for: column).map(\.holds)
            if case .reference(let other) = column.type {
                conditions.append(
                    column.isOptional
                        ? "q.\(column.name) IN (SELECT t.id FROM \(target(other)) t)"
                        : "EXISTS (SELECT 1 FROM \(target(other)) t WHERE t.id = q.\(column.name))")
            }
            let isThere = "q.\(column.name) IS NOT NULL"
            if column.isOptional { return conditions.map { "(q.\(column.name) IS NULL OR \($0))" } }
            return conditions.isEmpty ? [isThere] : conditions
        }
    }

    /// The columns that the SELECT yields.
    var yielded: [RecordTable.Column] { table.columns.filter { types[$0.name] != nil } }

    /// The yielded columns that refer to other tables, with the table that each refers to.
    var references: [(column: RecordTable.Column, target: RecordTable)] {
        yielded.compactMap { column in
            if case .reference(let target) = column.type { (column, target) } else { nil }
        }
    }

    /// A rule that values of a column keep.
    struct Rule: Sendable {
        /// The condition that holds for those that keep it.
        let holds: String
        /// What those that break it are.
        let problem: MappingFinding.Problem
        /// What they do, in words after the name of the table.
        let words: String
    }

    /// The rules for the values of a yielded column, beside being there.
    func rules(for column: RecordTable.Column) -> [Rule] {
        let cell = "q.\(column.name)"
        switch column.type {
        case .key, .reference, .boolean: return []
        case .text:
            return [
                Rule(holds: "CAST(\(cell) AS text) <> ''", problem: .emptyText, words: "have an empty \(column.name)")
            ]
        case .oneOf(let words):
            let list = words.map(Dialect.literal).joined(separator: ", ")
            return [
                Rule(
                    holds: "CAST(\(cell) AS text) IN (\(list))", problem: .unknownWord,
                    words: "have a \(column.name) that is none of \(words.joined(separator: ", "))")
            ]
        case .score:
            return [
                Rule(
                    holds: "(\(cell) >= 0 AND \(cell) <= 100)", problem: .outOfRange,
                    words: "have a \(column.name) outside 0 to 100")
            ]
        case .date, .instant:
            let (type, zone) = timeLiteral(column)
            return [
                Rule(
                    holds: "(\(cell) >= \(type) '1900-01-01\(zone)' AND \(cell) < \(type) '2200-01-01\(zone)')",
                    problem: .outOfRange, words: "have a \(column.name) outside the years 1900 to 2199")
            ]
        }
    }

    private func timeLiteral(_ column: RecordTable.Column) -> (type: String, zone: String) {
        switch types[column.name]?.kind {
        case .date: ("DATE", "")
        case .timestampWithZone: ("TIMESTAMP WITH TIME ZONE", " 00:00:00+00")
        default: ("TIMESTAMP", "")
        }
    }
}
