import Foundation
import Testing

@testable import RollbookCommand

/// A server of its own process, stopped as systemd and people stop it.
@Suite(.timeLimit(.minutes(3))) struct ShutdownTests {
    @Test func aServerTellsWhoStartedItWhenItAnswersAndWhenItStops() async throws {
        try await ServedProgram.run { served in
            #expect(try served.notices.next() == "READY=1")
            #expect(try served.status(of: "/health/ready") == 200)
            kill(served.process.processIdentifier, SIGTERM)
            #expect(try served.notices.next() == "STOPPING=1")
            let run = try served.finish()
            #expect(run.status == 0)
            #expect(served.process.terminationReason == .exit)
        }
    }

    @Test func readinessGoesDownBeforeTheAnswers() async throws {
        try await ServedProgram.run(environment: ["ROLLBOOK_SERVER_DRAIN_DELAY": "3600"]) { served in
            #expect(try served.notices.next() == "READY=1")
            kill(served.process.processIdentifier, SIGTERM)
            #expect(try served.notices.next() == "STOPPING=1")
            let (ready, live) = (try served.status(of: "/health/ready"), try served.status(of: "/health/live"))
            #expect(ready == 503)
            #expect(live == 200)
            // The second one ends it, an hour before its time.
            kill(served.process.processIdentifier, SIGTERM)
            #expect(try served.finish().status == 130)
        }
    }

    @Test(arguments: ["", "@", "relative", "/" + String(repeating: "x", count: 200), "/nobody/listens/here"])
    func aSocketThatIsNoneHurtsNobody(name: String) { #expect(!ServiceNotice.ready.send(to: name)) }

    @Test func anAbstractNameIsUnderstood() throws {
        let name = "@rollbook-\(UUID().uuidString)"
        let notices = try Notices(name: name)
        #expect(ServiceNotice.stopping.send(to: name))
        #expect(try notices.next() == "STOPPING=1")
    }
}

/// A server over a small school, and the notices that it sends.
private struct ServedProgram {
    let process: Process
    let finish: () throws -> Program.Run
    let notices: Notices
    let url: String

    static func run(
        environment: [String: String] = [:], _ body: (ServedProgram) async throws -> Void
    ) async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            // A socket's path must be short.
            let socket = "/tmp/rollbook-\(UUID().uuidString.prefix(8))"
            defer { unlink(socket) }
            let notices = try Notices(name: socket)
            let output = Foundation.Pipe()
            let (process, finish) = try rollbook.start(
                ["serve", "--port", "0", "--database", "a.duckdb"], output: output.fileHandleForWriting,
                environment: environment.merging(["NOTIFY_SOCKET": socket]) { $1 })
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            try output.fileHandleForWriting.close()
            let line = try #require(String(data: output.fileHandleForReading.availableData, encoding: .utf8))
            let url = try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output
            try await body(ServedProgram(process: process, finish: finish, notices: notices, url: String(url)))
        }
    }

    /// The status of a request, asked with the system's own client: Foundation's keeps connections.
    func status(of target: String) throws -> Int? {
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", url + target]
        let output = Foundation.Pipe()
        curl.standardOutput = output
        try curl.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        curl.waitUntilExit()
        return Int(text)
    }
}

/// The socket on which a service manager would wait for notices.
private final class Notices {
    private let socket: Int32

    init(name: String) throws {
        socket = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // The limit only turns a defect into a failure.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        try #require(status == 0)
    }

    deinit { close(socket) }

    func next() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &bytes, bytes.count, 0)
        try #require(count >= 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
