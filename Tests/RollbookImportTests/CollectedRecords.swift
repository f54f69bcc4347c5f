import Foundation
import RollbookImport
import RollbookModel
import Synchronization

/// A sink that keeps everything in memory.
final class CollectedRecords: RecordSink {
    /// What a sink may be given.
    struct Contents {
        var batches: [RecordBatch] = []
        var parquetFiles: [ParquetFile] = []
        var removals: [RecordTable: [SourceIdentifier]] = [:]
        var memory: [SourceMemory.Entry] = []
        var rejections: [RejectedRecord] = []
        var notes: [SourceNote] = []
        var progress: [ReadProgress] = []
    }

    private let kept = Mutex(Contents())

    var contents: Contents { kept.withLock { $0 } }
    var rejections: [RejectedRecord] { contents.rejections }
    var notes: [SourceNote] { contents.notes }

    func receive(_ batch: RecordBatch) async throws { kept.withLock { $0.batches.append(batch) } }
    func receive(parquet file: ParquetFile) async throws { kept.withLock { $0.parquetFiles.append(file) } }
    func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) async throws {
        kept.withLock { $0.removals[table, default: []] += identifiers }
    }
    func remember(_ entries: [SourceMemory.Entry]) async throws { kept.withLock { $0.memory += entries } }
    func reject(_ record: RejectedRecord) async throws { kept.withLock { $0.rejections.append(record) } }
    func note(_ note: SourceNote) async { kept.withLock { $0.notes.append(note) } }
    func progress(_ progress: ReadProgress) async { kept.withLock { $0.progress.append(progress) } }

    /// How many records of a table there are.
    func count(_ table: RecordTable) -> Int {
        contents.batches.filter { $0.table == table }.reduce(0) { $0 + $1.count }
    }

    /// The records of a table, each value as a text; a missing one is `-`, a textual id stands in single quotes.
    func rows(_ table: RecordTable) -> [[String]] {
        contents.batches.filter { $0.table == table }.flatMap { batch in
            (0..<batch.count).map { row in batch.columns.map { $0.text(at: row) } }
        }
    }

    /// How many times a remark with these words was made.
    func noteCount(containing words: String) -> Int {
        notes.filter { $0.message.contains(words) }.reduce(0) { $0 + $1.count }
    }

    /// Everything a source gives.
    static func reading(_ source: some RecordSource) async throws -> CollectedRecords {
        let records = CollectedRecords()
        try await source.read(into: records)
        return records
    }
}

extension BatchColumn {
    fileprivate func text(at row: Int) -> String {
        switch self {
        case .identifiers(let numbers, let texts):
            texts[row].map { "'\($0)'" } ?? numbers[row].map(String.init) ?? "-"
        case .texts(let values): values[row] ?? "-"
        case .booleans(let values): values[row].map(String.init) ?? "-"
        case .dates(let values): values[row].map { CalendarDate(daysSinceEpoch: $0).description } ?? "-"
        case .instants(let values): values[row].map { Instant(microsecondsSinceEpoch: $0).description } ?? "-"
        case .scores(let values):
            values[row].map { FixedDecimal(units: Int64($0), scale: 2).paddedDescription } ?? "-"
        }
    }
}

/// A folder that is gone when nobody holds it any more.
final class TemporaryFolder {
    let path: String

    /// Makes a folder with files of these texts.
    init(_ files: [String: String] = [:]) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        path = url.path
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try write(Data(text.utf8), to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ data: Data, to name: String) throws {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }
}
