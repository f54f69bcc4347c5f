import ArgumentParser
import Rollbook
import RollbookModel

/// `rollbook import`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import records: all of a source or nothing.",
        discussion: """
            An import adds what is new and updates what differs; the same source twice changes nothing. A record that \
            cannot be stored is rejected with its file, line and reason. When more are rejected than --max-rejects, nothing \
            is imported and the exit status is \(ExitStatus.rejected.rawValue); for a source that cannot be read it is \
            \(ExitStatus.noInput.rawValue). Ctrl-C rolls back.
            """,
        subcommands: [RecordsImport.self, OneRosterImport.self, OULADImport.self])
}

/// What every import takes.
struct ImportFlags: ParsableArguments {
    @Flag(help: "Remove what is gone from the source, in the tables that it fills.") var replace = false
    @Option(help: ArgumentHelp("How many records may be rejected.", valueName: "count")) var maxRejects = 0
    @Option(help: ArgumentHelp("Write the rejected records to this CSV file.", valueName: "file")) var rejects: String?
    @OptionGroup var options: DatabaseOptions

    /// - Throws: ``CommandFailure`` where a value is out of range.
    func run(_ source: @escaping @Sendable (Warehouse, Policy) async throws -> any RecordSource) async throws {
        guard maxRejects >= 0 else { throw CommandFailure(.usage, "--max-rejects takes a whole number from 0") }
        let settings = try await options.settings()
        let importing = ImportRun(
            settings: settings, replaces: replace, maximumRejects: maxRejects, rejectsPath: rejects)
        try await importing.run { try await source($0, settings.policy) }
    }
}

/// `rollbook import records FOLDER`.
struct RecordsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records", abstract: "Import canonical files: <table>.csv, .csv.gz or .parquet.",
        discussion: RecordTable.allCases.map { table in
            "\(table.rawValue): " + table.columns.map { $0.name + ($0.isOptional ? "?" : "") }.joined(separator: ", ")
        }.joined(separator: "\n"))

    @Argument(help: "The folder that holds the files.") var folder: String
    @OptionGroup var flags: ImportFlags

    func run() async throws {
        let source = try RecordsFolder(path: folder)
        try await flags.run { _, _ in source }
    }
}

/// `rollbook import oulad FOLDER`.
struct OULADImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oulad", abstract: "Import the Open University Learning Analytics dataset.")

    @Argument(help: "The folder that holds the dataset's CSV files.") var folder: String
    @OptionGroup var flags: ImportFlags

    func run() async throws {
        let source = try OULADFolder(path: folder)
        try await flags.run { _, _ in source }
    }
}

/// `rollbook import oneroster FOLDER|ZIP`.
struct OneRosterImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oneroster", abstract: "Import a OneRoster 1.1 or 1.2 CSV bundle, whole or changes only.")

    @Argument(help: "The folder or ZIP archive of the bundle.") var bundle: String
    @OptionGroup var flags: ImportFlags

    func run() async throws {
        let (path, now) = (bundle, Instant.now)
        // A bundle that is none is told before a database is made.
        _ = try OneRosterBundle(path: path, zone: .utc, now: now)
        try await flags.run { warehouse, policy in
            let source = try OneRosterBundle(path: path, zone: policy.timeZone, now: now)
            guard case .delta = source.coverage else { return source }
            return try OneRosterBundle(
                path: path, zone: policy.timeZone, now: now,
                memory: try await warehouse.sourceMemory(of: source.origin))
        }
    }
}
