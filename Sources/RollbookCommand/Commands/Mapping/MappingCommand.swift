import ArgumentParser
import Foundation
import Rollbook
import RollbookModel
import RollbookStore

/// `rollbook mapping`.
struct MappingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping",
        abstract: "Let a platform's own tables be the records, by views over them (PostgreSQL).",
        discussion: """
            A mapping is a file with one SELECT for each record table, under a heading such as '-- rollbook: students'. Once \
            it is applied nothing is imported: every refresh brings the reports and views to what the platform holds then.
            """,
        subcommands: [MappingChecking.self, MappingApplying.self, MappingShowing.self, MappingRemoving.self])
}

/// `rollbook mapping check [FILE]`.
struct MappingChecking: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say which columns, values and references of a mapping are wrong.",
        discussion: """
            Nothing is changed, and no value of a record is shown. The exit status is 0 where all is well, and \
            \(ExitStatus.rejected.rawValue) where the mapping cannot be applied or some records are left out.
            """)

    @Argument(help: "The mapping (default: the one that is applied).") var file: String?
    @Option(help: "How the findings are printed.") var format: StatusCommand.Format = .table
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let given = try file.map(MappingFile.read)
        let settings = try await options.settings()
        let line = ProgressLine()
        let (mapping, report) = try await DatabaseAccess.withWarehouse(settings) { warehouse in
            let mapping = if let given { given } else { try await MappingFile.applied(in: warehouse) }
            let report = try await warehouse.checkMapping(mapping) { await line.show("looking at \($0.rawValue) …") }
            return (mapping, report)
        }
        await line.clear()
        let text = MappingText(report, of: mapping)
        Terminal.print(format == .json ? text.json : text.table)
        if !report.isClean { throw CommandFailure(.rejected, text.verdict) }
    }
}

/// `rollbook mapping apply FILE`.
struct MappingApplying: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put a mapping's views in the place of the record tables, and refresh.",
        discussion: """
            The mapping is checked first. Records that cannot be stored, and those that refer to them, are left out by the \
            views, now and later; where there are more of them than --max-rejects, nothing is applied. A store that holds \
            records of its own is refused; a mapping that is applied already is replaced.
            """)

    @Argument(help: "The mapping.") var file: String
    @Option(help: ArgumentHelp("How many records may be left out.", valueName: "count")) var maxRejects = 0
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        guard maxRejects >= 0 else { throw CommandFailure(.usage, "--max-rejects takes a whole number from 0") }
        let mapping = try MappingFile.read(file)
        let settings = try await options.settings()
        let most = maxRejects
        let line = ProgressLine()
        let outcome = try await DatabaseAccess.withWarehouse(settings) { warehouse in
            try await warehouse.applyMapping(
                mapping, maximumRejects: most, progress: { await line.show("looking at \($0.rawValue) …") },
                onReport: { report in
                    await line.clear()
                    Terminal.print(MappingText(report, of: mapping).table)
                })
            await line.show("refreshing …")
            return try await warehouse.refresh()
        }
        await line.clear()
        Terminal.print(
            "\(mapping.file) is applied; refreshed as of \(outcome.asOf); data version \(outcome.dataVersion)")
    }
}

/// `rollbook mapping show`.
struct MappingShowing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the mapping that is applied, as it was applied.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let mapping = try await DatabaseAccess.withWarehouse(settings) { try await MappingFile.applied(in: $0) }
        Terminal.write(Array(mapping.text.utf8), to: STDOUT_FILENO)
    }
}

/// `rollbook mapping remove`.
struct MappingRemoving: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Make the store's own record tables again, empty; the platform's stay as they are.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let state = try await DatabaseAccess.withWarehouse(settings) { try await $0.removeMapping() }
        Terminal.print("the mapping is removed; the store holds no records; data version \(state.dataVersion)")
    }
}

/// Where mappings come from.
enum MappingFile {
    /// Longer than any mapping: what is longer is another file.
    private static let mostBytes = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure`` where it cannot be read; ``RollbookError`` with `unreadableSource` where it is no mapping.
    static func read(_ path: String) throws -> RecordMapping {
        guard let handle = FileHandle(forReadingAtPath: path), let bytes = try? handle.read(upToCount: mostBytes + 1)
        else {
            throw CommandFailure(.noInput, "the mapping \(path) cannot be read")
        }
        guard bytes.count <= mostBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.noInput, "\(path) is no mapping: it is not UTF-8, or longer than a megabyte")
        }
        return try RecordMapping(parsing: text, file: path.split(separator: "/").last.map(String.init) ?? path)
    }

    /// The mapping that is applied.
    ///
    /// - Throws: ``CommandFailure`` where none is.
    static func applied(in warehouse: Warehouse) async throws -> RecordMapping {
        guard let applied = try await warehouse.appliedMapping() else {
            throw CommandFailure(
                .usage, "the records of this store are its own; no mapping is applied",
                hints: ["rollbook mapping apply FILE applies one"])
        }
        return applied.mapping
    }
}
