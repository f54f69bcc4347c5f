import RollbookModel
import RollbookStore

extension EngineConformance {
    /// What the store remembers of jobs, questions and figures.
    static let jobChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "a job is held by one, is renewed, and given back with its end") { engine in
            let (first, second) = (claim("first"), claim("second"))
            try expect(try await take(first, on: engine), is: true, "the first claim")
            try expect(try await take(second, on: engine), is: false, "a claim on what is held")
            try expect(try await keep(engine) { try await ledger($0).renew(first, in: $1) }, is: .held, "renewal")
            try expect(
                try await keep(engine) { try await ledger($0).renew(second, in: $1) }, is: .lost,
                "renewal by who does not hold it")
            try await keep(engine) { try await ledger($0).beginTry(1, of: "first", in: $1) }
            let error = RollbookError(.timedOut, "too long")
            try await keep(engine) {
                try await ledger($0).endTry(1, of: "first", JobEnd(.failed, error: error), in: $1)
            }
            try await keep(engine) { try await ledger($0).beginTry(2, of: "first", in: $1) }
            try await keep(engine) {
                try await ledger($0).endTry(2, of: "first", JobEnd(.succeeded, rowCount: 7), in: $1)
            }
            try await keep(engine) { try await ledger($0).end(first, JobEnd(.succeeded, rowCount: 7), in: $1) }
            try expect(try await take(second, on: engine), is: true, "a claim on what was given back")
            let runs = try await keep(engine) { try await JobLedger.runs(of: "refresh", limit: 10, in: $1) }
            try expect(Set(runs.map(\.id)), is: ["first", "second"], "runs")
            let run = runs.first { $0.id == "first" }
            try expect(run?.outcome, is: .succeeded, "outcome")
            try expect(run?.tryCount, is: 2, "tries")
            try expect(run?.rowCount, is: 7, "rows")
            try expect(run?.endedAt != nil, is: true, "an end")
            let tries = try await keep(engine) { try await JobLedger.tries(of: "first", in: $1) }
            try expect(tries.map(\.outcome), is: [.failed, .succeeded], "outcomes of the tries")
            try expect(tries.first?.errorCode, is: "timed-out", "the first try's code")
            try expect(tries.allSatisfy { $0.endedAt != nil }, is: true, "ends of the tries")
        },
        ConformanceCheck(on: "of many claims at once one succeeds") { engine in
            for round in 0..<5 {
                let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<12 {
                        group.addTask { try await take(claim("\(round)-\(number)", job: "job \(round)"), on: engine) }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                try expect(taken, is: 1, "claims that succeeded")
            }
        },
        ConformanceCheck(on: "a lease that is not renewed passes on, and its run is lost") { engine in
            let (dead, next) = (claim("dead"), claim("next"))
            try expect(try await take(dead, on: engine), is: true, "the first claim")
            try await keep(engine) { try await ledger($0).beginTry(1, of: "dead", in: $1) }
            try await keep(engine) { _, session in
                _ = try await session.execute(
                    Statement(
                        "UPDATE job_leases SET expires_at = :past WHERE job = 'refresh'",
                        ["past": .instant(Instant.now.adding(days: -1))]))
            }
            try expect(try await take(next, on: engine), is: true, "a claim on what has expired")
            try expect(try await keep(engine) { try await ledger($0).renew(dead, in: $1) }, is: .lost, "renewal")
            let run = try await keep(engine) { try await JobLedger.runs(id: "dead", limit: 1, in: $1) }.first
            try expect(run?.outcome, is: .lost, "outcome")
            let tries = try await keep(engine) { try await JobLedger.tries(of: "dead", in: $1) }
            try expect(tries.map(\.outcome), is: [.lost], "the try's outcome")
            // It was slow, not dead: what it did is what it did, and the lease stays the other's.
            try await keep(engine) { try await ledger($0).end(dead, JobEnd(.succeeded, rowCount: 1), in: $1) }
            let late = try await keep(engine) { try await JobLedger.runs(id: "dead", limit: 1, in: $1) }.first
            try expect(late?.outcome, is: .succeeded, "outcome at last")
            try expect(try await keep(engine) { try await ledger($0).renew(next, in: $1) }, is: .held, "renewal")
        },
        ConformanceCheck(on: "whoever holds a job learns that it is to stop") { engine in
            let held = claim("held")
            try expect(
                try await keep(engine) { try await ledger($0).requestCancellation(of: "refresh", in: $1) }, is: nil,
                "nothing to stop")
            try expect(try await take(held, on: engine), is: true, "the claim")
            try expect(
                try await keep(engine) { try await ledger($0).requestCancellation(of: "refresh", in: $1) }, is: "held",
                "what is to stop")
            try expect(
                try await keep(engine) { try await ledger($0).renew(held, in: $1) }, is: .toBeCancelled, "renewal")
            try await keep(engine) { try await ledger($0).end(held, JobEnd(.cancelled), in: $1) }
            let again = claim("again")
            try expect(try await take(again, on: engine), is: true, "the next claim")
            try expect(try await keep(engine) { try await ledger($0).renew(again, in: $1) }, is: .held, "its renewal")
        },
        ConformanceCheck(on: "a due time is taken once, and given back where the process had to end") { engine in
            let due = Instant.now.adding(days: -1)
            let isNew: @Sendable (JobLease, Instant) -> Bool = { lease, _ in lease.lastDueAt.map { $0 < due } ?? true }
            let first = claim("first", dueAt: due)
            try expect(try await take(first, on: engine, isWanted: isNew), is: true, "the first claim")
            try await keep(engine) { try await ledger($0).end(first, JobEnd(.succeeded), givesBack: true, in: $1) }
            try expect(
                try await take(claim("second", dueAt: due), on: engine, isWanted: isNew), is: false, "a second claim")
            let next = claim("next", dueAt: due.adding(days: 1))
            try expect(try await take(next, on: engine), is: true, "the next due time")
            try await keep(engine) { try await ledger($0).end(next, JobEnd(.cancelled), givesBack: true, in: $1) }
            let lease = try await keep(engine) { try await ledger($0).leases(in: $1) }.leases["refresh"]
            try expect(lease?.lastDueAt.map { $0 < due.adding(days: 1) && $0 >= due }, is: true, "given back")
        },
        ConformanceCheck(on: "questions are added up by date, and found by how often and how slowly") { engine in
            let day = Instant.now
            let tally: @Sendable (String, Int64, Int64) -> QuestionTally = { text, asked, micros in
                QuestionTally(
                    question: text, kind: "report", askedCount: asked, computedCount: 1, lastAskedAt: day,
                    totalMicroseconds: micros, longestMicroseconds: micros)
            }
            for _ in 0..<3 {
                try await keep(engine) { _, session in
                    try await QuestionTally.add([tally("report/b", 2, 10), tally("report/a", 1, 50)], in: session)
                }
            }
            let often = try await keep(engine) {
                try await QuestionTally.mostAsked(since: day.utcDate, limit: 5, in: $1)
            }
            try expect(often.map(\.question), is: ["report/b", "report/a"], "most asked")
            try expect(often.map(\.askedCount), is: [6, 3], "how often")
            let slow = try await keep(engine) { try await QuestionTally.slowest(since: day.utcDate, limit: 1, in: $1) }
            try expect(slow.map(\.question), is: ["report/a"], "slowest")
            try expect(slow.first?.totalMicroseconds, is: 150, "time in all")
        },
        ConformanceCheck(on: "two processes that add the same questions at once lose none") { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let tallies = (0..<10).map {
                            QuestionTally(question: "q\($0)", kind: "report", askedCount: 1, lastAskedAt: .now)
                        }
                        try await keep(engine) { _, session in try await QuestionTally.add(tallies, in: session) }
                    }
                }
                try await group.waitForAll()
            }
            let found = try await keep(engine) {
                try await QuestionTally.mostAsked(since: Instant.now.utcDate.adding(days: -1), limit: 99, in: $1)
            }
            try expect(found.map(\.askedCount), is: Array(repeating: 8, count: 10), "how often each")
        },
        ConformanceCheck(on: "what is too old is removed, but for the newest run of a job") { engine in
            let retention = Retention(runDays: 10, questionDays: 10, statisticsDays: 10, mostQuestions: 3)
            for id in ["old", "newer"] {
                try expect(try await take(claim(id), on: engine), is: true, "a claim")
                try await keep(engine) { try await ledger($0).beginTry(1, of: id, in: $1) }
                try await keep(engine) { try await ledger($0).end(claim(id), JobEnd(.succeeded), in: $1) }
            }
            let now = Instant.now
            try await keep(engine) { _, session in
                try await StatisticsHistory.add(
                    [StoreMeasurement(kind: "k", name: "n", measure: "m", value: 1)], at: now, in: session)
                try await QuestionTally.add(
                    (0..<5).map {
                        QuestionTally(question: "q\($0)", kind: "report", askedCount: Int64($0), lastAskedAt: now)
                    }, in: session)
                try await retention.tidy(at: now, in: session)
            }
            let kept = try await keep(engine) {
                try await QuestionTally.mostAsked(since: now.utcDate, limit: 99, in: $1)
            }
            try expect(kept.map(\.question), is: ["q4", "q3", "q2"], "the questions asked most")
            try expect(try await keep(engine) { try await StatisticsHistory.newest(9, in: $1) }.count, is: 1, "takings")
            try await keep(engine) { _, session in try await retention.tidy(at: now.adding(days: 20), in: session) }
            try expect(
                try await keep(engine) { try await JobLedger.runs(limit: 9, in: $1) }.map(\.id), is: ["newer"], "runs")
            try expect(try await keep(engine) { try await JobLedger.tries(of: "old", in: $1) }.count, is: 0, "tries")
            try expect(try await keep(engine) { try await StatisticsHistory.newest(9, in: $1) }.count, is: 0, "takings")
        },
    ]

    private static func claim(_ id: String, job: String = "refresh", dueAt: Instant? = nil) -> JobLedger.Claim {
        JobLedger.Claim(
            job: job, holder: "holder of \(id)", runID: id, cause: dueAt == nil ? .hand : .schedule, dueAt: dueAt)
    }

    private static func ledger(_ dialect: Dialect) -> JobLedger {
        JobLedger(leaseDuration: .seconds(60), dialect: dialect)
    }

    @discardableResult private static func keep<T: Sendable>(
        _ engine: any Engine, _ body: @escaping @Sendable (Dialect, any WriteSession) async throws -> T
    ) async throws -> T {
        let dialect = engine.dialect
        return try await engine.bookkeep(deadline: .after(.seconds(60))) { try await body(dialect, $0) }
    }

    private static func take(
        _ claim: JobLedger.Claim, on engine: any Engine,
        isWanted: @escaping @Sendable (JobLease, Instant) -> Bool = { _, _ in true }
    ) async throws -> Bool {
        try await keep(engine) { try await ledger($0).take(claim, in: $1, isWanted: isWanted) }
    }
}
