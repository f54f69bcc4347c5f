import Foundation
public import RollbookModel

/// Writes records as canonical files, one for each table, named `<table>.csv` or `<table>.csv.gz`.
///
/// The files carry another name until ``finish()``, so that nobody takes a half folder for a whole one; a writer let
/// go of before that leaves no file. The same records in the same order give the same bytes.
public actor RecordFolderWriter: RecordSink {
    /// Whether files are packed.
    public enum Packing: Sendable {
        /// As text.
        case none
        /// As gzip, without a time in its header.
        case gzip
    }

    /// A file that has been written.
    public struct WrittenFile: Hashable, Sendable {
        /// The table whose records it holds.
        public let table: RecordTable
        /// Its name in the folder.
        public let name: String
        /// The records in it.
        public let rows: Int64
        /// Its size.
        public let bytes: Int64
    }

    private let folder: String
    private let packing: Packing
    private let onProgress: @Sendable (ReadProgress) -> Void
    private var files: [RecordTable: RecordFile] = [:]
    private var isFinished = false

    /// Makes the folder where it is missing.
    ///
    /// - Parameters:
    ///   - folder: where the files go.
    ///   - packing: whether they are packed.
    ///   - overwriting: whether tables' files that lie there already make way, all of them, when the new ones are whole.
    ///   - onProgress: told how far the source is.
    /// - Throws: ``RollbookError`` with `invalidArgument` where the folder holds tables already and these must
    ///   stay; `unavailable` where it cannot be made or read.
    public init(
        folder: String, packing: Packing = .none, overwriting: Bool = false,
        onProgress: @escaping @Sendable (ReadProgress) -> Void = { _ in }
    ) throws {
        self.folder = folder
        self.packing = packing
        self.onProgress = onProgress
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RollbookError(
                .unavailable, "The folder \(folder) cannot be made: \(error.localizedDescription)", subject: folder,
                underlying: error)
        }
        guard !overwriting, let first = Self.tableFiles(in: folder).first else { return }
        throw RollbookError(
            .invalidArgument,
            "the folder \(folder) already holds records (\(first)); name an empty folder, or ask to overwrite them",
            subject: folder)
    }

    /// Writes records; the first batch of a table begins its file, also where it is empty.
    ///
    /// - Throws: ``RollbookError`` with `outOfResources` where the disk is full, `unavailable` where the file cannot
    ///   be written; `engineFailure` after ``finish()``.
    public func receive(_ batch: RecordBatch) throws {
        try refuseAfterFinish()
        try file(of: batch.table).append(batch)
    }

    /// Refuses the file: its records would have to be read by an engine.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, always.
    public func receive(parquet file: ParquetFile) throws {
        throw RollbookError(
            .invalidArgument,
            "\(file.name) is a Parquet file, which cannot be written as CSV here; import it into a database instead",
            subject: file.name)
    }

    /// Refuses removals, which canonical files cannot say.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where there is a removal.
    public func remove(_ identifiers: [SourceIdentifier], from table: RecordTable) throws {
        guard !identifiers.isEmpty else { return }
        throw RollbookError(
            .invalidArgument, "the source removes records of \(table.rawValue), which files of records cannot say",
            subject: table.rawValue)
    }

    /// Does nothing: files of records are whole, so that nobody needs to know what came before.
    public func remember(_ entries: [SourceMemory.Entry]) {}

    /// Refuses to go on: a folder without the record would look whole.
    ///
    /// - Throws: ``RollbookError`` with `rejectedRecords`, always.
    public func reject(_ record: RejectedRecord) throws {
        throw RollbookError(
            .rejectedRecords, "\(record.file), line \(record.line): \(record.reason)", subject: record.column)
    }

    /// Does nothing: a remark loses no record.
    public func note(_ note: SourceNote) {}

    /// Hands the progress on.
    public func progress(_ progress: ReadProgress) { onProgress(progress) }

    /// Completes the files and gives them their names.
    ///
    /// - Returns: the files, in the order of their tables.
    /// - Throws: ``RollbookError`` with `outOfResources` where the disk is full, `unavailable` where a file cannot be
    ///   written; `engineFailure` where the writer has finished before.
    public func finish() async throws -> [WrittenFile] {
        try refuseAfterFinish()
        isFinished = true
        let written = RecordTable.allCases.compactMap { files[$0] }
        // All are whole before the first is seen.
        for file in written { try file.complete() }
        for file in written { try file.publish() }
        files = [:]
        let names = Set(written.map(\.name))
        for stale in Self.tableFiles(in: folder) where !names.contains(stale) { unlink(folder + "/" + stale) }
        return written.map { WrittenFile(table: $0.table, name: $0.name, rows: $0.rows, bytes: $0.bytes) }
    }

    private func refuseAfterFinish() throws {
        if isFinished { throw RollbookError(.engineFailure, "The folder of records has been finished already.") }
    }

    private func file(of table: RecordTable) throws -> RecordFile {
        if let file = files[table] { return file }
        let file = try RecordFile(table, in: folder, isPacked: packing == .gzip)
        files[table] = file
        return file
    }

    /// The names of the tables' files in a folder, in the order of the tables.
    private static func tableFiles(in folder: String) -> [String] {
        RecordTable.allCases.flatMap { table in
            ["csv", "csv.gz", "parquet"].map { "\(table.rawValue).\($0)" }
        }.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
    }
}
