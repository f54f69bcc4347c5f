import Logging
import Rollbook
import RollbookDuckDB
import RollbookServer
import RollbookStore
import ServiceLifecycle

/// A server on a free port over a small school in memory.
struct RunningServer: Sendable {
    let engine: DuckDBEngine
    let warehouse: Warehouse
    let port: Int
    let group: ServiceGroup
    let readiness: ReadinessState

    /// Serves while `body` runs.
    static func with(
        school: School = School(), refreshed: Bool = true,
        engine configuration: DuckDBConfiguration = DuckDBConfiguration(path: nil, threads: 2),
        warehouse warehouseConfiguration: WarehouseConfiguration = WarehouseConfiguration(),
        server serverConfiguration: ServerConfiguration = ServerConfiguration(), logger: Logger = quiet,
        _ body: @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let engine = try await DuckDBEngine(configuration)
        let warehouse = Warehouse(engine: engine, configuration: warehouseConfiguration)
        _ = try await warehouse.importRecords(from: school)
        if refreshed { _ = try await warehouse.refresh(asOf: Instant(parsing: School.asOf)) }
        let (addresses, address) = AsyncStream.makeStream(of: BoundAddress.self)
        var listening = serverConfiguration
        listening.port = 0
        let readiness = listening.readiness
        listening.onListening = { address.yield($0) }
        let server = try RollbookServer(warehouse: warehouse, configuration: listening, logger: logger)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        let serving = Task { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        let bound = await iterator.next()
        let result: Result<Void, any Error>
        do {
            let running = RunningServer(
                engine: engine, warehouse: warehouse, port: bound?.port ?? 0, group: group, readiness: readiness)
            result = .success(try await body(running))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await serving.value
        await warehouse.close()
        try result.get()
    }

    /// Runs `body` while a reader of the engine is busy: its only one, where the engine was made with one.
    func whileReaderIsHeld(_ body: @Sendable () async throws -> Void) async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        async let held: Void = engine.read(deadline: .none) { _ in
            begin.yield()
            for await _ in gate { break }
        }
        for await _ in begun { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        open.yield()
        try await held
        try result.get()
    }

    /// Logs what must not happen.
    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    func connection() throws -> RawConnection { try RawConnection(port: port) }

    /// The text of a request.
    func request(_ method: String, _ target: String, _ headers: [String] = [], body: String = "") -> String {
        var lines = ["\(method) \(target) HTTP/1.1"]
        if !headers.contains(where: { $0.hasPrefix("Host:") }) { lines.append("Host: 127.0.0.1:\(port)") }
        lines += headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// One request over a connection of its own.
    func ask(
        _ method: String, _ target: String, _ headers: [String] = [], body: String = ""
    ) async throws -> RawResponse {
        let connection = try connection()
        try connection.send(request(method, target, headers, body: body))
        let responses = try await connection.receive(1, headOnly: method == "HEAD")
        return responses[0]
    }

    func get(_ target: String, _ headers: [String] = []) async throws -> RawResponse {
        try await ask("GET", target, headers)
    }

    /// A report's answer about the first student, long enough to be compressed.
    static let progress = "/v1/reports/student-progress?student=1&by=day&days=90&as_of=\(School.asOf)"
}
