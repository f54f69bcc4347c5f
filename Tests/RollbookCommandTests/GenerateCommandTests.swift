import Foundation
import Testing

@Suite struct GenerateCommandTests {
    @Test func filesOfEveryFormatHoldTheSameSchool() async throws {
        try await Program.inFolder { rollbook in
            let numbers = ["generate", "school", "--students", "20", "--seed", "5"]
            // The first import stores the school, the others find nothing new.
            for (format, change) in [
                ("csv", "none rejected"), ("csv.gz", "nothing changed"), ("parquet", "nothing changed"),
            ] {
                let made = try rollbook.start(numbers + ["--output", format, "--format", format]).finish()
                #expect(made.status == 0)
                let run = try await rollbook("import", "records", format, "--database", "a.duckdb")
                #expect(run.output.contains("\n\(change)"), "\(format)")
            }
        }
    }

    @Test func theSameNumbersGiveTheSameBytes() async throws {
        try await Program.inFolder { rollbook in
            for folder in ["a", "b"] {
                _ = try await rollbook(
                    "generate", "school", "--students", "50", "--seed", "5", "--output", folder, "--format", "parquet")
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: rollbook.path("a")) {
                #expect(
                    FileManager.default.contentsEqual(
                        atPath: rollbook.path("a/" + name), andPath: rollbook.path("b/" + name)))
            }
        }
    }

    @Test func filesThatAreThereStayUntilAskedToMakeWay() async throws {
        try await Program.inFolder { rollbook in
            let arguments = ["generate", "school", "--students", "3", "--output", "a"]
            #expect(try rollbook.start(arguments).finish().status == 0)
            let refused = try rollbook.start(arguments + ["--format", "parquet"]).finish()
            #expect(refused.status == 73)
            #expect(refused.complaints.contains("--overwrite"))
            #expect(try rollbook.start(arguments + ["--format", "parquet", "--overwrite"]).finish().status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: rollbook.path("a"))
            #expect(names.count == 11)
            #expect(names.allSatisfy { $0.hasSuffix(".parquet") })
        }
    }
}
