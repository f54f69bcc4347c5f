import Logging
import Rollbook
import RollbookDuckDB
import RollbookServer
import ServiceLifecycle

/// A server on a free port over a small school in memory.
struct RunningServer: Sendable {
    let warehouse: Warehouse
    let port: Int
    let group: ServiceGroup
    let readiness: ReadinessState

    /// Serves while `body` runs.
    static func with(
        school: School = School(), refreshed: Bool = true, _ body: @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2))
        let warehouse = Warehouse(engine: engine)
        _ = try await warehouse.importRecords(from: school)
        if refreshed { _ = try await warehouse.refresh(asOf: Instant(parsing: School.asOf)) }
        let (addresses, address) = AsyncStream.makeStream(of: BoundAddress.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let readiness = ReadinessState()
        let configuration = ServerConfiguration(port: 0, readiness: readiness) { address.yield($0) }
        let server = try RollbookServer(warehouse: warehouse, configuration: configuration, logger: logger)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        let serving = Task { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        let bound = await iterator.next()
        let result: Result<Void, any Error>
        do {
            let running = RunningServer(
                warehouse: warehouse, port: bound?.port ?? 0, group: group, readiness: readiness)
            result = .success(try await body(running))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await serving.value
        await warehouse.close()
        try result.get()
    }

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
