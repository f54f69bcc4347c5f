import RollbookModel

/// Gathers what becomes of one file's records, until there is enough of it to bother a sink.
final class RecordOutput {
    /// Records in a full batch.
    static let batchSize = 8_192
    /// Rejections that are kept before the sink gets them: they carry whole lines.
    private static let mostRejections = 64

    /// Where everything goes.
    let sink: any RecordSink
    /// Whether the sink should be given something before more is read.
    private(set) var isFull = false

    private let file: String
    private var batches: [RecordBatch]
    private var removals: [(table: RecordTable, identifiers: [SourceIdentifier])]
    private var memory: [SourceMemory.Entry] = []
    private var rejections: [RejectedRecord] = []
    private var notes: [(message: String, count: Int)] = []
    private let isFirstReading: Bool

    /// Gathers records of the tables from a file; batches reach the sink in the order of the tables.
    ///
    /// A file that is read twice is remarked upon and rejected from only once.
    init(_ tables: [RecordTable], file: String, sink: any RecordSink, isFirstReading: Bool = true) {
        self.isFirstReading = isFirstReading
        self.file = file
        self.sink = sink
        batches = tables.map { RecordBatch(table: $0, file: file) }
        removals = tables.map { ($0, []) }
    }

    /// Takes a record: one value for each of the table's columns.
    func append(_ values: [FieldValue], to table: RecordTable, line: Int64) {
        guard let index = batches.firstIndex(where: { $0.table == table }) else { return }
        batches[index].append(values, line: line)
        if batches[index].count >= Self.batchSize { isFull = true }
    }

    /// Takes the id of a record that is gone.
    func remove(_ identifier: SourceIdentifier, from table: RecordTable) {
        guard let index = removals.firstIndex(where: { $0.table == table }) else { return }
        removals[index].identifiers.append(identifier)
        if removals[index].identifiers.count >= Self.batchSize { isFull = true }
    }

    /// Takes what later sources of changes need to know about a record.
    func remember(_ value: String, of identifier: String, topic: String) {
        memory.append(SourceMemory.Entry(topic: topic, sourceIdentifier: identifier, value: value))
        if memory.count >= Self.batchSize { isFull = true }
    }

    /// Takes a record that cannot be stored.
    func reject(_ record: RejectedRecord) {
        guard isFirstReading else { return }
        rejections.append(record)
        if rejections.count >= Self.mostRejections { isFull = true }
    }

    /// Counts something seen that loses no record.
    func note(_ message: String) {
        guard isFirstReading else { return }
        if let index = notes.firstIndex(where: { $0.message == message }) {
            notes[index].count += 1
        } else {
            notes.append((message, 1))
        }
    }

    /// Hands on everything, and the counted remarks.
    func finish() async throws {
        try await handOver()
        for note in notes { await sink.note(SourceNote(file: file, message: note.message, count: note.count)) }
        notes.removeAll()
    }

    /// Hands on what is gathered. All tables' batches go, full or not: those of the later tables refer to the earlier.
    func handOver() async throws {
        for rejection in rejections { try await sink.reject(rejection) }
        rejections.removeAll(keepingCapacity: true)
        for index in batches.indices where batches[index].count > 0 {
            try await sink.receive(batches[index])
            batches[index] = RecordBatch(table: batches[index].table, file: file)
        }
        for index in removals.indices where !removals[index].identifiers.isEmpty {
            try await sink.remove(removals[index].identifiers, from: removals[index].table)
            removals[index].identifiers.removeAll(keepingCapacity: true)
        }
        if !memory.isEmpty {
            try await sink.remember(memory)
            memory.removeAll(keepingCapacity: true)
        }
        isFull = false
    }
}
