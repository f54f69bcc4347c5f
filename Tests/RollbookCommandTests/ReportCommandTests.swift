import Foundation
import Testing

@Suite struct ReportCommandTests {
    private static func withExample(_ body: (Program) async throws -> Void) async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("import", "oulad", Program.example, "--database", "a.duckdb")
            try await body(rollbook)
        }
    }

    @Test func theIssuesExampleAnswers() async throws {
        try await Self.withExample { rollbook in
            let run = try await rollbook(
                "report", "student-progress", "--student", "11391", "--by", "week", "--days", "90", "--as-of",
                "2014-03-01T12:00:00Z", "--format", "json", "--database", "a.duckdb")
            let json = try run.json
            #expect(json["report"] as? String == "student-progress")
            #expect(json["as_of"] as? String == "2014-03-01T12:00:00Z")
            #expect((json["parameters"] as? [String: Any])?["student"] as? Int == 11391)
            let rows = try #require(json["rows"] as? [[String: Any]])
            #expect(rows.map { $0["period"] as? String } == ["2014-01-20"])
            #expect(rows.first?["avg_grade"] as? Double == 80)
            #expect(run.output.hasSuffix("}\n"))
        }
    }

    @Test func flagsMayCarryTheirValueBehindAnEqualSignAndStandAnywhere() async throws {
        try await Self.withExample { rollbook in
            let run = try await rollbook(
                "report", "--format=csv", "student-progress", "--by=month", "--database=a.duckdb", "--days=365",
                "--student=11391", "--as-of=2014-06-01T12:00:00Z")
            let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(
                lines.first == "period,submission_count,avg_grade,pass_rate,min_grade,max_grade,grade_stddev")
            #expect(lines.dropFirst().first == "2013-10-01,1,78,100,78,78,")
            #expect(lines.last == "")
            #expect(!run.output.contains("\r"))
        }
    }

    @Test func aTableSaysWhereItsNumbersComeFromAndWhetherItIsCut() async throws {
        try await Self.withExample { rollbook in
            let run = try await rollbook(
                "report", "top-performers", "--days", "3660", "--as-of", "2014-06-01T12:00:00Z", "--limit", "3",
                "--pass-mark", "40", "--database", "a.duckdb")
            #expect(run.output.contains("rows 1 to 3 of "))
            #expect(run.output.contains("--offset 3 shows the next"))
            #expect(
                run.output.contains("as of 2014-06-01T12:00:00Z, data version 1, newest record 2015-05-26T00:00:00Z"))
            #expect(run.output.contains("policy: pass_mark 40, excellent_mark 90"))
        }
    }

    @Test func aTableFitsTheTerminal() async throws {
        try await Self.withExample { rollbook in
            let run = try await rollbook(
                "report", "subject-comparison", "--student", "11391", "--days", "3660", "--as-of",
                "2015-06-01T12:00:00Z",
                "--database", "a.duckdb", environment: ["COLUMNS": "190"])
            let grid = run.output.split(separator: "\n").drop { !$0.hasPrefix("  ") }.dropFirst().prefix(3)
            #expect(grid.allSatisfy { $0.count <= 190 })
        }
    }

    @Test func aZoneOtherThanTheOneAtLoadingMovesThePeriods() async throws {
        try await Self.withExample { rollbook in
            let run = try await rollbook(
                "report", "student-progress", "--student", "11391", "--by", "day", "--days", "90", "--as-of",
                "2014-03-01T12:00:00Z", "--time-zone", "America/New_York", "--format", "csv", "--database", "a.duckdb")
            let utc = try await rollbook(
                "report", "student-progress", "--student", "11391", "--by", "day", "--days", "90", "--as-of",
                "2014-03-01T12:00:00Z", "--format", "csv", "--database", "a.duckdb")
            let day = { (run: Program.Run) in run.output.split(separator: "\n").last?.prefix(10) }
            #expect(day(run) != day(utc))
        }
    }

    @Test func aViewIsShownAfterARefreshOnly() async throws {
        try await Self.withExample { rollbook in
            let early = try await rollbook("view", "student-grade-summary", "--database", "a.duckdb")
            #expect(early.status == 69)
            #expect(early.complaints.contains("refresh first"))
            let refresh = try await rollbook("refresh", "--as-of", "2015-06-01T00:00:00Z", "--database", "a.duckdb")
            #expect(refresh.output.contains("student_grade_summary"))
            let run = try await rollbook(
                "view", "student_grade_summary", "--limit", "2", "--format", "json", "--database", "a.duckdb")
            #expect(try run.json["as_of"] as? String == "2015-06-01T00:00:00Z")
            #expect(try run.json["row_count"] as? Int == 2)
        }
    }

    static let mistakes: [([String], String)] = [
        (["report", "nope"], "there is no report nope"),
        (["report", "student-progress"], "--student is required"),
        (["report", "student-progress", "--student"], "--student needs a value"),
        (["report", "student-progress", "--student", "1", "--student", "2"], "--student is given twice"),
        (["report", "student-progress", "--frob", "1"], "does not take --frob"),
        (["report", "student-progress", "--student", "1", "2"], "does not take 2"),
        (["report", "student-progress", "--student", "1", "--days", "0"], "--days is not understood"),
        (["report", "student-progress", "--student", "1", "--as-of", "yesterday"], "--as-of takes an instant"),
        (["report", "top-performers", "--format", "xml"], "'table', 'json' or 'csv'"),
        (["view", "nope"], "there is no view nope"),
        (["view", "student-grade-summary", "--limit", "0"], "limit is not understood"),
    ]

    @Test(arguments: Self.mistakes)
    func aMistakeIsNamed(arguments: [String], words: String) async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            let run = try rollbook.start(arguments + ["--database", "a.duckdb"]).finish()
            #expect(run.status == 64)
            #expect(run.complaints.contains(words))
            #expect(run.output.isEmpty)
        }
    }

    @Test(arguments: ["report engagement-trend", "view student-grade-summary", "refresh", "warm", "info"])
    func whatReadsNeverMakesADatabase(command: String) async throws {
        try await Program.inFolder { rollbook in
            let words = command.split(separator: " ").map(String.init)
            let run = try rollbook.start(words + ["--database", "a.duckdb"]).finish()
            #expect(run.status == 66)
            #expect(run.complaints.hasPrefix("rollbook: no database at a.duckdb; import something first\n  "))
            #expect(!rollbook.exists("a.duckdb"))
        }
    }

    @Test func everyReportHasHelpFromItsDeclaration() async throws {
        try await Program.inFolder { rollbook in
            let catalogue = try await rollbook("reports", "--format", "json").json
            let reports = try #require(catalogue["reports"] as? [[String: Any]])
            #expect(reports.count == 9)
            for report in reports {
                let help = try await rollbook("report", try #require(report["name"] as? String), "--help")
                #expect(help.status == 0)
                for parameter in try #require(report["parameters"] as? [[String: Any]]) {
                    #expect(help.output.contains(try #require(parameter["flag"] as? String)))
                }
                for column in try #require(report["columns"] as? [[String: Any]]) {
                    #expect(help.output.contains(try #require(column["meaning"] as? String)))
                }
            }
        }
    }

    @Test func theCatalogueIsMarkdownOfWholeTables() async throws {
        try await Program.inFolder { rollbook in
            let text = try await rollbook("reports", "--format", "markdown").output
            #expect(text.contains("### student-progress"))
            #expect(text.contains("### student_grade_summary"))
            for line in text.split(separator: "\n") where line.hasPrefix("|") { #expect(line.hasSuffix(" |")) }
        }
    }
}
