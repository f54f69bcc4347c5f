import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct ServeCommandTests {
    @Test func anAddressThatOthersReachIsRefused() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            let run = try await rollbook("serve", "--host", "0.0.0.0", "--database", "a.duckdb")
            #expect(run.status == 64)
            #expect(run.complaints.contains("listens only on this machine's own addresses"))
        }
    }

    @Test func aPortThatIsNoneIsRefused() async throws {
        try await Program.inFolder { rollbook in
            let run = try await rollbook("serve", "--port", "99999", "--database", "a.duckdb")
            #expect(run.status == 64)
            #expect(run.complaints.contains("--port takes a whole number from 0 to 65535"))
        }
    }

    @Test func aServerIsWarmedFromOutsideAndStopsWhenAsked() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            let output = Foundation.Pipe()
            let (process, finish) = try rollbook.start(
                ["serve", "--port", "0", "--database", "a.duckdb"], output: output.fileHandleForWriting)
            try output.fileHandleForWriting.close()
            let line = try #require(String(data: output.fileHandleForReading.availableData, encoding: .utf8))
            let url = try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output
            let warm = try await rollbook("warm", "--server", String(url))
            #expect(warm.status == 0)
            #expect(warm.output.hasSuffix(" answers written\n"))
            let locked = try await rollbook("info", "--database", "a.duckdb")
            #expect(locked.status == 69)
            kill(process.processIdentifier, SIGTERM)
            #expect(try finish().status == 0)
        }
    }
}
