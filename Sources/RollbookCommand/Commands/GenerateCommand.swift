import ArgumentParser
import Foundation
import Rollbook
import RollbookDuckDB
import RollbookModel

/// `rollbook generate`.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make up records by rule.", subcommands: [SchoolGenerator.self])
}

/// `rollbook generate school`.
struct SchoolGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "school", abstract: "Make up one school year; the same numbers give the same bytes.",
        discussion: "With --output the school is written as canonical files, without it goes straight into --database.")

    /// How files are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv
        case compressed = "csv.gz"
        case parquet
    }

    @Option(help: "The number of students.") var students: Int
    @Option(help: "What all chance depends on.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Material submissions of a student, on average.", valueName: "count"))
    var submissionsPerStudent = 100
    @Option(help: ArgumentHelp("The last date of the school year.", valueName: "date"))
    var endsOn: String = GeneratedSchool.defaultEnd.description
    @Option(help: ArgumentHelp("Write files to this folder.", valueName: "folder")) var output: String?
    @Option(help: "How files are written.") var format: Format = .csv
    @Flag(help: "Overwrite files of records in the folder.") var overwrite = false
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        guard let end = CalendarDate(parsing: endsOn) else {
            throw CommandFailure(.usage, "--ends-on takes a date such as 2026-06-26")
        }
        let school = try GeneratedSchool(
            students: students, seed: seed, endsOn: end, submissionsPerStudent: submissionsPerStudent)
        guard let output else {
            return try await ImportRun(settings: try await options.settings()).run { _ in school }
        }
        let files = GeneratedFiles(school: school, folder: output, overwrites: overwrite)
        switch format {
        case .csv: try await files.write(.none)
        case .compressed: try await files.write(.gzip)
        case .parquet: try await files.writeParquet(try await options.settings())
        }
    }
}

/// A made-up school as files.
struct GeneratedFiles {
    let school: GeneratedSchool
    let folder: String
    let overwrites: Bool

    private typealias GeneratedFile = (name: String, rows: Int64, bytes: Int64)

    /// Writes comma-separated values.
    func write(_ packing: RecordFolderWriter.Packing) async throws {
        report(try await writeText(to: folder, packing).map { ($0.name, $0.rows, $0.bytes) })
    }

    /// Writes comma-separated values beside the folder's files, then has DuckDB make Parquet of them.
    func writeParquet(_ settings: EffectiveSettings) async throws {
        // Looks whether the folder can be made and is free, before the work begins.
        _ = try makeWriter(folder, .none) { _ in }
        let draft = URL(fileURLWithPath: folder).appendingPathComponent(
            ".rollbook-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: draft) }
        let texts = try await writeText(to: draft.path, .none)
        let export = try ParquetExport(settings.engine(path: ""))
        var files: [GeneratedFile] = []
        for text in texts {
            let name = "\(text.table.rawValue).parquet"
            let made = draft.appendingPathComponent(name).path
            try await export.convert(text.table, csv: draft.appendingPathComponent(text.name).path, parquet: made)
            let bytes = (try? FileManager.default.attributesOfItem(atPath: made))?[.size] as? NSNumber
            files.append((name, text.rows, bytes?.int64Value ?? 0))
        }
        try publish(files, from: draft)
        report(files)
    }

    private func writeText(
        to folder: String, _ packing: RecordFolderWriter.Packing
    ) async throws -> [RecordFolderWriter.WrittenFile] {
        let line = ProgressLine()
        let writer = try makeWriter(folder, packing) { progress in Task { await line.show(progress) } }
        do {
            try await school.read(into: writer)
            let files = try await writer.finish()
            await line.clear()
            return files
        } catch {
            await line.clear()
            throw error
        }
    }

    private func makeWriter(
        _ folder: String, _ packing: RecordFolderWriter.Packing,
        onProgress: @escaping @Sendable (ReadProgress) -> Void
    ) throws -> RecordFolderWriter {
        do {
            return try RecordFolderWriter(
                folder: folder, packing: packing, overwriting: overwrites, onProgress: onProgress)
        } catch let error as RollbookError where error.code == .unavailable || error.subject == folder {
            let hints = error.code == .invalidArgument ? ["--overwrite replaces them"] : []
            throw CommandFailure(.cannotCreate, error.message, hints: hints)
        }
    }

    /// Puts finished files in the place of those that were there.
    private func publish(_ files: [GeneratedFile], from draft: URL) throws {
        let target = URL(fileURLWithPath: folder)
        for table in RecordTable.allCases {
            for ending in ["csv", "csv.gz", "parquet"] {
                try? FileManager.default.removeItem(at: target.appendingPathComponent("\(table.rawValue).\(ending)"))
            }
        }
        for file in files {
            try FileManager.default.moveItem(
                at: draft.appendingPathComponent(file.name), to: target.appendingPathComponent(file.name))
        }
    }

    private func report(_ files: [GeneratedFile]) {
        let columns: [TextTable.Column] = [
            .init("file"), .init("rows", isNumeric: true), .init("bytes", isNumeric: true),
        ]
        let rows = files.map { [$0.name, Decimals.grouped($0.rows), Decimals.grouped($0.bytes)] }
        Terminal.print(TextTable(columns, rows: rows).text(width: nil))
        Terminal.print("written to \(folder)")
    }
}
