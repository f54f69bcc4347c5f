import Foundation
import RollbookModel
import Testing

@testable import RollbookCommand

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite(.timeLimit(.minutes(3))) struct JobsCommandTests {
    private func json(_ run: Program.Run) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    }

    @Test func jobsAreListedRunAndRemembered() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "3", "--database", "a.duckdb")
            let list = try json(try await rollbook("jobs", "--format", "json", "--database", "a.duckdb"))
            #expect(list.compactMap { $0["name"] as? String } == ["refresh", "statistics", "warm", "prepare"])
            #expect(list[0]["schedule"] as? String == "0 2 * * *" && list[3]["schedule"] is NSNull)
            #expect((list[0]["next_due_at"] as? String)?.hasSuffix("T02:00:00Z") == true)
            for name in ["refresh", "statistics", "warm", "prepare"] {
                let run = try await rollbook("jobs", "run", name, "--database", "a.duckdb")
                #expect(run.status == 0, "\(name): \(run.complaints)")
                #expect(run.output.hasPrefix("\(name) succeeded: "))
            }
            let history = try json(
                try await rollbook("jobs", "history", "--format", "json", "--database", "a.duckdb"))
            #expect(history.count == 4 && history.allSatisfy { $0["outcome"] as? String == "succeeded" })
            let one = try await rollbook("jobs", "history", "refresh", "--database", "a.duckdb")
            #expect(one.output.contains("refresh") && !one.output.contains("warm"))
        }
    }

    @Test func whatIsNoJobIsRefused() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            for arguments in [
                ["run", "sweep"], ["history", "sweep"], ["cancel", "sweep"], ["run", "refresh", "--wait", "-1"],
            ] {
                let run = try await rollbook("jobs", arguments[0], arguments[1], "--database", "a.duckdb")
                if arguments.count == 2 { #expect(run.status == 64 && run.complaints.contains("the jobs are")) }
            }
            #expect(try await rollbook("jobs", "cancel", "refresh", "--database", "a.duckdb").status == 64)
            #expect(try await rollbook("jobs", "run", "refresh", "--database", "none.duckdb").status == 66)
        }
    }

    @Test func prepareMakesAStoreAndIsDoneTheSecondTime() async throws {
        try await Program.inFolder { rollbook in
            let first = try await rollbook("jobs", "run", "prepare", "--database", "new.duckdb")
            #expect(first.status == 0, "\(first.complaints)")
            #expect(first.complaints.contains("made 1 state"))
            let second = try await rollbook("jobs", "run", "prepare", "--database", "new.duckdb")
            #expect(second.output == "prepare succeeded: 0 things made\n")
        }
    }

    static let schedules: [(String, String)] = [
        ("0 25 * * *", "jobs.refresh.schedule in rollbook.yaml: the hour of a schedule takes"),
        ("0 0 30 2 *", "never falls due"), ("daily", "a schedule takes five fields"),
    ]

    @Test(arguments: Self.schedules)
    func aScheduleThatIsNoneIsNamed(text: String, words: String) async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("jobs:\n  refresh:\n    schedule: \"\(text)\"\n", to: "rollbook.yaml")
            let run = try await rollbook("config")
            #expect(run.status == 64)
            #expect(run.complaints.contains(words), "\(run.complaints)")
        }
    }

    @Test func aScheduleIsSwitchedOffWithOrWithoutQuotes() async throws {
        for text in ["off", "\"off\"", "0 5 * * *"] {
            try await Program.inFolder { rollbook in
                try rollbook.write(
                    "jobs:\n  zone: Europe/Berlin\n  refresh:\n    schedule: \(text)\n", to: "rollbook.yaml")
                _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
                let run = try await rollbook("jobs", "--format", "json", "--database", "a.duckdb")
                #expect(run.status == 0, "\(text): \(run.complaints)")
                let list = try json(run)
                #expect(list[0]["time_zone"] as? String == "Europe/Berlin")
                #expect(list[0]["schedule"] as? String == (text.contains("off") ? nil : text))
            }
        }
    }
}

@Suite(.timeLimit(.minutes(3))) struct SettingReloadTests {
    @Test func policyAndSchedulesAreReadAgainAndABadFileChangesNothing() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("policy:\n  pass_mark: 60\n", to: "rollbook.yaml")
            _ = try await rollbook("generate", "school", "--students", "3", "--database", "a.duckdb")
            let output = Foundation.Pipe()
            let (process, finish) = try rollbook.start(
                ["serve", "--port", "0", "--database", "a.duckdb"], output: output.fileHandleForWriting)
            try output.fileHandleForWriting.close()
            let line = try #require(String(data: output.fileHandleForReading.availableData, encoding: .utf8))
            let url = String(try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output)
            #expect(try await passMark(url) == 60)
            #expect(try await passMark(url) == 60)
            try rollbook.write(
                "policy:\n  pass_mark: 50\njobs:\n  refresh:\n    schedule: \"30 4 * * *\"\n", to: "rollbook.yaml")
            kill(process.processIdentifier, SIGHUP)
            try await until { try await passMark(url) == 50 }
            let jobs = try await get(url + "/v1/jobs")["jobs"] as? [[String: Any]]
            #expect(jobs?.first?["schedule"] as? String == "30 4 * * *")
            try rollbook.write("policy:\n  pass_mark: many\n", to: "rollbook.yaml")
            kill(process.processIdentifier, SIGHUP)
            try await until {
                let parts = try await get(url + "/health/ready")["parts"] as? [[String: Any]] ?? []
                return parts.contains { $0["name"] as? String == "settings" && $0["state"] as? String == "degraded" }
            }
            #expect(try await passMark(url) == 50)
            // What is no YAML is told by its place: the line may hold a password.
            try rollbook.write("policy:\n  pass_mark: 40\ndatabase: \"opensesame\n", to: "rollbook.yaml")
            kill(process.processIdentifier, SIGHUP)
            try await until {
                let parts = try await get(url + "/health/ready")["parts"] as? [[String: Any]] ?? []
                #expect(!"\(parts)".contains("sesame"))
                return "\(parts)".contains("cannot be understood as YAML: line ")
            }
            try rollbook.write("policy:\n  pass_mark: 40\n", to: "rollbook.yaml")
            kill(process.processIdentifier, SIGHUP)
            try await until { try await passMark(url) == 40 }
            kill(process.processIdentifier, SIGTERM)
            #expect(try finish().status == 0)
        }
    }

    /// The pass mark of the answer to one question, which is in memory from the second time on.
    private func passMark(_ url: String) async throws -> Int? {
        let answer = try await get(url + "/v1/reports/top-performers")
        return ((answer["policy"] as? [String: Any])?["pass_mark"] as? NSNumber)?.intValue
    }

    private func get(_ url: String) async throws -> [String: Any] {
        let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: url)))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    private func until(_ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !holds() {
            try #require(ContinuousClock.now < end, "it did not come to pass")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
