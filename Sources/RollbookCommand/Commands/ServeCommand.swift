import ArgumentParser
import Foundation
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
        var configuration = telemetry.serverConfiguration(
            settings, readiness: shutdown.readiness, onListening: Self.tellListening)
        let asked = settings["question_log"] == "true" ? AskedQuestions() : nil
        // Until the settings are looked after, being told to read them again is no reason to end.
        signal(SIGHUP, SIG_IGN)
        try await DatabaseAccess.withWarehouse(
            settings, makesStore: !settings.preparesAtStart,
            observers: telemetry.observers + [asked].compactMap { $0 }
        ) { warehouse in
            await Self.connect(warehouse, logger)
            let jobs = Self.jobs(of: warehouse, settings, asked, telemetry)
            let reload = settingReload(settings, warehouse, jobs, logger)
            configuration.healthSources += [jobs, reload]
            let server = try RollbookServer(
                warehouse: warehouse, jobs: jobs, configuration: configuration, logger: logger)
            let jobService = JobService(jobs, preparesFirst: settings.preparesAtStart, logger: logger)
            // The last ends first: nobody asks any more when the jobs are stopped.
            try await shutdown.run([reload, jobService, server], logger: logger)
        }
        telemetry.flush()
    }

    private static func tellListening(_ address: BoundAddress) {
        Terminal.print("Rollbook listens on \(address.url); Ctrl-C stops it")
        ServiceNotice.ready.send()
    }

    private static func jobs(
        of warehouse: Warehouse, _ settings: EffectiveSettings, _ asked: AskedQuestions?, _ telemetry: ServerTelemetry
    ) -> WarehouseJobs {
        let (logger, meters) = (telemetry.logger, telemetry.metrics.map { JobMeters(factory: $0) })
        return WarehouseJobs(
            warehouse: warehouse, configuration: settings.jobs, askedQuestions: asked,
            onEvent: { event in
                JobService.log(event, to: logger)
                meters?.saw(event)
            })
    }

    /// Reads the settings again where these were read, and puts policy and schedules in force.
    private func settingReload(
        _ settings: EffectiveSettings, _ warehouse: Warehouse, _ jobs: WarehouseJobs, _ logger: Logger
    ) -> SettingReload {
        let (options, flags) = (options, ["server.host": host, "server.port": port])
        return SettingReload(settings, logger: logger) {
            try await options.settings(flags)
        } apply: { settings in
            warehouse.reload(policy: settings.policy)
            jobs.reload(settings.jobs)
        }
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
