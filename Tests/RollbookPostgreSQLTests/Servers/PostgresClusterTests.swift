import Testing

@Suite("Servers of a test's own")
struct PostgresClusterTests {
    @Test("are stopped, killed and started again, replicated and promoted")
    func lifecycle() async throws {
        try await PostgresCluster.with { primary in
            try await primary.sql("CREATE TABLE seen (id int); INSERT INTO seen VALUES (1)")
            let replica = try await primary.makeReplica()
            #expect(try await replica.sql("SELECT pg_is_in_recovery()") == "t")

            try await replica.pauseReplay()
            try await primary.sql("INSERT INTO seen VALUES (2)")
            #expect(try await replica.sql("SELECT count(*) FROM seen") == "1")
            try await replica.resumeReplay()
            try await replica.catchUp(with: primary)
            #expect(try await replica.sql("SELECT count(*) FROM seen") == "2")

            try primary.kill()
            try await primary.start()
            try await primary.restart(.immediate)
            #expect(try await primary.sql("SELECT count(*) FROM seen") == "2")
            try await primary.stop()
            await #expect(throws: ServerCommand.Failure.self) { try await primary.sql("SELECT 1") }
            try await replica.promote()
            #expect(try await replica.sql("INSERT INTO seen VALUES (3); SELECT pg_is_in_recovery()") == "f")
        }
    }
}
