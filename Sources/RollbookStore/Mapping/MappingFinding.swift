public import RollbookModel

/// Something that a check of a mapping has found. It never holds a record's values.
public struct MappingFinding: Sendable, Hashable {
    /// What it means for the mapping.
    public enum Severity: String, Sendable {
        /// The mapping cannot be applied.
        case error
        /// The records concerned are left out.
        case leftOut = "left-out"
        /// The records are kept, but not as they are.
        case note
    }

    /// What is wrong.
    public enum Problem: String, Sendable {
        /// A column that must be there is not.
        case missingColumn = "missing-column"
        /// A column is none of the record table's.
        case unknownColumn = "unknown-column"
        /// A column is there more than once.
        case repeatedColumn = "repeated-column"
        /// A column's type cannot become the record table's.
        case wrongType = "wrong-type"
        /// The server refuses the SELECT, or fails while it runs.
        case failing = "failing"
        /// Records share an id.
        case repeatedIdentifier = "repeated-id"
        /// A value that must be there is not.
        case noValue = "no-value"
        /// A text is empty.
        case emptyText = "empty-text"
        /// A word is none of those that the column takes.
        case unknownWord = "unknown-word"
        /// A score or a time lies outside what can be stored.
        case outOfRange = "out-of-range"
        /// A reference names no record.
        case danglingReference = "dangling-reference"
        /// A score has more than two decimals.
        case roundedScore = "rounded-score"

        /// What it means for the mapping.
        public var severity: Severity {
            switch self {
            case .missingColumn, .unknownColumn, .repeatedColumn, .wrongType, .failing, .repeatedIdentifier: .error
            case .noValue, .emptyText, .unknownWord, .outOfRange, .danglingReference: .leftOut
            case .roundedScore: .note
            }
        }
    }

    /// The record table.
    public let table: RecordTable
    /// Its column, where one is concerned.
    public let column: String?
    /// What is wrong.
    public let problem: Problem
    /// How many of how many records are concerned, where records are.
    public let records: Records?
    /// What is wrong, in words; where records are concerned, words to stand after `12 of 3,400 students`.
    public let words: String

    /// How many of how many.
    public struct Records: Sendable, Hashable {
        /// The records concerned.
        public let count: Int64
        /// All records of the table.
        public let total: Int64
    }

    init(_ table: RecordTable, _ column: String?, _ problem: Problem, records: Records? = nil, _ words: String) {
        self.table = table
        self.column = column
        self.problem = problem
        self.records = records
        self.words = words
    }

    /// The finding in one sentence.
    ///
    /// - Parameter number: how a number is written.
    public func sentence(number: (Int64) -> String = { String($0) }) -> String {
        guard let records else { return words }
        return "\(number(records.count)) of \(number(records.total)) \(table.rawValue) \(words)"
    }
}

/// What a check of a mapping has found.
public struct MappingReport: Sendable {
    /// The records of one table.
    public struct TableCount: Sendable, Hashable {
        /// The table.
        public let table: RecordTable
        /// The records that the mapping's SELECT yields.
        public let total: Int64
        /// Those of them that are left out, because they break a rule of records or refer to one that does.
        public let leftOut: Int64
    }

    /// The tables whose records could be counted, in the order of loading.
    public internal(set) var tables: [TableCount] = []
    /// What was found, in the same order.
    public internal(set) var findings: [MappingFinding] = []

    /// Whether there is nothing that hinders the mapping or leaves records out.
    public var isClean: Bool { findings.allSatisfy { $0.problem.severity == .note } }
    /// What hinders the mapping from being applied.
    public var errors: [MappingFinding] { findings.filter { $0.problem.severity == .error } }
    /// How many records of all tables are left out.
    public var leftOut: Int64 { tables.reduce(0) { $0 + $1.leftOut } }
}
