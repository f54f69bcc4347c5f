import Foundation
import Testing

/// The built program, run as a person runs it, in a folder of its own.
struct Program {
    /// What a run left behind.
    struct Run {
        let status: Int32
        let output: String
        let complaints: String

        /// The output as a JSON object.
        var json: [String: Any] {
            get throws {
                try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
            }
        }
    }

    /// The folder in which it runs.
    let folder: URL

    /// Makes a folder, which `body` may fill and which is gone afterwards.
    static func inFolder(_ body: (Program) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rollbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(Program(folder: folder))
    }

    /// The AAA module of OULAD that the project carries.
    static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Examples/oulad-aaa").path

    /// Starts the program and waits for its end.
    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) async throws -> Run {
        let (process, files) = try prepared(arguments, environment)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return try Self.finished(status, files)
    }

    /// Starts the program without waiting.
    ///
    /// - Parameter output: where its output goes instead of into the run.
    func start(
        _ arguments: [String], output: FileHandle? = nil, environment: [String: String] = [:]
    ) throws -> (process: Process, finish: () throws -> Run) {
        let (process, files) = try prepared(arguments, environment)
        if let output { process.standardOutput = output }
        try process.run()
        return (
            process,
            {
                process.waitUntilExit()
                return try Self.finished(process.terminationStatus, files)
            }
        )
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file into the folder.
    func write(_ text: String, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Whether a file of the folder is there.
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    private func prepared(_ arguments: [String], _ environment: [String: String]) throws -> (Process, (URL, URL)) {
        let process = Process()
        process.executableURL = try Self.executable()
        process.currentDirectoryURL = folder
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("ROLLBOOK_") && $0.key != "COLUMNS"
        }
        process.environment = inherited.merging(environment) { $1 }
        let name = UUID().uuidString
        let files = (
            FileManager.default.temporaryDirectory.appendingPathComponent(name + ".out"),
            FileManager.default.temporaryDirectory.appendingPathComponent(name + ".err")
        )
        for file in [files.0, files.1] { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files.0)
        process.standardError = try FileHandle(forWritingTo: files.1)
        return (process, files)
    }

    private static func finished(_ status: Int32, _ files: (URL, URL)) throws -> Run {
        defer { for file in [files.0, files.1] { try? FileManager.default.removeItem(at: file) } }
        return Run(
            status: status, output: String(decoding: try Data(contentsOf: files.0), as: UTF8.self),
            complaints: String(decoding: try Data(contentsOf: files.1), as: UTF8.self))
    }

    /// The program lies where the tests lie.
    private static func executable() throws -> URL {
        let folders = [Bundle.main.executableURL?.deletingLastPathComponent(), Bundle.main.bundleURL]
        let found = folders.compactMap { $0?.appendingPathComponent("rollbook") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        return try #require(found, "the program must be built beside the tests")
    }
}
