import RollbookModel
import RollbookStore

extension EngineConformance {
    /// All of a transaction or nothing, and readers beside it.
    static let transactionChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a transaction that returns is stored, with what it said it touched") { engine in
            try await makeNotes(on: engine)
            let touched = try await engine.write(deadline: .none) { session in
                try [
                    await session.execute(Statement("INSERT INTO notes (n) VALUES (2), (3)")),
                    await session.execute(Statement("UPDATE notes SET n = n + 10 WHERE n > 1")),
                    await session.execute(Statement("DELETE FROM notes WHERE n = 13")),
                ]
            }
            try expect(touched, is: [2, 2, 1], "rows touched")
            try await expect(notes, gives: [[.integer(1)], [.integer(12)]], on: engine)
        },
        ConformanceCheck(on: "a transaction that throws leaves nothing, neither rows nor tables nor appended blocks") {
            engine in
            try await makeNotes(on: engine)
            try await expectFailure(.invalidArgument, "the body's own error") {
                try await engine.write(deadline: .none) { session in
                    try await session.execute(Statement("INSERT INTO notes (n) VALUES (2)"))
                    try await session.append(ColumnBlock(table: "notes", columns: [.numbers([3, 4])], count: 2))
                    try await session.execute(Statement("CREATE TABLE left_over (n bigint)"))
                    throw RollbookError(.invalidArgument, "on purpose")
                }
            }
            try await expect(notes, gives: [[.integer(1)]], on: engine)
            try await expectFailure(.engineFailure, "a table of the transaction") {
                _ = try await engine.query(Statement("SELECT n FROM left_over"), deadline: .none)
            }
        },
        ConformanceCheck(on: "a statement that fails ends the transaction, and the next one works") { engine in
            try await makeNotes(on: engine)
            try await expectFailure(.engineFailure, "bad statement") {
                try await engine.write(deadline: .none) { session in
                    try await session.execute(Statement("INSERT INTO notes (n) VALUES (2)"))
                    try await session.execute(Statement("INSERT INTO no_such_table (n) VALUES (2)"))
                }
            }
            try await engine.write(deadline: .none) { session in
                _ = try await session.execute(Statement("INSERT INTO notes (n) VALUES (5)"))
            }
            try await expect(notes, gives: [[.integer(1)], [.integer(5)]], on: engine)
        },
        ConformanceCheck(on: "a transaction sees its own rows; a reader beside it the state before") { engine in
            try await makeNotes(on: engine)
            try await engine.write(deadline: .none) { session in
                try await session.execute(Statement("INSERT INTO notes (n) VALUES (2)"))
                try expect(try await session.query(notes).rowCount, is: 2, "rows that the writer sees")
                try expect(
                    try await engine.query(notes, deadline: .none).result.rowCount, is: 1, "rows that a reader sees")
            }
            try expect(try await engine.query(notes, deadline: .none).result.rowCount, is: 2, "rows afterwards")
        },
        ConformanceCheck(on: "transactions wait for each other, and none is lost") { engine in
            try await makeNotes(on: engine)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await engine.write(deadline: .none) { session in
                            _ = try await session.execute(Statement("UPDATE notes SET n = n + 1"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await expect(notes, gives: [[.integer(41)]], on: engine)
        },
        ConformanceCheck(on: "a session for reading refuses to write") { engine in
            try await makeNotes(on: engine)
            try await expectFailure(.engineFailure, "writing as a reader") {
                try await engine.read(deadline: .none) { session in
                    _ = try await session.query(Statement("INSERT INTO notes (n) VALUES (2)"))
                }
            }
            try await expect(notes, gives: [[.integer(1)]], on: engine)
        },
    ]

    private static let notes = Statement("SELECT n FROM notes ORDER BY n NULLS LAST")

    private static func makeNotes(on engine: any Engine) async throws {
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("CREATE TABLE notes (n bigint)"))
            try await session.execute(Statement("INSERT INTO notes (n) VALUES (1)"))
        }
    }
}
