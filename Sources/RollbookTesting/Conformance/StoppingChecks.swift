import RollbookModel
import RollbookStore

extension EngineConformance {
    /// Deadlines and cancellations stop the query inside the engine, and the connection goes on.
    static let stoppingChecks: [ConformanceCheck] = [
        ConformanceCheck("a deadline stops a long query") { maker in
            try await maker.withEngine(readers: 1) { engine in
                try await makeNumbers(on: engine)
                try await expectFailure(.timedOut, "long query") {
                    _ = try await engine.query(endless, deadline: .after(.milliseconds(100)))
                }
                try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine)
            }
        },
        ConformanceCheck("a deadline that has passed fails before anything runs") { maker in
            try await maker.withEngine(readers: 1) { engine in
                try await makeNumbers(on: engine)
                do {
                    _ = try await engine.query(endless, deadline: .after(.zero))
                    throw CheckFailure("the query ran")
                } catch let error as RollbookError {
                    try expect([.timedOut, .overloaded].contains(error.code), is: true, "code \(error.code)")
                }
                try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine)
            }
        },
        ConformanceCheck("a cancelled task stops its query") { maker in
            try await maker.withEngine(readers: 2) { engine in
                try await makeNumbers(on: engine)
                let asker = try await startEndless(on: engine)
                asker.cancel()
                try await expectFailure(.cancelled, "long query") { try await asker.value }
                try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine)
            }
        },
        ConformanceCheck("a task that was cancelled before never runs") { maker in
            try await maker.withEngine(readers: 1) { engine in
                let asker = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none)
                }
                try await expectFailure(.cancelled, "query of a cancelled task") { try await asker.value }
            }
        },
        ConformanceCheck("a stopped session and a stopped transaction leave nothing behind") { maker in
            try await maker.withEngine(readers: 1) { engine in
                try await makeNumbers(on: engine)
                try await expectFailure(.timedOut, "session") {
                    try await engine.read(deadline: .after(.milliseconds(100))) { _ = try await $0.query(endless) }
                }
                try await expectFailure(.timedOut, "transaction") {
                    try await engine.write(deadline: .after(.milliseconds(100))) { session in
                        try await session.execute(Statement("DELETE FROM numbers WHERE n = 1"))
                        _ = try await session.query(endless)
                    }
                }
                try await expect(
                    Statement("SELECT CAST(count(*) AS bigint) AS n FROM numbers"), gives: [[.integer(4000)]],
                    on: engine)
            }
        },
        ConformanceCheck("long queries hold none of Swift's own threads, so that all deadlines are kept") { maker in
            try await maker.withEngine(readers: 24) { engine in
                try await makeNumbers(on: engine)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<24 {
                        group.addTask {
                            try await expectFailure(.timedOut, "one of many long queries") {
                                _ = try await engine.query(endless, deadline: .after(.seconds(1)))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        },
        ConformanceCheck("closing stops what runs") { maker in
            try await maker.withEngine(readers: 2) { engine in
                try await makeNumbers(on: engine)
                let asker = try await startEndless(on: engine)
                await engine.close()
                try await expectFailure(.cancelled, "long query") { try await asker.value }
            }
        },
    ]

    /// Bounded numbers of running and waiting queries.
    static let admissionChecks: [ConformanceCheck] = [
        ConformanceCheck("who finds everything busy waits until the deadline and is told of overload") { maker in
            try await maker.withEngine(readers: 1) { engine in
                _ = try await engine.read(deadline: .none) { _ in
                    try await expectFailure(.overloaded, "waiting") {
                        _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.milliseconds(50)))
                    }
                }
            }
        },
        ConformanceCheck("more than may wait fail at once") { maker in
            try await maker.withEngine(readers: 1, waiters: 0) { engine in
                _ = try await engine.read(deadline: .none) { _ in
                    try await expectFailure(.overloaded, "no place to wait") {
                        _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none)
                    }
                }
                try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine)
            }
        },
        ConformanceCheck("who waits and is cancelled leaves the line") { maker in
            try await maker.withEngine(readers: 1, waiters: 1) { engine in
                _ = try await engine.read(deadline: .none) { _ in
                    for _ in 0..<3 {
                        let waiter = Task { _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none) }
                        waiter.cancel()
                        try await expectFailure(.cancelled, "waiting") { try await waiter.value }
                    }
                }
            }
        },
        ConformanceCheck("many more than fit are all answered") { maker in
            try await maker.withEngine(readers: 2) { engine in
                let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for number in 0..<400 {
                        group.addTask {
                            let statement = Statement("SELECT CAST(:n AS bigint) AS n", ["n": .integer(Int64(number))])
                            return try await engine.query(statement, deadline: .none).result.first().integer ?? -1
                        }
                    }
                    return try await group.reduce(0, +)
                }
                try expect(sum, is: 79_800, "sum of all answers")
            }
        },
    ]

    /// Billions of pairs that no optimiser can count without making them.
    private static let endless = Statement(
        """
        SELECT CAST(count(*) AS bigint) AS n
        FROM numbers a JOIN numbers b ON a.n < b.n JOIN numbers c ON b.n < c.n
        WHERE (a.n * b.n + c.n) % 7 = 3
        """)

    private static func makeNumbers(on engine: any Engine) async throws {
        try await engine.write(deadline: .none) { session in
            try await session.execute(Statement("CREATE TABLE numbers (n bigint)"))
            let block = ColumnBlock(table: "numbers", columns: [.numbers(Array(1...4000))], count: 4000)
            try await session.append(block)
        }
    }

    /// Starts a query that does not end, and returns when it has been sent and others have had their turn: no clock is
    /// watched.
    private static func startEndless(on engine: any Engine) async throws -> Task<Void, any Error> {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let asker = Task {
            try await engine.read(deadline: .none) { session in
                signal.finish()
                _ = try await session.query(endless)
            }
        }
        for await _ in started {}
        for _ in 0..<20 { try await expect(Statement("SELECT 1 AS one"), gives: [[.integer(1)]], on: engine) }
        return asker
    }
}
