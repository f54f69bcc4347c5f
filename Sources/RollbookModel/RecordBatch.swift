/// Some records of one table, column by column, on their way from a source to a store.
///
/// A batch holds the columns of its table in their declared order. What a source could check by itself (numbers, dates,
/// score range, encoding) is checked; what needs other records (unknown ids, duplicate keys) the store checks.
public struct RecordBatch: Sendable {
    /// The table whose records these are.
    public let table: RecordTable
    /// The file that the records come from, as the source names it; rejects and messages refer to it.
    public let file: String
    /// For each record, the line (the first is 1, a header counts) or the row at which it stands in the file.
    public var lines: [Int64] = []
    /// The values, one array for each of ``RecordTable/columns``.
    public var columns: [BatchColumn]

    /// An empty batch.
    public init(table: RecordTable, file: String) {
        self.table = table
        self.file = file
        columns = table.columns.map { BatchColumn(type: $0.type) }
    }

    /// The number of records.
    public var count: Int { lines.count }

    /// Whether all ids are whole numbers, so that no surrogate has to be found.
    public var hasOnlyIntegerIdentifiers: Bool {
        columns.allSatisfy { if case .identifiers(_, let texts) = $0 { texts.isEmpty } else { true } }
    }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        lines.removeAll(keepingCapacity: true)
        for index in columns.indices { columns[index].removeAll() }
    }
}

/// The values of one column of a batch.
public enum BatchColumn: Sendable {
    /// Ids: a whole number, or nil where the id is a text or missing. The texts stand beside, by position in the batch.
    case identifiers([Int64?], texts: [Int: String])
    /// Texts.
    case texts([String?])
    /// Booleans.
    case booleans([Bool?])
    /// Days since 1970-01-01.
    case dates([Int32?])
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instants([Int64?])
    /// Hundredths of a point, 0...10,000.
    case scores([Int32?])

    init(type: RecordTable.ColumnType) {
        switch type {
        case .key, .reference: self = .identifiers([], texts: [:])
        case .text, .oneOf: self = .texts([])
        case .boolean: self = .booleans([])
        case .date: self = .dates([])
        case .instant: self = .instants([])
        case .score: self = .scores([])
        }
    }

    mutating func removeAll() {
        switch self {
        case .identifiers(var numbers, _):
            self = .texts([])
            numbers.removeAll(keepingCapacity: true)
            self = .identifiers(numbers, texts: [:])
        case .texts(var values):
            self = .booleans([])
            values.removeAll(keepingCapacity: true)
            self = .texts(values)
        case .booleans(var values):
            self = .texts([])
            values.removeAll(keepingCapacity: true)
            self = .booleans(values)
        case .dates(var values):
            self = .texts([])
            values.removeAll(keepingCapacity: true)
            self = .dates(values)
        case .instants(var values):
            self = .texts([])
            values.removeAll(keepingCapacity: true)
            self = .instants(values)
        case .scores(var values):
            self = .texts([])
            values.removeAll(keepingCapacity: true)
            self = .scores(values)
        }
    }
}

/// An id as a source gives it.
public enum SourceIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// A whole number: kept as the id.
    case number(Int64)
    /// Any other text: gets a surrogate id, and is kept as `source_id`.
    case text(String)

    /// Reads an id as a person or a file writes it: a decimal whole number in its canonical spelling is an id, anything
    /// else a text; `source:` before it forces the latter. An empty text gives nil.
    public init?(parsing text: String) {
        // By bytes: a combining mark after the colon belongs to the id.
        if text.utf8.starts(with: Self.textPrefix.utf8) {
            let rest = text.utf8.dropFirst(Self.textPrefix.utf8.count)
            guard !rest.isEmpty else { return nil }
            self = .text(String(Substring(rest)))
            return
        }
        guard !text.isEmpty else { return nil }
        if let number = Int64(text), String(number) == text { self = .number(number) } else { self = .text(text) }
    }

    /// The id as it is written: a text that would be read as something else carries `source:`.
    public var description: String {
        switch self {
        case .number(let number): String(number)
        case .text(let text): Self(parsing: text) == self ? text : Self.textPrefix + text
        }
    }

    private static let textPrefix = "source:"
}

/// A record that cannot be stored: where it stands and why, without its values.
public struct RejectedRecord: Hashable, Sendable {
    /// The file, as the source names it.
    public let file: String
    /// The line of the file (the first is 1), or the row of a file without lines.
    public let line: Int64
    /// The column that is to blame, or nil where it is the whole record.
    public let column: String?
    /// What kind of value stood there: `empty`, `text`, `number`, `date`, `bytes`.
    public let valueKind: String
    /// Why it cannot be stored, and what was expected.
    public let reason: String
    /// The record as it stood in the file, where the reader still has it; only ever written where the user asked for it.
    public let record: String?

    /// Makes a rejected record.
    public init(
        file: String, line: Int64, column: String?, valueKind: String, reason: String, record: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.valueKind = valueKind
        self.reason = reason
        self.record = record
    }
}
