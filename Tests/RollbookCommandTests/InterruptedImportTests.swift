import Foundation
import Testing

/// The source is a pipe that the test fills, so that the import is surely under way when it is stopped.
@Suite(.timeLimit(.minutes(2))) struct InterruptedImportTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalRollsBackAndSaysSo(number: Int32) async throws {
        try await Program.inFolder { rollbook in
            let before = try await Self.prepare(rollbook)
            let (run, _) = try Self.interrupt(rollbook) { kill($0.processIdentifier, number) }
            #expect(run.status == 130)
            #expect(run.complaints.contains("rollbook: interrupted; nothing was imported"))
            #expect(try await Self.contents(rollbook) == before)
        }
    }

    @Test func aKillLeavesTheDatabaseAsItWas() async throws {
        try await Program.inFolder { rollbook in
            let before = try await Self.prepare(rollbook)
            let (run, process) = try Self.interrupt(rollbook) { kill($0.processIdentifier, SIGKILL) }
            #expect(process.terminationReason == .uncaughtSignal)
            #expect(run.output.isEmpty)
            #expect(try await Self.contents(rollbook) == before)
            // What the killed process left behind is in nobody's way.
            #expect(try await rollbook("refresh", "--database", "a.duckdb").status == 0)
        }
    }

    @Test func anotherProcessIsToldWhoHasTheDatabase() async throws {
        try await Program.inFolder { rollbook in
            _ = try await Self.prepare(rollbook)
            let (process, finish) = try rollbook.start(Self.arguments)
            let pipe = try Pipe(rollbook.path("more/subjects.csv"))
            try pipe.fill(rows: 1000)
            let run = try await rollbook("info", "--database", "a.duckdb")
            #expect(run.status == 69)
            #expect(
                run.complaints.contains("a.duckdb is open in another process (process \(process.processIdentifier))"))
            kill(process.processIdentifier, SIGKILL)
            _ = try finish()
        }
    }

    private static let arguments = ["import", "records", "more", "--database", "a.duckdb"]

    private static func prepare(_ rollbook: Program) async throws -> [String: Int] {
        signal(SIGPIPE, SIG_IGN)
        _ = try await rollbook("generate", "school", "--students", "20", "--database", "a.duckdb")
        try rollbook.write("id,first_name,last_name\n1,Another,Name\n", to: "more/students.csv")
        try #require(mkfifo(rollbook.path("more/subjects.csv"), 0o600) == 0)
        return try await contents(rollbook)
    }

    /// Begins an import, stops it in the midst of a file, and goes on writing until nobody reads.
    private static func interrupt(
        _ rollbook: Program, _ stop: (Process) -> Void
    ) throws -> (Program.Run, Process) {
        let (process, finish) = try rollbook.start(arguments)
        let pipe = try Pipe(rollbook.path("more/subjects.csv"))
        try pipe.fill(rows: 100_000)
        stop(process)
        while (try? pipe.fill(rows: 1000)) != nil {}
        return (try finish(), process)
    }

    /// Rows of every table, and the data version.
    private static func contents(_ rollbook: Program) async throws -> [String: Int] {
        let json = try await rollbook("info", "--format", "json", "--database", "a.duckdb").json
        var contents = try #require(json["tables"] as? [String: Int])
        contents["data_version"] = json["data_version"] as? Int
        return contents
    }

    /// A named pipe that poses as a file of subjects.
    private final class Pipe {
        private let handle: FileHandle
        private var next = 1000

        /// Waits until somebody reads.
        init(_ path: String) throws {
            handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.write(contentsOf: Data("id,name\n".utf8))
        }

        func fill(rows: Int) throws {
            let text = (next..<next + rows).map { "\($0),Subject \($0)\n" }.joined()
            next += rows
            try handle.write(contentsOf: Data(text.utf8))
        }
    }
}
