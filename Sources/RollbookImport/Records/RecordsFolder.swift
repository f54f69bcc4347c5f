import Foundation
public import RollbookModel

/// A folder of canonical files: for each table `<table>.csv`, `<table>.csv.gz` or `<table>.parquet`, any of them absent.
///
/// The header names the columns, in any order; optional ones may be absent. An id that is a whole number in its canonical
/// spelling (`17`, not `017`) is a number, anything else a text. An empty field is a missing value. Texts are kept as they
/// stand, blanks too.
///
/// Exports show `id` and `source_id`, so a file with both can be read: where `source_id` is not empty, the record's id is
/// that text, and `id` counts only where it is empty. Columns that refer to such a record must then hold its `source_id`.
public struct RecordsFolder: RecordSource {
    /// `records`.
    public let origin = "records"
    /// Always `bulk`.
    public let coverage = SourceCoverage.bulk
    /// The tables that have a file, in the order in which they are read.
    public let tables: [RecordTable]

    private let folder: String
    private let files: [RecordTable: String]

    private static let endings = [".csv", ".csv.gz", ".parquet"]

    /// Looks which tables' files there are.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` for a path that is no folder, a folder without a table's file, a
    ///   table with two files, and a file with one of the three endings that is no table.
    public init(path: String) throws {
        let files = try Self.findFiles(in: path)
        guard !files.isEmpty else {
            throw RollbookError(
                .unreadableSource, "\(path) holds none of the files \(Self.knownFiles)", subject: path)
        }
        folder = path
        self.files = files
        tables = RecordTable.allCases.filter { files[$0] != nil }
    }

    /// Reads the files; those in Parquet are handed to the sink as they are.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` or `cancelled`; whatever the sink throws.
    public func read(into sink: any RecordSink) async throws {
        for table in tables {
            guard let name = files[table] else { continue }
            let path = URL(fileURLWithPath: folder).appendingPathComponent(name).path
            if name.hasSuffix(".parquet") {
                try await sink.receive(parquet: ParquetFile(table: table, path: path, name: name))
            } else {
                try await RecordsFile(table, path: path, name: name).read(into: sink)
            }
        }
    }

    private static var knownFiles: String {
        let names = RecordTable.allCases.map(\.rawValue).joined(separator: ", ")
        return "<table>.csv, <table>.csv.gz, <table>.parquet; the tables are \(names)"
    }

    private static func findFiles(in path: String) throws -> [RecordTable: String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw RollbookError(.unreadableSource, "\(path) is no folder that can be read", subject: path)
        }
        var files: [RecordTable: String] = [:]
        for name in names.sorted() where !name.hasPrefix(".") {
            guard let ending = endings.first(where: { name.lowercased().hasSuffix($0) }) else { continue }
            guard name.hasSuffix(ending), let table = RecordTable(rawValue: String(name.dropLast(ending.count))) else {
                throw RollbookError(
                    .unreadableSource, "\(name) is no table's file; expected \(knownFiles)", subject: name)
            }
            if let other = files[table] {
                throw RollbookError(
                    .unreadableSource, "\(other) and \(name) both hold \(table.rawValue); only one may", subject: name)
            }
            files[table] = name
        }
        return files
    }
}
