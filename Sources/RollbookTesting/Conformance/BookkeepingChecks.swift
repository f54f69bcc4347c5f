import RollbookModel
import RollbookStore
import Synchronization

extension EngineConformance {
    /// Short transactions beside the writer.
    static let bookkeepingChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "books are kept while a long write is under way, and readers see them at once") { engine in
            try await engine.write(deadline: .none) { session in
                try await session.execute(
                    Statement("UPDATE store_state SET data_as_of = CAST('2026-01-01 00:00:00' AS timestamp)"))
                try await note("a", on: engine)
                try await expect(names, gives: [[.text("a")]], on: engine)
                try await note("b", on: engine)
                _ = try await StoreState.advance(
                    in: session, dialect: engine.dialect, zone: .utc, recordsChanged: false)
            }
            try await expect(names, gives: [[.text("a")], [.text("b")]], on: engine)
            try expect(try await engine.state().dataVersion, is: 1, "data version")
        },
        ConformanceCheck(on: "keeping books does not move the data version, nor does it lose a writer's") { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<20 {
                        try await engine.write(deadline: .none) { session in
                            _ = try await StoreState.advance(
                                in: session, dialect: engine.dialect, zone: .utc, recordsChanged: false)
                        }
                    }
                }
                for number in 0..<40 { group.addTask { try await note("n\(number)", on: engine) } }
                try await group.waitForAll()
            }
            try expect(try await engine.state().dataVersion, is: 20, "data version")
            try await note("last", on: engine)
            try expect(try await engine.state().dataVersion, is: 20, "data version")
            try await expect(
                Statement("SELECT CAST(count(*) AS bigint) AS n FROM statistics_history"), gives: [[.integer(41)]],
                on: engine)
        },
        ConformanceCheck(on: "books that fail leave nothing, and the next ones are kept") { engine in
            try await expectFailure(.invalidArgument, "the body's own error") {
                try await engine.bookkeep(deadline: .none) { session in
                    try await insert("a", in: session)
                    throw RollbookError(.invalidArgument, "on purpose")
                }
            }
            try await expectFailure(.engineFailure, "a bad statement") {
                try await engine.bookkeep(deadline: .none) { session in
                    try await insert("b", in: session)
                    _ = try await session.execute(Statement("INSERT INTO no_such_table (n) VALUES (1)"))
                }
            }
            try await note("c", on: engine)
            try await expect(names, gives: [[.text("c")]], on: engine)
        },
        ConformanceCheck(on: "books that meet a writer on the same rows are begun anew") { engine in
            try await note("a", on: engine)
            let (written, hasWritten) = AsyncStream.makeStream(of: Void.self)
            let begun = Mutex(0)
            async let writing: Void = engine.write(deadline: .none) { session in
                try await session.execute(Statement("UPDATE statistics_history SET value = value + 1"))
                hasWritten.finish()
                // Until the others have been in the way; they wait where the engine has them wait.
                for _ in 0..<10 { try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine) }
            }
            for await _ in written {}
            try await engine.bookkeep(deadline: .after(.seconds(60))) { session in
                begun.withLock { $0 += 1 }
                _ = try await session.execute(Statement("UPDATE statistics_history SET value = value + 10"))
            }
            try await writing
            try await expect(
                Statement("SELECT value FROM statistics_history"), gives: [[.integer(12)]], on: engine)
            try expect(begun.withLock { $0 } >= 1, is: true, "runs of the body")
        },
        ConformanceCheck(on: "a deadline and a cancelled task stop the keeping of books") { engine in
            try await expectFailure(.timedOut, "a deadline that has passed") {
                try await engine.bookkeep(deadline: .after(.milliseconds(1))) { session in
                    while true { try await insert("a", in: session) }
                }
            }
            let keeper = Task {
                try await engine.bookkeep(deadline: .none) { session in
                    while true { try await insert("b", in: session) }
                }
            }
            keeper.cancel()
            try await expectFailure(.cancelled, "a cancelled task") { try await keeper.value }
            try await expect(names, gives: [], on: engine)
        },
        ConformanceCheck(on: "the store's clock is the time in UTC") { engine in
            let ledger = JobLedger(leaseDuration: .seconds(60), dialect: engine.dialect)
            let before = Instant.now
            let now = try await engine.bookkeep(deadline: .none) { try await ledger.now(in: $0) }
            // On one machine the two are one clock; another zone would be hours away.
            let distance = abs(now.microsecondsSinceEpoch - before.microsecondsSinceEpoch)
            try expect(distance < 600_000_000, is: true, "\(now) and \(before)")
        },
        ConformanceCheck(on: "measurements name what there is, and are no negative numbers") { engine in
            let found = try await engine.measurements()
            try expect(found.allSatisfy { $0.value >= 0 && !$0.name.isEmpty }, is: true, "\(found)")
            if !found.isEmpty {
                try expect(found.contains { $0.name == "students" && $0.measure == "bytes" }, is: true, "students")
            }
        },
    ]

    private static let names = Statement("SELECT name FROM statistics_history ORDER BY name")

    private static func note(_ name: String, on engine: any Engine) async throws {
        try await engine.bookkeep(deadline: .none) { try await insert(name, in: $0) }
    }

    private static func insert(_ name: String, in session: any WriteSession) async throws {
        let measurement = StoreMeasurement(kind: "test", name: name, measure: "n", value: 1)
        try await StatisticsHistory.add([measurement], at: .now, in: session)
    }
}
