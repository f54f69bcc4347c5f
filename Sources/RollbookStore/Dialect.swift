/// What differs between engines in spelling, so that nothing else has to ask which engine runs.
public struct Dialect: Sendable {
    /// The parameter called `name`, as the engine writes it; `position` counts the distinct names of the text from 1.
    public let parameter: @Sendable (_ name: String, _ position: Int) -> String
    /// The table expression that reads a Parquet file, with the row's number as `file_row_number` from 0; nil where the
    /// engine cannot.
    public let parquetScan: (@Sendable (_ path: String) -> String)?
    /// The statements that define Rollbook's own functions: `rb_microseconds(a, b)`, the whole microseconds from `a` to
    /// `b` as `bigint`. They can be run again at any time.
    public let prelude: [String]
    /// The statements that remove what ``prelude`` makes, for a database that is to hold nothing of Rollbook's.
    public let preludeRemoval: [String]
    /// The type of a column of texts: those that are compared and sorted by their bytes, as in every other engine.
    public let textType: String
    /// A text with small letters in place of capitals, beyond ASCII too.
    public let lowercased: @Sendable (_ expression: String) -> String
    /// The statement that looks at the values of a table which the transaction has filled, so that what is asked of it next
    /// is planned well; nil where the engine keeps count by itself.
    public let analysis: (@Sendable (_ table: String) -> String)?
    /// The present by the store's own clock, in UTC, as a `timestamp`: one clock for all processes.
    public let currentInstant: String
    /// How the engine keeps what is derived from the records.
    public let storage: Storage

    /// How an engine keeps what is derived from the records: derived tables and summary views.
    public enum Storage: Sendable {
        /// Made anew, in the transaction that changes the records or refreshes the views: a column store writes whole
        /// tables fast, and readers keep the old ones.
        case rewritten
        /// Standing tables with indexes, of which only what has changed is replaced, and materialized views that are
        /// refreshed while they are read: dropping a table would make its readers wait.
        case maintained
    }

    /// Makes a dialect.
    public init(
        parameter: @escaping @Sendable (_ name: String, _ position: Int) -> String,
        parquetScan: (@Sendable (_ path: String) -> String)?, prelude: [String], preludeRemoval: [String] = [],
        textType: String = "varchar",
        lowercased: @escaping @Sendable (_ expression: String) -> String = { "lower(\($0))" },
        analysis: (@Sendable (_ table: String) -> String)? = nil,
        currentInstant: String = "CAST(CURRENT_TIMESTAMP AS timestamp)", storage: Storage
    ) {
        self.parameter = parameter
        self.parquetScan = parquetScan
        self.prelude = prelude
        self.preludeRemoval = preludeRemoval
        self.textType = textType
        self.lowercased = lowercased
        self.analysis = analysis
        self.currentInstant = currentInstant
        self.storage = storage
    }

    /// A text literal of SQL, for names that come from a file system and never from a record.
    public static func literal(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }
}

extension WriteSession {
    /// Lets the engine look at a table that this transaction has filled, where it wants to.
    func analyze(_ table: String, as dialect: Dialect) async throws {
        if let statement = dialect.analysis?(table) { try await execute(Statement(statement)) }
    }
}
