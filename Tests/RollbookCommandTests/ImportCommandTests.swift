import Foundation
import Testing

@Suite struct ImportCommandTests {
    @Test func theSameSourceTwiceChangesNothing() async throws {
        try await Program.inFolder { rollbook in
            let first = try await rollbook("import", "oulad", Program.example, "--database", "a.duckdb")
            #expect(first.status == 0)
            #expect(first.output.contains("material_submissions     3,107        0          0        0"))
            let second = try await rollbook("import", "oulad", Program.example, "--database", "a.duckdb")
            #expect(second.status == 0)
            #expect(second.output.contains("nothing changed; none rejected; data version 1;"))
        }
    }

    @Test func progressIsSilentWhereNobodyWatches() async throws {
        try await Program.inFolder { rollbook in
            let run = try await rollbook("import", "oulad", Program.example, "--database", "a.duckdb")
            #expect(!run.complaints.contains("\u{1B}"))
            #expect(run.complaints.split(separator: "\n").allSatisfy { $0.hasPrefix("note: ") })
        }
    }

    @Test func aRejectedRecordStopsTheImport() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("id,name\n1,Maths\nx y,\n", to: "school/subjects.csv")
            let run = try await rollbook(
                "import", "records", "school", "--database", "a.duckdb", "--rejects", "rejects.csv")
            #expect(run.status == 65)
            #expect(run.complaints.contains("rejected: subjects.csv:3 name: "))
            #expect(run.complaints.contains("nothing was imported"))
            #expect(run.complaints.contains("all of them stand in rejects.csv"))
            // A database that was made for nothing is taken away again.
            #expect(!rollbook.exists("a.duckdb"))
            let rejects = try String(contentsOfFile: rollbook.path("rejects.csv"), encoding: .utf8)
            #expect(rejects.hasPrefix("file,line,column,value_kind,reason,record\nsubjects.csv,3,name,empty,"))
        }
    }

    @Test func allowedRejectsAreListedAndTheRestIsStored() async throws {
        try await Program.inFolder { rollbook in
            let bad = (2...30).map { "\($0),\n" }.joined()
            try rollbook.write("id,name\n1,Maths\n" + bad, to: "school/subjects.csv")
            let run = try await rollbook(
                "import", "records", "school", "--database", "a.duckdb", "--max-rejects", "29")
            #expect(run.status == 0)
            #expect(run.complaints.contains("… and 9 more"))
            #expect(run.output.contains("29 rejected"))
            let refused = try await rollbook(
                "import", "records", "school", "--database", "a.duckdb", "--max-rejects", "28")
            #expect(refused.status == 65)
        }
    }

    @Test func replaceRemovesWhatIsGone() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("id,name\n1,Maths\n2,Art\n", to: "school/subjects.csv")
            _ = try await rollbook("import", "records", "school", "--database", "a.duckdb")
            try rollbook.write("id,name\n1,Mathematics\n", to: "school/subjects.csv")
            let run = try await rollbook("import", "records", "school", "--database", "a.duckdb", "--replace")
            #expect(run.output.contains("subjects         0        1          0        1"))
        }
    }

    @Test func changesLeanOnTheBundleBeforeThem() async throws {
        try await Program.inFolder { rollbook in
            let manifest = "propertyName,value\noneroster.version,1.2\n"
            try rollbook.write("sourcedId,givenName,familyName\ns1,Ann,Lee\n", to: "bulk/users.csv")
            try rollbook.write("sourcedId,userSourcedId,role\nr1,s1,student\n", to: "bulk/roles.csv")
            try rollbook.write(manifest + "file.users,bulk\nfile.roles,bulk\n", to: "bulk/manifest.csv")
            let first = try await rollbook("import", "oneroster", "bulk", "--database", "a.duckdb")
            #expect(first.status == 0)
            try rollbook.write("sourcedId,givenName,familyName\ns1,Eve,Lee\n", to: "changes/users.csv")
            try rollbook.write(manifest + "file.users,delta\n", to: "changes/manifest.csv")
            let second = try await rollbook("import", "oneroster", "changes", "--database", "a.duckdb")
            #expect(second.status == 0)
            #expect(second.output.contains("students         0        1          0        0"))
        }
    }

    static let refused: [([String], Int32)] = [
        (["import", "records", "nowhere", "--database", "a.duckdb"], 66),
        (["import", "oulad", "nowhere", "--database", "a.duckdb"], 66),
        (["import", "oneroster", "nowhere.zip", "--database", "a.duckdb"], 66),
        (["import", "oulad", Program.example, "--database", "nowhere/a.duckdb"], 73),
        (["import", "oulad", Program.example, "--database", "a.duckdb", "--rejects", "nowhere/r.csv"], 73),
        (["import", "oulad", Program.example], 64),
        (["import", "oulad", Program.example, "--database", "sc://host"], 64),
        (["import", "oulad", Program.example, "--database", "a.duckdb", "--frob"], 64),
    ]

    @Test(arguments: Self.refused)
    func whatCannotBeginSaysWhyByItsStatus(arguments: [String], status: Int32) async throws {
        try await Program.inFolder { rollbook in
            let run = try rollbook.start(arguments).finish()
            #expect(run.status == status)
            #expect(run.complaints.hasPrefix("rollbook: "))
            #expect(!rollbook.exists("a.duckdb"))
        }
    }
}
