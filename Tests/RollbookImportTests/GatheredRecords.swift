import RollbookImport
import RollbookModel

/// Keeps all records of a source in memory, so that a test can look at them.
actor GatheredRecords: RecordSink {
    private var batches: [RecordTable: [RecordBatch]] = [:]
    private var order: [RecordTable] = []
    private(set) var lastProgress: [String: ReadProgress] = [:]

    init(_ source: any RecordSource) async throws { try await source.read(into: self) }

    func receive(_ batch: RecordBatch) {
        if batches[batch.table] == nil { order.append(batch.table) }
        batches[batch.table, default: []].append(batch)
    }
    func receive(parquet file: ParquetFile) {}
    func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) {}
    func remember(_ entries: [SourceMemory.Entry]) {}
    func reject(_ record: RejectedRecord) {}
    func note(_ note: SourceNote) {}
    func progress(_ progress: ReadProgress) { lastProgress[progress.file] = progress }

    /// The tables in the order in which they came.
    var tables: [RecordTable] { order }

    func count(_ table: RecordTable) -> Int { batches[table, default: []].reduce(0) { $0 + $1.count } }

    /// A column's ids, 0 for none.
    func ids(_ table: RecordTable, _ column: String = "id") -> [Int64] {
        columns(table, column).flatMap { column -> [Int64] in
            guard case .identifiers(let ids, _) = column else { return [] }
            return ids.map { $0 ?? 0 }
        }
    }

    /// A column's texts, empty for none.
    func texts(_ table: RecordTable, _ column: String) -> [String] {
        columns(table, column).flatMap { column -> [String] in
            guard case .texts(let texts) = column else { return [] }
            return texts.map { $0 ?? "" }
        }
    }

    func flags(_ table: RecordTable, _ column: String) -> [Bool] {
        columns(table, column).flatMap { column -> [Bool] in
            guard case .booleans(let flags) = column else { return [] }
            return flags.compactMap(\.self)
        }
    }

    func dates(_ table: RecordTable, _ column: String) -> [CalendarDate] {
        columns(table, column).flatMap { column -> [CalendarDate] in
            guard case .dates(let days) = column else { return [] }
            return days.compactMap { $0.map { CalendarDate(daysSinceEpoch: $0) } }
        }
    }

    /// A column's instants; nil for none.
    func instants(_ table: RecordTable, _ column: String) -> [Instant?] {
        columns(table, column).flatMap { column -> [Instant?] in
            guard case .instants(let instants) = column else { return [] }
            return instants.map { $0.map { Instant(microsecondsSinceEpoch: $0) } }
        }
    }

    /// The scores in points; nil for none.
    func scores(_ table: RecordTable) -> [Double?] {
        columns(table, "score").flatMap { column -> [Double?] in
            guard case .scores(let scores) = column else { return [] }
            return scores.map { $0.map { Double($0) / 100 } }
        }
    }

    private func columns(_ table: RecordTable, _ name: String) -> [BatchColumn] {
        guard let index = table.columns.firstIndex(where: { $0.name == name }) else { return [] }
        return batches[table, default: []].map { $0.columns[index] }
    }
}
