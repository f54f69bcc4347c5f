/// What an engine brings home: columns of one type each, before any report has made sense of them.
public struct QueryResult: Sendable {
    /// The columns' names, in order.
    public let names: [String]
    /// The columns' values.
    public let columns: [QueryColumn]
    /// The number of rows.
    public let rowCount: Int

    /// Makes a result.
    public init(names: [String], columns: [QueryColumn], rowCount: Int) {
        self.names = names
        self.columns = columns
        self.rowCount = rowCount
    }

    /// The column called `name`, where there is one.
    public subscript(name: String) -> QueryColumn? {
        names.firstIndex(of: name).map { columns[$0] }
    }

    /// The only cell of a one-row result, or of its column called `name`.
    public func first(_ name: String? = nil) -> Value {
        guard rowCount > 0, let column = name == nil ? columns.first : self[name ?? ""] else { return .null }
        return column[0]
    }

    /// The row at `index`, as cells.
    public func row(_ index: Int) -> [Value] { columns.map { $0[index] } }
}

/// The values of one column of a result.
public struct QueryColumn: Sendable {
    /// The values, in an array of their own type; where a row has no value, the array holds a zero.
    public enum Storage: Sendable {
        case integers([Int64])
        case doubles([Double])
        case texts([String])
        case dates([Int32])
        case instants([Int64])
        case booleans([Bool])
        /// Units of 10 to the power of minus `scale`.
        case decimals([Int64], scale: Int)
    }

    /// The values.
    public let storage: Storage
    /// Whether a row has no value; empty where all have one.
    public let isNull: [Bool]

    /// Makes a column.
    public init(storage: Storage, isNull: [Bool]) {
        self.storage = storage
        self.isNull = isNull
    }

    /// The cell of a row.
    public subscript(row: Int) -> Value {
        if !isNull.isEmpty, isNull[row] { return .null }
        switch storage {
        case .integers(let values): return .integer(values[row])
        case .doubles(let values): return .double(values[row])
        case .texts(let values): return .text(values[row])
        case .dates(let values): return .date(CalendarDate(daysSinceEpoch: values[row]))
        case .instants(let values): return .instant(Instant(microsecondsSinceEpoch: values[row]))
        case .booleans(let values): return .boolean(values[row])
        case .decimals(let values, let scale): return .decimal(FixedDecimal(units: values[row], scale: scale))
        }
    }
}
