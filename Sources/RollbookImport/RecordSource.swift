public import RollbookModel

/// Something that has records: a folder of files, a bundle, a school made up by rule.
///
/// A source reads as a stream: it hands over batches of a few thousand records and forgets them, so that memory does not
/// grow with the input. It knows no engine.
public protocol RecordSource: Sendable {
    /// The origin that the store remembers with each record: `records`, `oneroster`, `oulad`, `generated`.
    var origin: String { get }
    /// Whether the source holds all there is, or only what has changed.
    var coverage: SourceCoverage { get }
    /// The tables that the source fills; with `--replace` what is gone from these is removed.
    var tables: [RecordTable] { get }

    /// Reads everything, in an order in which no record refers to a later table's.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` where a file is missing or not what it must be; whatever the
    ///   sink throws.
    func read(into sink: any RecordSink) async throws
}

/// How much of the records a source holds.
public enum SourceCoverage: Sendable {
    /// All there are: what is gone from it may be removed.
    case bulk
    /// Only what has changed: what is gone is named as a removal.
    case delta
}

/// Where a source's records go: a store, or files.
public protocol RecordSink: Sendable {
    /// Takes some records. The order of batches is the order of the source.
    func receive(_ batch: RecordBatch) async throws
    /// Takes a Parquet file of a table's records, which an engine reads by itself, checking as it goes.
    func receive(parquet file: ParquetFile) async throws
    /// Takes the ids of records of a table that the source says are gone.
    func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) async throws
    /// Takes what the source, when it next brings only what has changed, will need to know of this time.
    func remember(_ entries: [SourceMemory.Entry]) async throws
    /// Takes a record that cannot be stored.
    func reject(_ record: RejectedRecord) async throws
    /// Takes a remark on the source that loses no record: tolerated dirt, skipped files, what the source cannot say.
    func note(_ note: SourceNote) async
    /// Takes how far the reading is.
    func progress(_ progress: ReadProgress) async
}

/// A Parquet file of one table.
public struct ParquetFile: Hashable, Sendable {
    /// The table whose records it holds.
    public let table: RecordTable
    /// Where it lies.
    public let path: String
    /// How messages name it.
    public let name: String

    /// Names a file.
    public init(table: RecordTable, path: String, name: String) {
        self.table = table
        self.path = path
        self.name = name
    }
}

/// A remark on a source.
public struct SourceNote: Hashable, Sendable {
    /// The file it is about, or nil for the whole source.
    public let file: String?
    /// What was seen and what was done about it, without any record's values.
    public let message: String
    /// How many times it was seen.
    public let count: Int

    /// Makes a remark.
    public init(file: String?, message: String, count: Int = 1) {
        self.file = file
        self.message = message
        self.count = count
    }
}

/// How far the reading of a source is.
public struct ReadProgress: Hashable, Sendable {
    /// The file being read.
    public let file: String
    /// Records read from it so far.
    public let records: Int64
    /// Bytes of it read so far; records of a made-up school count as bytes.
    public let bytesRead: Int64
    /// Its size, where known.
    public let bytesTotal: Int64?

    /// Makes a report of progress.
    public init(file: String, records: Int64, bytesRead: Int64, bytesTotal: Int64?) {
        self.file = file
        self.records = records
        self.bytesRead = bytesRead
        self.bytesTotal = bytesTotal
    }
}
