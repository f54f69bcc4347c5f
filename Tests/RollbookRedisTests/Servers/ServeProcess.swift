import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The built program, as operators run it: several servers over one PostgreSQL and one Redis.
struct Programs {
    let folder: URL
    let database: String
    let redis: String
    let prefix = "test-\(UUID().uuidString)"

    /// Makes a folder and a database while `body` runs.
    static func with(_ body: (Programs) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let primary = try value("TEST_POSTGRES_PRIMARY")
        let name = "redis_\(UInt32.random(in: .min ... .max))"
        let psql = URL(fileURLWithPath: try value("TEST_POSTGRES_BIN")).appendingPathComponent("psql")
        func sql(_ text: String) async throws {
            let process = Process()
            process.executableURL = psql
            process.arguments = ["--quiet", "--command", text, primary]
            process.standardInput = FileHandle.nullDevice
            let status = try await end(of: process)
            #expect(status == 0)
        }
        try await sql("CREATE DATABASE \(name)")
        let programs = Programs(
            folder: folder, database: primary.replacing(/\/postgres$/, with: "/\(name)"), redis: try value("TEST_REDIS")
        )
        do { try await body(programs) } catch {
            try await sql("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
        try await sql("DROP DATABASE \(name) WITH (FORCE)")
    }

    /// Runs the program to its end, and gives what it printed.
    @discardableResult func run(_ arguments: String...) async throws -> String {
        let (process, output) = try prepared(arguments)
        let status = try await Self.end(of: process)
        let text = try String(contentsOf: output, encoding: .utf8)
        guard status == 0 else {
            throw RedisServer.Failure(description: "\(arguments[0]) ended with \(status): \(text)")
        }
        return text
    }

    /// Serves while `body` runs.
    func serve(_ settings: [String: String] = [:], _ body: (ServeProcess) async throws -> Void) async throws {
        let (process, output) = try prepared(["serve", "--port", "0"], settings)
        try process.run()
        defer {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
        var url: String?
        try await until("the server listens") {
            let text = try String(contentsOf: output, encoding: .utf8)
            guard process.isRunning else { throw RedisServer.Failure(description: "the server ended: \(text)") }
            url = text.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.output) }
            return url != nil
        }
        try await body(ServeProcess(url: try #require(url), output: output))
    }

    private func prepared(_ arguments: [String], _ settings: [String: String] = [:]) throws -> (Process, URL) {
        let process = Process()
        let places = [Bundle.main.executableURL?.deletingLastPathComponent(), Bundle.main.bundleURL]
        process.executableURL = try #require(
            places.compactMap { $0?.appendingPathComponent("rollbook") }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) })
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ["PATH": "/usr/bin:/bin", "ROLLBOOK_DATABASE": database, "ROLLBOOK_CACHE_REDIS": redis]
        environment["ROLLBOOK_CACHE_REDIS_PREFIX"] = prefix
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        process.environment = environment.merging(settings) { $1 }
        let output = folder.appendingPathComponent(UUID().uuidString)
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        return (process, output)
    }

    private static func end(of process: Process) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    private static func value(_ name: String) throws -> String {
        try #require(
            ProcessInfo.processInfo.environment[name],
            "\(name) is not set: run the tests with script/test redis, or under script/services run")
    }
}

/// A server that runs.
struct ServeProcess {
    let url: String
    let output: URL

    /// What a request was answered with.
    struct Response {
        let status: Int
        let head: [String: String]
        let body: [String: Any]
    }

    func ask(_ path: String, method: String = "GET", body: String? = nil) async throws -> Response {
        var request = URLRequest(url: try #require(URL(string: url + path)))
        request.httpMethod = method
        if let body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        let head = http.allHeaderFields.reduce(into: [String: String]()) { head, field in
            head["\(field.key)".lowercased()] = "\(field.value)"
        }
        let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        return Response(status: http.statusCode, head: head, body: object ?? [:])
    }

    /// What it has printed and logged.
    var printed: String { get throws { try String(contentsOf: output, encoding: .utf8) } }
}
