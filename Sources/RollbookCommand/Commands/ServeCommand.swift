import ArgumentParser
import Logging
import Rollbook
import RollbookServer

/// `rollbook serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the reports over HTTP, with a dashboard.",
        discussion: """
            The server listens on this machine's own addresses only. It owns the database while it runs. Ctrl-C, or a \
            request to terminate, lets it finish what it is answering; a second one ends it at once.
            """)

    @Option(help: ArgumentHelp("The address to listen on (default: 127.0.0.1).", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port to listen on; 0: any that is free (default: 8080).", valueName: "port"))
    var port: String?
    @OptionGroup var options: DatabaseOptions

    /// How long the start waits for the database.
    private static let patience = Duration.seconds(30)

    func run() async throws {
        let settings = try await options.settings(["server.host": host, "server.port": port])
        let telemetry = try ServerTelemetry(settings)
        let logger = telemetry.logger
        OpenFiles.raiseLimit()
        let shutdown = ShutdownPlan(settings)
        let configuration = telemetry.serverConfiguration(
            settings, readiness: shutdown.readiness, onListening: Self.tellListening)
        try await DatabaseAccess.withWarehouse(settings, observers: telemetry.observers) { warehouse in
            await Self.connect(warehouse, logger)
            let server = try RollbookServer(warehouse: warehouse, configuration: configuration, logger: logger)
            try await shutdown.run([server], logger: logger)
        }
        telemetry.flush()
    }

    private static func tellListening(_ address: BoundAddress) {
        Terminal.print("Rollbook listens on \(address.url); Ctrl-C stops it")
        ServiceNotice.ready.send()
    }

    /// Connects before anybody asks. A database that is not there yet keeps no server from starting: it says that it is not
    /// ready, and answers once the database does.
    private static func connect(_ warehouse: Warehouse, _ logger: Logger) async {
        do { try await warehouse.connect(within: patience) } catch {
            let reason = (error as? RollbookError)?.message ?? "it failed"
            logger.error("the database cannot be reached", metadata: ["reason": "\(reason)"])
        }
    }
}
