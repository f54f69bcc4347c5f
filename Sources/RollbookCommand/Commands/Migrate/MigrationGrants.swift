import ArgumentParser
import RollbookPostgreSQL

/// `rollbook migrate grants`.
struct MigrationGrants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants",
        abstract: "Print the SQL that gives three roles of PostgreSQL what each needs, and no more.",
        discussion: """
            owner: owns the schema, for 'migrate'. refresher: for 'import' and 'refresh'. reader: for everything that only \
            asks, such as 'serve' and 'report'. Nothing is changed: pass the SQL to psql, as a role that may create roles. \
            It can be run again at any time; run it again after every 'migrate up' that made something. The roles are made \
            without passwords.
            """)

    @Option(help: ArgumentHelp("The role that owns the schema.", valueName: "name"))
    var owner = PostgresRoles.standard.owner
    @Option(help: ArgumentHelp("The role that imports and refreshes.", valueName: "name"))
    var refresher = PostgresRoles.standard.refresher
    @Option(help: ArgumentHelp("The role that reads.", valueName: "name"))
    var reader = PostgresRoles.standard.reader
    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        try DatabaseAccess.requireServer(try await options.settings())
        Terminal.print(try PostgresRoles(owner: owner, refresher: refresher, reader: reader).grants)
    }
}
