import Foundation
import Testing

/// PostgreSQL's own programs, run as the user who owns the servers: `postgres` where the tests run as root, since servers
/// refuse to run as root.
enum ServerCommand {
    /// What a program that failed said.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs one of PostgreSQL's programs, or one of the system's where the name is a path, and waits for its end.
    ///
    /// - Returns: what it printed, without the last line's end.
    @discardableResult static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> String {
        let program = name.hasPrefix("/") ? name : try TestServers.programs.appendingPathComponent(name).path
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try ["input", "output", "complaints"].map { name in
            let file = folder.appendingPathComponent(name)
            try Data((name == "input" ? input : "").utf8).write(to: file)
            return file
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", closingAll, "bash"] + asOwner(program, arguments)
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"]
            .merging(environment) { $1 }
        // Files, not pipes: a server that the program starts would hold a pipe open.
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let said = try files.dropFirst().map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        guard status == 0 else {
            throw Failure(description: "\(name) ended with status \(status): \(said.joined())")
        }
        return said[0].trimmingCharacters(in: .newlines)
    }

    /// Foundation takes a program for running as long as anybody holds a certain file of it open, and a server that a
    /// program starts holds all that it is given.
    private static let closingAll = """
        for file in /proc/self/fd/*; do
          number=${file##*/}
          [ "$number" -le 2 ] || eval "exec $number>&-"
        done
        exec "$@"
        """

    private static func asOwner(_ program: String, _ arguments: [String]) -> [String] {
        guard getuid() == 0 else { return [program] + arguments }
        return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", program] + arguments
    }
}
