public import RollbookModel

/// Finds records by what people call them: the pages' pickers, and the names beside ids.
public struct RecordDirectory: Sendable {
    /// A record as a person knows it.
    public struct Entry: Hashable, Sendable {
        /// The record's id.
        public let id: Int64
        /// The source's own id, where it is a text.
        public let sourceIdentifier: String?
        /// What people call it.
        public let label: String
    }

    private let engine: any Engine

    /// Makes a directory of an engine's records.
    public init(engine: any Engine) { self.engine = engine }

    /// The tables whose records have names.
    public static let tables: [RecordTable] = [.students, .teachers, .subjects, .classes]

    /// The records of a table whose name, id or source's id contains `text`, by name; all where it is empty.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a table without names; what the engine throws.
    public func entries(
        in table: RecordTable, matching text: String, limit: Int, deadline: Deadline
    ) async throws -> [Entry] {
        let label = try Self.label(of: table)
        let lowercased = engine.dialect.lowercased
        let pattern = "%" + text.lowercased().replacing(/[%_!]/) { "!" + $0.output } + "%"
        let statement = Statement(
            """
            SELECT id, source_id, \(label) AS label FROM \(table.rawValue)
            WHERE \(lowercased(label)) LIKE :pattern ESCAPE '!' OR id = CAST(:id AS bigint)
                OR \(lowercased("source_id")) LIKE :pattern ESCAPE '!'
            ORDER BY label NULLS LAST, id LIMIT :limit
            """,
            ["pattern": .text(pattern), "id": Int64(text).map(Value.integer) ?? .null, "limit": .integer(Int64(limit))]
        )
        return Self.read(try await engine.query(statement, deadline: deadline).result)
    }

    /// The record of an id, or nil where there is none.
    ///
    /// - Throws: as ``entries(in:matching:limit:deadline:)``.
    public func entry(
        _ identifier: SourceIdentifier, in table: RecordTable, deadline: Deadline
    ) async throws -> Entry? {
        let (column, value): (String, Value) =
            switch identifier {
            case .number(let number): ("id", .integer(number))
            case .text(let text): ("source_id", .text(text))
            }
        let statement = Statement(
            "SELECT id, source_id, \(try Self.label(of: table)) AS label FROM \(table.rawValue) WHERE \(column) = :value",
            ["value": value])
        return Self.read(try await engine.query(statement, deadline: deadline).result).first
    }

    private static func label(of table: RecordTable) throws -> String {
        switch table {
        case .students, .teachers: return "first_name || ' ' || last_name"
        case .subjects, .classes: return "name"
        default: throw RollbookError(.invalidArgument, "the \(table.rawValue) have no names", subject: table.rawValue)
        }
    }

    private static func read(_ result: QueryResult) -> [Entry] {
        (0..<result.rowCount).compactMap { row in
            guard let id = result["id"]?[row].integer, let label = result["label"]?[row].text else { return nil }
            return Entry(id: id, sourceIdentifier: result["source_id"]?[row].text, label: label)
        }
    }
}

/// How many records there are.
public enum RecordCounts {
    /// The number of records of each of some tables. A table is read to be counted: of the large ones, ask only where the
    /// number is shown.
    ///
    /// - Throws: what the session throws.
    public static func all(
        of tables: [RecordTable], in session: any ReadSession
    ) async throws -> [(table: RecordTable, count: Int64)] {
        guard !tables.isEmpty else { return [] }
        let text = tables.map {
            "SELECT '\($0.rawValue)' AS table_name, CAST(count(*) AS bigint) AS row_count FROM \($0.rawValue)"
        }.joined(separator: " UNION ALL ")
        let result = try await session.query(Statement(text))
        return tables.map { table in
            let row = (0..<result.rowCount).first { result["table_name"]?[$0].text == table.rawValue }
            return (table, row.flatMap { result["row_count"]?[$0].integer } ?? 0)
        }
    }
}
