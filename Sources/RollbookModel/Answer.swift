/// Where an answer's numbers come from.
public struct Provenance: Hashable, Sendable {
    /// The report or view that was asked for.
    public var report: String
    /// The parameters as understood, defaults filled in, in declared order.
    public var parameters: [NamedValue]
    /// The definitions that were in force.
    public var policy: Policy
    /// The instant for which the answer holds.
    public var asOf: Instant
    /// The state of the store that was read.
    public var dataState: DataState
    /// The newest record's time, or nil where there are no records.
    public var dataAsOf: Instant?
    /// When the rows were computed.
    public var generatedAt: Instant
    /// Who answered.
    public var servedBy: String
    /// How far behind the primary the answering replica was, in seconds, where one answered.
    public var replicaLagSeconds: Double?
    /// How long the computation took, in milliseconds.
    public var executionTimeMilliseconds: Double

    /// The version of the stored records and views that were read; it changes whenever they do.
    public var dataVersion: Int64 { dataState.version }

    /// Makes a provenance.
    public init(
        report: String, parameters: [NamedValue], policy: Policy, asOf: Instant, dataState: DataState,
        dataAsOf: Instant?, generatedAt: Instant, servedBy: String, replicaLagSeconds: Double? = nil,
        executionTimeMilliseconds: Double
    ) {
        self.report = report
        self.parameters = parameters
        self.policy = policy
        self.asOf = asOf
        self.dataState = dataState
        self.dataAsOf = dataAsOf
        self.generatedAt = generatedAt
        self.servedBy = servedBy
        self.replicaLagSeconds = replicaLagSeconds
        self.executionTimeMilliseconds = executionTimeMilliseconds
    }
}

/// A name and its value, where the order matters.
public struct NamedValue: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Value

    /// Pairs a name with a value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}

/// A whole answer: rows, how many there are before the page was cut, and where they come from.
public struct Answer: Hashable, Sendable {
    /// Where the numbers come from.
    public var provenance: Provenance
    /// The rows of the page.
    public var table: AnswerTable
    /// All rows, before the page was cut.
    public var totalCount: Int64
    /// The size of the page, as applied.
    public var limit: Int64
    /// The first row of the page, counted from 0.
    public var offset: Int64
    /// What stands beside the rows, where the report has a summary; in order.
    public var summary: [NamedValue]?

    /// Makes an answer.
    public init(
        provenance: Provenance, table: AnswerTable, totalCount: Int64, limit: Int64, offset: Int64,
        summary: [NamedValue]? = nil
    ) {
        self.provenance = provenance
        self.table = table
        self.totalCount = totalCount
        self.limit = limit
        self.offset = offset
        self.summary = summary
    }

    /// Whether rows were left out by the page.
    public var isCut: Bool { Int64(table.rows.count) < totalCount }
}
