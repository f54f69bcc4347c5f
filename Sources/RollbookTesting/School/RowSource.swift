public import RollbookImport
public import RollbookModel

/// Records given as rows of cells, for tests: an id is a whole number or a text, a score a decimal of two places.
public struct RowSource: RecordSource {
    /// The origin that the store remembers.
    public let origin: String
    /// Whether these are all records, or only what has changed.
    public let coverage: SourceCoverage
    /// The tables of the rows.
    public let tables: [RecordTable]
    /// The ids that the source says are gone.
    public var removals: [(table: RecordTable, identifiers: [SourceIdentifier])] = []
    /// What the source throws when it has handed over everything: a source that fails on its way.
    public var failure: RollbookError?
    private let rows: [(table: RecordTable, rows: [[Value]])]
    private let rowsInBatch: Int

    /// Makes a source; the tables stand in the order in which they can be loaded.
    public init(
        origin: String = "rows", coverage: SourceCoverage = .bulk, rowsInBatch: Int = 1000,
        tables: [(table: RecordTable, rows: [[Value]])]
    ) {
        self.origin = origin
        self.coverage = coverage
        self.rowsInBatch = rowsInBatch
        self.tables = tables.map(\.table)
        rows = tables
    }

    /// Hands over the rows; row n of a table stands in line n + 2 of `<table>.csv`, below a header.
    ///
    /// - Throws: ``failure``, where there is one; what the sink throws.
    public func read(into sink: any RecordSink) async throws {
        for (table, rows) in rows {
            for start in stride(from: 0, to: rows.count, by: rowsInBatch) {
                var batch = RecordBatch(table: table, file: table.rawValue + ".csv")
                for index in start..<min(start + rowsInBatch, rows.count) {
                    batch.append(rows[index], line: Int64(index + 2))
                }
                try await sink.receive(batch)
            }
        }
        for (table, identifiers) in removals { try await sink.remove(identifiers, from: table) }
        if let failure { throw failure }
    }
}

extension RecordBatch {
    /// Appends a record; a cell that is not of its column's type is left empty.
    mutating func append(_ cells: [Value], line: Int64) {
        lines.append(line)
        for (index, cell) in cells.enumerated() { columns[index].append(cell, at: lines.count - 1) }
    }
}

extension BatchColumn {
    fileprivate mutating func append(_ cell: Value, at position: Int) {
        switch self {
        case .identifiers(var numbers, var texts):
            numbers.append(cell.integer)
            if let text = cell.text { texts[position] = text }
            self = .identifiers(numbers, texts: texts)
        case .texts(let values): self = .texts(values + [cell.text])
        case .booleans(let values): self = .booleans(values + [cell.boolean])
        case .dates(let values): self = .dates(values + [cell.date?.daysSinceEpoch])
        case .instants(let values): self = .instants(values + [cell.instant?.microsecondsSinceEpoch])
        case .scores(let values): self = .scores(values + [cell.units.map { Int32($0) }])
        }
    }
}

extension Value {
    /// The truth, where this is one.
    fileprivate var boolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    /// A decimal's units, where this is one.
    fileprivate var units: Int64? { if case .decimal(let decimal) = self { decimal.units } else { nil } }
}
