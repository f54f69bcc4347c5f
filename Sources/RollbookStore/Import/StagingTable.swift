import RollbookModel

/// The temporary table in which a source's records wait until they have been checked: one row per record, with the file
/// and line that it came from. An id that is a text stands in `<column>_text` until its surrogate is found.
struct StagingTable: Sendable {
    let table: RecordTable
    private(set) var name: String
    let dialect: Dialect
    /// Whether some id is a text.
    var hasTextIdentifiers = false
    /// Whether the records are read where they lie, instead of from a copy.
    var isView = false
    /// What is known of the order of the ids; nil where nobody has looked at them.
    private(set) var order: IdentifierOrder?

    init(table: RecordTable, dialect: Dialect) {
        self.table = table
        self.dialect = dialect
        name = "staged_\(table.rawValue)"
    }

    /// The same columns under another name.
    func renamed(_ name: String) -> StagingTable {
        var table = self
        table.name = name
        return table
    }

    /// The statement that makes the table.
    var definition: String {
        let columns = table.columns.flatMap { column in
            Self.isIdentifier(column)
                ? ["\(column.name) bigint", "\(column.name)_text \(dialect.textType)"]
                : ["\(column.name) \(column.type.sqlType(in: dialect))"]
        }
        return "CREATE TEMPORARY TABLE \(name) (file_no integer, line bigint, \(columns.joined(separator: ", ")))"
    }

    /// The batch as rows of the table.
    func block(_ batch: RecordBatch, fileNumber: Int32) -> ColumnBlock {
        var columns: [ColumnBlock.Column] = [.constant(fileNumber), .numbers(batch.lines)]
        for column in batch.columns {
            if case .identifiers(let numbers, let texts) = column {
                columns.append(.optionalNumbers(numbers))
                columns.append(.sparseTexts(texts))
            } else {
                columns.append(.batch(column))
            }
        }
        return ColumnBlock(table: name, columns: columns, count: batch.count)
    }

    /// Looks at the ids of some more records.
    mutating func note(_ batch: RecordBatch) {
        if !batch.hasOnlyIntegerIdentifiers { hasTextIdentifiers = true }
        guard table.hasKey, case .identifiers(let identifiers, texts: _)? = batch.columns.first else { return }
        order = (order ?? IdentifierOrder()).followed(by: identifiers)
    }

    /// The columns by which two records are the same one.
    var keyColumns: [String] { table.hasKey ? ["id"] : table.columns.map(\.name) }

    /// The columns of the record table, and the staged expressions that fill them.
    var storedColumns: [(name: String, expression: String)] {
        var columns = table.columns.map { ($0.name, "s.\($0.name)") }
        if table.hasKey { columns.append(("source_id", "s.id_text")) }
        return columns
    }

    /// The table whose ids stand in a column; nil where it holds none.
    func target(of column: RecordTable.Column) -> RecordTable? {
        switch column.type {
        case .key: table
        case .reference(let target): target
        default: nil
        }
    }

    static func isIdentifier(_ column: RecordTable.Column) -> Bool {
        switch column.type {
        case .key, .reference: true
        default: false
        }
    }
}
