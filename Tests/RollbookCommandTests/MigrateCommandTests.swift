import Testing

@Suite struct MigrateCommandTests {
    @Test func upMakesAStoreOnceAndStatusSaysSo() async throws {
        try await Program.inFolder { rollbook in
            let missing = try await rollbook("migrate", "status", "--database", "a.duckdb")
            #expect(missing.status == 66)
            let first = try await rollbook("migrate", "up", "--database", "a.duckdb")
            #expect(first.status == 0)
            #expect(first.output == "made 1 state\nmade 2 records\nmade 3 operations\nmade functions\nschema 3\n")
            let second = try await rollbook("migrate", "up", "--database", "a.duckdb")
            #expect(second.output == "nothing to do\nschema 3\n")
            let status = try await rollbook(
                "migrate", "status", "--database", "a.duckdb", environment: ["COLUMNS": "80"])
            #expect(status.output.contains("     2  records     applied  20"))
            let json = try await rollbook("migrate", "status", "--format", "json", "--database", "a.duckdb")
            #expect(json.output.contains(#"{"number":1,"name":"state","state":"applied","applied_at":"20"#))
        }
    }

    @Test func downAsksBeforeItLosesRecords() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("import", "oulad", Program.example, "--database", "a.duckdb")
            _ = try await rollbook("refresh", "--database", "a.duckdb")
            let refused = try await rollbook("migrate", "down", "--to", "1", "--database", "a.duckdb")
            #expect(refused.status == 64)
            #expect(refused.complaints.contains("--discard-records"))
            let down = try await rollbook("migrate", "down", "--to", "1", "--discard-records", "--database", "a.duckdb")
            #expect(down.output == "removed 3 operations\nremoved 2 records\nschema 1\n")
            let older = try await rollbook("info", "--database", "a.duckdb")
            #expect(older.status == 69)
            #expect(older.complaints.contains("run rollbook migrate up"))
            #expect(try await rollbook("migrate", "up", "--database", "a.duckdb").status == 0)
            let view = try await rollbook("view", "subject_performance", "--database", "a.duckdb")
            #expect(view.complaints.contains("has never been filled"))
        }
    }

    @Test func aNumberThatThereIsNotMakesNoDatabase() async throws {
        try await Program.inFolder { rollbook in
            let run = try await rollbook("migrate", "up", "--to", "99", "--database", "a.duckdb")
            #expect(run.status == 64)
            #expect(run.complaints.contains("there is no migration 99"))
            #expect(!rollbook.exists("a.duckdb"))
        }
    }

    @Test func grantsAreForServers() async throws {
        try await Program.inFolder { rollbook in
            let file = try await rollbook("migrate", "grants", "--database", "a.duckdb")
            #expect(file.status == 64)
            #expect(file.complaints.contains("a DuckDB file has no roles"))
            let server = try await rollbook(
                "migrate", "grants", "--reader", "dash-board", "--database", "postgres://nobody@nowhere/school")
            #expect(server.status == 0)
            #expect(server.output.contains(#"CREATE ROLE "dash-board" LOGIN;"#))
        }
    }
}
