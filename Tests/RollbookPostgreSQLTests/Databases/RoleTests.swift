import Rollbook
import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import Testing

/// What the roles of `rollbook migrate grants` can do, and what they cannot.
@Suite("The roles")
struct RoleTests {
    @Test("each does its work, and no other's")
    func work() async throws {
        try await RoledDatabase.with { database in
            try await database.grant()
            try await database.owner.migrate()
            try await database.grant()
            try await database.refresher.fill()
            try await database.reader.read()
            // Again, now that everything is there: rows are replaced, and views refreshed while they are read.
            try await database.refresher.fill(students: 10...30)
            try await database.reader.read()
            try await database.refuses(
                \.reader,
                [
                    "INSERT INTO subjects VALUES (9, 'A', NULL, 'x')", "UPDATE store_state SET data_version = 0",
                    "DELETE FROM view_state", "SELECT refresh_view('teacher_workload')",
                    "SELECT tidy_derived('class_submissions', true)", "CREATE TABLE mine (n bigint)",
                    "DROP TABLE students",
                ])
            try await database.refuses(
                \.refresher,
                [
                    "CREATE TABLE mine (n bigint)", "DROP TABLE students", "TRUNCATE students",
                    "UPDATE schema_migrations SET checksum = ''", "DELETE FROM repeatable_migrations",
                    "DROP MATERIALIZED VIEW teacher_workload", "REFRESH MATERIALIZED VIEW teacher_workload",
                ])
        }
    }

    @Test("who may only read cannot read what people ask, in whatever order the store and the roles are made")
    func questions() async throws {
        try await RoledDatabase.with { database in
            let question = ["SELECT question FROM question_log"]
            try await database.grant()
            try await database.owner.migrate()
            // Before the rights are given again, too.
            try await database.refuses(\.reader, question)
            try await database.grant()
            try await database.refuses(\.reader, question)
        }
        try await RoledDatabase.with { database in
            try await database.superuser.migrate()
            try await database.grant()
            try await database.refuses(\.reader, ["SELECT question FROM question_log"])
        }
    }

    @Test("what a superuser has made before becomes the owner's")
    func later() async throws {
        try await RoledDatabase.with { database in
            try await database.superuser.migrate()
            try await database.grant()
            try await Migrator(of: database.owner).down(on: database.owner, to: 0)
            try await database.owner.migrate()
            try await database.grant()
            try await database.refresher.fill()
            try await database.reader.read()
        }
    }

    @Test("somebody else sees nothing, and is told what to do")
    func stranger() async throws {
        try await RoledDatabase.with { database in
            try await database.grant()
            try await database.owner.migrate()
            let error = try await expectFailure(.notReady) { _ = try await database.stranger.state() }
            #expect(error.message.contains("migrate grants"))
        }
    }
}
