import Logging
import RollbookServer
import ServiceLifecycle
import UnixSignals

/// How a server ends: first nothing more should come (`server.drain_delay`), then what was asked is answered
/// (`server.shutdown_timeout`), then what is left is stopped.
struct ShutdownPlan: Sendable {
    /// Whether the server still wants to be asked.
    let readiness = ReadinessState()
    private let delay: Duration
    private let patience: Duration

    init(_ settings: EffectiveSettings) {
        delay = .seconds(settings.number("server.drain_delay") ?? 0)
        patience = .seconds(settings.number("server.shutdown_timeout") ?? 0)
    }

    /// Runs services until a signal asks for the end. They are shut down one by one, the last one first; a second signal
    /// ends the process at once.
    ///
    /// - Throws: what a service throws.
    func run(_ services: [any Service], logger: Logger) async throws {
        let drain = DrainService(readiness: readiness, delay: delay, logger: logger) { ServiceNotice.stopping.send() }
        var group = ServiceGroupConfiguration(
            services: services + [drain], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = delay + patience
        let watch = StopSignals.endingAtTheSecond()
        defer { watch.cancel() }
        try await ServiceGroup(configuration: group).run()
    }
}
