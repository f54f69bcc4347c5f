import Foundation
import RollbookCache
import RollbookModel
import Synchronization
import Testing

@testable import RollbookRedis

/// A Redis server of a test's own, which it may stop, kill and start again.
final class RedisServer: Sendable {
    /// What a server that does not start said.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: Int
    let folder: URL
    let password = "pa/ss@w0rd"
    private let process = Mutex<Process?>(nil)

    /// Starts a server while `body` runs.
    ///
    /// - Parameter settings: further lines of its configuration.
    static func with(_ settings: [String] = [], _ body: (RedisServer) async throws -> Void) async throws {
        let server = try RedisServer(settings)
        defer { server.end() }
        try await server.start()
        try await body(server)
    }

    private init(_ settings: [String]) throws {
        port = try FreePort.any()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = [
            "port \(port)", "bind 127.0.0.1", "dir \(folder.path)", "save \"\"", "appendonly no",
            "requirepass \(password)", "unixsocket \(folder.path)/s", "logfile \(folder.path)/log",
        ]
        try (lines + settings).joined(separator: "\n").write(
            to: folder.appendingPathComponent("conf"), atomically: true, encoding: .utf8)
    }

    /// The address with its password, which has to be spelled with escapes.
    var url: String { "redis://:pa%2Fss%40w0rd@127.0.0.1:\(port)/3" }

    /// The path of its socket.
    var socket: String { folder.path + "/s" }

    /// Starts it, or starts it again, and waits until it answers.
    func start() async throws {
        let started = Process()
        started.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        started.arguments = [folder.appendingPathComponent("conf").path]
        started.standardInput = FileHandle.nullDevice
        started.standardOutput = FileHandle.nullDevice
        started.standardError = FileHandle.nullDevice
        try started.run()
        process.withLock { $0 = started }
        try await until("Redis answers") {
            guard started.isRunning else { throw Failure(description: "Redis ended: \(self.log)") }
            return await (try? self.ask(["PING"])) == .status("PONG")
        }
    }

    /// Ends it at once, as a crash does.
    func kill() {
        process.withLock { process in
            if let process, process.isRunning {
                Foundation.kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            process = nil
        }
    }

    /// Makes it stand still, as an overloaded machine does: it takes connections and says nothing.
    func pause() { process.withLock { _ = $0.map { Foundation.kill($0.processIdentifier, SIGSTOP) } } }

    /// Lets it go on.
    func resume() { process.withLock { _ = $0.map { Foundation.kill($0.processIdentifier, SIGCONT) } } }

    /// Asks it something over a connection of its own.
    @discardableResult func ask(_ words: [String], password: String? = nil) async throws -> RedisReply {
        let connection = RedisConnection(on: SocketLoop(label: "test"))
        try await connection.open(.host("127.0.0.1", port: port), within: .seconds(5))
        let replies = try await connection.send(
            [["AUTH", password ?? self.password], ["SELECT", "3"], RedisCommand(words)], within: .seconds(5))
        await connection.close()
        return replies[2]
    }

    /// The names of all keys.
    func keys() async throws -> [String] {
        let reply = try await ask(["KEYS", "*"])
        return (reply.list ?? []).compactMap { $0.bytes.map { String(decoding: $0, as: UTF8.self) } }.sorted()
    }

    private var log: String { (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? "" }

    private func end() {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }
}

extension RedisServer {
    /// A cache over it, for as long as `body` runs.
    func withAnswers(
        timeout: Duration = .milliseconds(500), url: String? = nil, prefix: String = "test",
        _ body: (RedisAnswers) async throws -> Void
    ) async throws {
        let answers = RedisAnswers(
            try RedisConfiguration(
                address: RedisAddress(url ?? self.url), prefix: prefix, commandTimeout: timeout))
        await answers.commands.settled(within: .seconds(10))
        do { try await body(answers) } catch {
            await answers.close()
            throw error
        }
        await answers.close()
    }
}
