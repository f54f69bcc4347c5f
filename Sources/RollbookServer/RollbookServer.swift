import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Rollbook
import RollbookModel
public import ServiceLifecycle

/// The HTTP API and the pages of one warehouse, as a service: it runs until it is told to shut down, then answers what
/// it has begun to answer and refuses new connections.
public struct RollbookServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let configuration: ServerConfiguration
    private let warehouse: Warehouse

    /// Prepares a server.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for an address that others than this machine could reach.
    public init(warehouse: Warehouse, configuration: ServerConfiguration, logger: Logger) throws {
        let host = try configuration.loopbackAddress()
        let hotAnswers = HotAnswers(warehouse: warehouse)
        self.configuration = configuration
        self.warehouse = warehouse
        application = Application(
            router: Self.router(warehouse, hotAnswers, logger),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [HotAnswerHandler(answers: hotAnswers)])),
            configuration: ApplicationConfiguration(address: .hostname(host, port: configuration.port)),
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
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await warehouse.keepWatch() }
                defer { group.cancelAll() }
                try await application.run()
            }
        } catch let error as IOError {
            throw RollbookError(
                .unavailable,
                "\(configuration.host):\(configuration.port) cannot be listened on"
                    + (error.errnoCode == EADDRINUSE ? ": another program does already" : ""),
                subject: "port", underlying: error)
        }
    }

    private static func router(
        _ warehouse: Warehouse, _ hotAnswers: HotAnswers, _ logger: Logger
    ) -> Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(logger: logger))
        router.add(middleware: LoopbackMiddleware())
        CatalogueRoutes().add(to: router)
        AnswerRoutes(warehouse: warehouse, hotAnswers: hotAnswers).add(to: router)
        MaintenanceRoutes(warehouse: warehouse).add(to: router)
        StatusRoutes(warehouse: warehouse).add(to: router)
        DirectoryRoutes(warehouse: warehouse).add(to: router)
        Dashboard(warehouse: warehouse, logger: logger).addRoutes(to: router)
        return router
    }
}
