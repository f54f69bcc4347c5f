import ArgumentParser
import Logging
import Rollbook
import RollbookServer
import ServiceLifecycle
import UnixSignals

/// `rollbook serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the reports over HTTP, with a dashboard.",
        discussion: """
            The server listens on this machine's own addresses only. It owns the database while it runs. Ctrl-C, or a \
            request to terminate, lets it finish what it is answering.
            """)

    @Option(help: ArgumentHelp("The address to listen on (default: 127.0.0.1).", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port to listen on; 0: any that is free (default: 8080).", valueName: "port"))
    var port: String?
    @OptionGroup var options: DatabaseOptions

    /// How long a shutdown waits for answers under way.
    private static let patience = Duration.seconds(30)

    func run() async throws {
        let settings = try await options.settings(["server.host": host, "server.port": port])
        let logger = Self.logger(settings)
        let configuration = ServerConfiguration(
            host: settings["server.host"] ?? "", port: settings.number("server.port") ?? 0,
            onListening: { Terminal.print("Rollbook listens on \($0.url); Ctrl-C stops it") })
        try await DatabaseAccess.withWarehouse(settings) { warehouse in
            let server = try RollbookServer(warehouse: warehouse, configuration: configuration, logger: logger)
            var group = ServiceGroupConfiguration(
                services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            group.maximumGracefulShutdownDuration = Self.patience
            try await ServiceGroup(configuration: group).run()
        }
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
