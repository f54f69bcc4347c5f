import Rollbook
import RollbookModel
import RollbookStore
import RollbookViews

extension EngineConformance {
    /// What the jobs do, over any engine.
    public static let jobWorkChecks: [ConformanceCheck] = [
        ConformanceCheck(on: "refresh fills the views, moves the data version once, and is remembered") { engine in
            let jobs = try await jobs(on: engine)
            let version = try await engine.state().dataVersion
            let end = try await jobs.run(.refresh)
            try expect(end.outcome, is: .succeeded, "\(String(describing: end.error))")
            try expect(try await engine.state().dataVersion, is: version + 1, "data version")
            let run = try await jobs.runs(of: .refresh).first
            try expect(run?.outcome, is: .succeeded, "outcome")
            try expect((run?.rowCount ?? 0) > 0, is: true, "rows")
            try expect(run?.cause, is: .hand, "cause")
            try expect(try await jobs.list().first { $0.job == .refresh }?.lastRun?.id, is: run?.id, "last run")
        },
        ConformanceCheck(on: "statistics are kept, counted, with the cache's and the slow questions' figures") {
            engine in
            let jobs = try await jobs(on: engine)
            _ = try await jobs.warehouse.encodedAnswer(Question(report: "top-performers"))
            try expect(try await jobs.run(.statistics).outcome, is: .succeeded, "outcome")
            try expect(try await jobs.run(.statistics).outcome, is: .succeeded, "outcome of a second run")
            let takings = try await jobs.statistics(limit: 5)
            try expect(takings.count, is: 2, "takings")
            let figures = takings.first?.measurements ?? []
            let students = HandSchool.records.students.count
            try expect(
                figures.first { $0.name == "students" && $0.measure == "rows" }?.value, is: Int64(students), "students")
            try expect(figures.contains { $0.kind == "cache" && $0.measure == "misses" }, is: true, "cache")
            try expect(figures.contains { $0.kind == "question" && $0.name == "top-performers" }, is: true, "questions")
        },
        ConformanceCheck(on: "warm answers what people asked before, and does not count as asking") { engine in
            let jobs = try await jobs(on: engine)
            let question = try Question(report: "student-engagement", parameters: ["days": "77"])
            _ = try await jobs.warehouse.encodedAnswer(question)
            _ = try await jobs.run(.refresh)
            try expect(try await jobs.run(.warm).outcome, is: .succeeded, "outcome")
            try expect(try await jobs.warehouse.encodedAnswer(question, for: .warming).isHit, is: true, "in memory")
            try await jobs.askedQuestions?.flush(to: engine)
            let asked = try await engine.read(deadline: .none) {
                try await QuestionTally.mostAsked(since: Instant.now.utcDate.adding(days: -1), limit: 99, in: $0)
            }
            try expect(asked.map(\.question), is: ["report/student-engagement?days=77"], "what was asked")
            try expect(asked.map(\.askedCount), is: [1], "how often")
        },
        ConformanceCheck(on: "prepare fills views that never were, and finds nothing to do the second time") { engine in
            let jobs = try await jobs(on: engine)
            try expect(try await jobs.run(.prepare).rowCount, is: Int64(ViewCatalogue.all.count), "views filled")
            let version = try await engine.state().dataVersion
            try expect(try await jobs.run(.prepare).rowCount, is: 0, "what was made the second time")
            try expect(try await engine.state().dataVersion, is: version, "data version")
        },
        ConformanceCheck(on: "a policy that is put in force counts for new questions and shows in them") { engine in
            let warehouse = try await jobs(on: engine).warehouse
            let question = try Question(report: "top-performers")
            let before = try await warehouse.encodedAnswer(question)
            var policy = Policy()
            try policy.set("pass_mark", to: "50")
            warehouse.reload(policy: policy)
            let after = try await warehouse.encodedAnswer(question)
            try expect(after.isHit, is: false, "an answer of the former policy")
            try expect(after.key == before.key, is: false, "the key")
            try expect(try await warehouse.answer(question).provenance.policy, is: policy, "policy of an answer")
            try expect(warehouse.revision, is: 1, "revision")
            warehouse.reload(policy: policy)
            try expect(warehouse.revision, is: 1, "revision after the same policy")
        },
    ]

    private static func jobs(on engine: any Engine) async throws -> WarehouseJobs {
        let asked = AskedQuestions()
        let warehouse = Warehouse(engine: engine, configuration: WarehouseConfiguration(observers: [asked]))
        _ = try await warehouse.importRecords(from: HandSchool.records.source)
        return WarehouseJobs(warehouse: warehouse, askedQuestions: asked)
    }
}
