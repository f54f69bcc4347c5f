/// A column of an answer: written once, shown everywhere (API, tables, exports, the column dictionary).
public struct ColumnDefinition: Hashable, Sendable {
    /// What a cell holds.
    public enum DataType: String, Sendable {
        /// A whole number.
        case integer
        /// An exact decimal number.
        case decimal
        /// A text.
        case text
        /// A calendar date.
        case date
        /// An instant in UTC.
        case instant
    }

    /// What a number counts or measures.
    public enum Unit: String, Sendable {
        case count
        case points
        case pointsSquared = "points squared"
        case percent
        case days
        case hours
        case minutes
        case coefficient
        case pointsPerPercent = "points per percent"
    }

    /// The column's name.
    public let name: String
    /// What a cell holds.
    public let type: DataType
    /// The number's unit, where it has one.
    public let unit: Unit?
    /// The range of the numbers, in words, where there is one.
    public let range: String?
    /// Whether a cell can be empty.
    public let isNullable: Bool
    /// What the column means, in one sentence.
    public let meaning: String

    /// Declares a column.
    public init(
        _ name: String, _ type: DataType, unit: Unit? = nil, range: String? = nil, nullable: Bool = false,
        _ meaning: String
    ) {
        self.name = name
        self.type = type
        self.unit = unit
        self.range = range
        self.isNullable = nullable
        self.meaning = meaning
    }
}

/// Rows under declared columns.
public struct AnswerTable: Hashable, Sendable {
    /// The columns, in order.
    public var columns: [ColumnDefinition]
    /// The rows; each has one cell for each column.
    public var rows: [[Value]]

    /// Makes a table.
    public init(columns: [ColumnDefinition], rows: [[Value]]) {
        self.columns = columns
        self.rows = rows
    }
}
