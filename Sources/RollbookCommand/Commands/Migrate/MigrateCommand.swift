import ArgumentParser
import Rollbook
import RollbookStore

/// `rollbook migrate`.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Make a database's tables, bring them to this version, or undo that.",
        discussion: """
            A store is made and changed by numbered migrations, each of which the database remembers with a checksum. What \
            holds nothing of its own (functions, derived tables, materialized views) stands beside them and is made anew \
            when its definition changes; refresh the views after that.

            Every run is one transaction: all of it happens or nothing, and two runs at once wait for each other. A run that \
            finds everything as it should be changes nothing. A migration that the database has and this program does not \
            know, or knows otherwise, is refused with status \(ExitStatus.unavailable.rawValue).

            The first import makes a DuckDB file by itself; it needs no 'migrate up' until a newer Rollbook says so.
            """,
        subcommands: [MigrationStatus.self, MigrationUp.self, MigrationDown.self, MigrationGrants.self])
}

/// `rollbook migrate status`.
struct MigrationStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "List the migrations: applied, pending, changed, unknown.",
        discussion: """
            applied: it stands as this program has it. pending: 'migrate up' makes it. changed: the database has it with \
            another text. unknown: the database has it, this program does not.
            """)

    @Option(help: "How the list is printed.") var format: StatusCommand.Format = .table
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let entries = try await DatabaseAccess.withEngine(settings) { engine in
            try await Migrator(of: engine).status(on: engine)
        }
        Terminal.print(format == .json ? MigrationText.json(entries) : MigrationText.table(entries))
    }
}

/// `rollbook migrate up`.
struct MigrationUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Make what is missing, and make anew what has changed.")

    @Option(help: ArgumentHelp("The last migration to apply (default: all of them).", valueName: "number")) var to: Int?
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let outcome = try await DatabaseAccess.withEngine(settings, creates: true) { engine in
            try await Migrator(of: engine).up(on: engine, to: to)
        }
        Terminal.print(MigrationText.outcome(outcome))
        if !outcome.made.isEmpty, case .postgreSQL = try DatabaseLocation(settings) {
            Terminal.complain("note: nobody but this user has rights to what was made; run the SQL of 'migrate grants'")
        }
    }
}

/// `rollbook migrate down`.
struct MigrationDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Undo the migrations above a number; 0 undoes all of them.",
        discussion:
            "What stands beside the tables goes first. Tables that hold records stay, unless --discard-records says so."
    )

    @Option(help: ArgumentHelp("The last migration to keep.", valueName: "number")) var to: Int
    @Flag(help: "Drop tables that hold records, and lose these.") var discardRecords = false
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try await options.settings()
        let outcome = try await DatabaseAccess.withEngine(settings) { engine in
            try await Migrator(of: engine).down(on: engine, to: to, discardsRecords: discardRecords)
        }
        Terminal.print(MigrationText.outcome(outcome))
    }
}
