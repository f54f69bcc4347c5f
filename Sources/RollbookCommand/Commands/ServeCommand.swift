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

    func run() async throws {
        let settings = try await options.settings(["server.host": host, "server.port": port])
        let logger = Self.logger(settings)
        let shutdown = ShutdownPlan(settings)
        let configuration = ServerConfiguration(
            host: settings["server.host"] ?? "", port: settings.number("server.port") ?? 0,
            readiness: shutdown.readiness, onListening: Self.tellListening)
        try await DatabaseAccess.withWarehouse(settings) { warehouse in
            let server = try RollbookServer(warehouse: warehouse, configuration: configuration, logger: logger)
            try await shutdown.run([server], logger: logger)
        }
    }

    private static func tellListening(_ address: BoundAddress) {
        Terminal.print("Rollbook listens on \(address.url); Ctrl-C stops it")
        ServiceNotice.ready.send()
    }

    /// What the server logs goes to the standard error.
    private static func logger(_ settings: EffectiveSettings) -> Logger {
        let level = settings["log_level"].flatMap(Logger.Level.init(rawValue:)) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "rollbook")
    }
}
