import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import Metrics
import NIOCore
public import Rollbook
import RollbookModel
public import ServiceLifecycle
import Tracing

/// The HTTP API and the pages of one warehouse, as a service: it runs until it is told to shut down, then answers what
/// it has begun to answer and refuses new connections. ``DrainService`` prepares those who ask for that.
public struct RollbookServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let configuration: ServerConfiguration
    private let hotAnswers: HotAnswers
    private let warehouse: Warehouse

    /// Prepares a server.
    ///
    /// - Parameter jobs: the jobs that it shows and runs by hand; nil: the warehouse's as is standard.
    /// - Throws: ``RollbookError`` with `invalidArgument` for an address that others than this machine could reach.
    public init(
        warehouse: Warehouse, jobs: WarehouseJobs? = nil, configuration: ServerConfiguration, logger: Logger
    ) throws {
        let jobs = jobs ?? WarehouseJobs(warehouse: warehouse)
        let host = try configuration.loopbackAddress()
        let hotAnswers = HotAnswers(warehouse: warehouse)
        self.configuration = configuration
        self.hotAnswers = hotAnswers
        let parts = ServerParts(warehouse: warehouse, configuration: configuration, logger: logger)
        let observation = HotObservation(meters: parts.meters, tracer: parts.tracer)
        let connections = parts.connections
        self.warehouse = warehouse
        application = Application(
            router: Self.router(parts, jobs, hotAnswers),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [
                        ConnectionGuard(limits: configuration.connections, count: connections),
                        DrainHandler(readiness: configuration.readiness),
                        HotAnswerHandler(answers: hotAnswers, observation: observation),
                    ])),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port), availableConnectionsDelegate: connections),
            onServerRunning: { channel in
                guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
                    return
                }
                await configuration.onListening(BoundAddress(host: host, port: port))
            },
            logger: logger)
    }

    /// Serves until the service group shuts down.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` where the address cannot be bound.
    public func run() async throws {
        let telling = Task { [hotAnswers] in await hotAnswers.keepTelling() }
        defer { telling.cancel() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await warehouse.keepWatch() }
                defer { group.cancelAll() }
                try await withGracefulShutdownHandler {
                    try await application.run()
                } onGracefulShutdown: { [readiness = configuration.readiness] in
                    readiness.drain()
                }
            }
            telling.cancel()
            await telling.value
        } catch let error as IOError {
            throw RollbookError(
                .unavailable,
                "\(configuration.host):\(configuration.port) cannot be listened on"
                    + (error.errnoCode == EADDRINUSE ? ": another program does already" : ""),
                subject: "port", underlying: error)
        }
    }

    private static func router(
        _ parts: ServerParts, _ jobs: WarehouseJobs, _ hotAnswers: HotAnswers
    ) -> Router<BasicRequestContext> {
        let (warehouse, logger) = (parts.warehouse, parts.logger)
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: ObservationMiddleware(logger: logger, meters: parts.meters, tracer: parts.tracer))
        router.add(middleware: ProblemMiddleware(warehouse: warehouse, logger: logger))
        router.add(middleware: LoopbackMiddleware())
        CatalogueRoutes().add(to: router)
        AnswerRoutes(warehouse: warehouse, hotAnswers: hotAnswers).add(to: router)
        MaintenanceRoutes(warehouse: warehouse).add(to: router)
        StatusRoutes(warehouse: warehouse).add(to: router)
        HealthRoutes(warehouse: warehouse, board: parts.board).add(to: router)
        parts.metricRoutes?.add(to: router)
        DirectoryRoutes(warehouse: warehouse).add(to: router)
        JobRoutes(jobs: jobs).add(to: router)
        let dashboard = Dashboard(warehouse: warehouse, board: parts.board, logger: logger)
        dashboard.addRoutes(to: router)
        dashboard.addJobRoutes(jobs, to: router)
        return router
    }
}

/// What a server's routes and connections share.
private struct ServerParts {
    let warehouse: Warehouse
    let logger: Logger
    let meters: RequestMeters
    let connections: ConnectionCount
    let board: HealthBoard
    let metricRoutes: MetricRoutes?
    /// Makes spans; nil where nothing is traced.
    let tracer: (any Tracer)?

    init(warehouse: Warehouse, configuration: ServerConfiguration, logger: Logger) {
        self.warehouse = warehouse
        self.logger = logger
        let factory: any MetricsFactory = configuration.metrics ?? NOOPMetricsHandler.instance
        meters = RequestMeters(factory: factory)
        connections = ConnectionCount(maximum: configuration.connections.connections)
        board = HealthBoard(
            sources: warehouse.healthSources + configuration.healthSources, readiness: configuration.readiness)
        let warehouseMeters = WarehouseMeters(
            warehouse: warehouse, board: board, connections: connections, factory: factory)
        metricRoutes = configuration.metrics.map { MetricRoutes(registry: $0, meters: warehouseMeters) }
        let tracer = InstrumentationSystem.tracer
        self.tracer = tracer is NoOpTracer ? nil : tracer
    }
}
