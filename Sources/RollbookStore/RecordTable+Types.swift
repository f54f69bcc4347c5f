import RollbookModel

extension RecordTable.ColumnType {
    /// The type of such a column, as an engine spells it.
    func sqlType(in dialect: Dialect) -> String {
        switch self {
        case .key, .reference: "bigint"
        case .text, .oneOf: dialect.textType
        case .boolean: "boolean"
        case .date: "date"
        case .instant: "timestamp"
        case .score: "decimal(6,2)"
        }
    }
}

extension RecordTable {
    /// The columns that refer to other tables, with the table that each refers to.
    var references: [(column: Column, target: RecordTable)] {
        columns.compactMap { column in
            if case .reference(let target) = column.type { (column, target) } else { nil }
        }
    }
}
