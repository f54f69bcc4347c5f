public import Logging
public import ServiceLifecycle

/// The first step of a graceful shutdown: says that nothing more should come, and waits until that is known.
///
/// A service group shuts its services down one by one, the last one first: this one belongs at its end, so that the server
/// goes on answering while whoever hands out requests learns from `/health/ready` to leave it alone.
public struct DrainService: Service {
    private let readiness: ReadinessState
    private let delay: Duration
    private let onDrain: @Sendable () -> Void
    private let logger: Logger

    /// Prepares the step.
    ///
    /// - Parameters:
    ///   - readiness: the state that the server's configuration holds, too.
    ///   - delay: how long it takes until the last one knows: longer than the time between two looks at `/health/ready`.
    ///   - onDrain: is told when the shutdown begins.
    public init(
        readiness: ReadinessState, delay: Duration, logger: Logger, onDrain: @escaping @Sendable () -> Void = {}
    ) {
        self.readiness = readiness
        self.delay = delay
        self.onDrain = onDrain
        self.logger = logger
    }

    /// Waits for the shutdown and delays it.
    ///
    /// - Throws: `CancellationError` where the group ends without one.
    public func run() async throws {
        try await gracefulShutdown()
        readiness.drain()
        onDrain()
        logger.info("draining", metadata: ["seconds": "\(delay / .seconds(1))"])
        try await Task.sleep(for: delay)
    }
}
