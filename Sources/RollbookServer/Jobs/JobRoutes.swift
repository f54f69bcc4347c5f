import HTTPTypes
import Hummingbird
import Rollbook
import RollbookModel

/// The jobs: how they are, what they did, and running or stopping one by hand.
struct JobRoutes {
    /// The runs where no number is given, and the most there may be.
    static let standardRuns = 50
    static let mostRuns = 1000

    let jobs: WarehouseJobs

    func add(to router: Router<BasicRequestContext>) {
        router.read("/v1/jobs") { request, _ in
            try request.queryArguments().refuseAll(but: [])
            return .json(["jobs": .array(try await jobs.list().map(JobJSON.describe))])
        }
        router.read("/v1/jobs/{name}/runs") { request, context in
            let arguments = try request.queryArguments()
            try arguments.refuseAll(but: ["limit"])
            let runs = try await jobs.runs(of: job(context), limit: try Self.limit(arguments["limit"]))
            return .json(["runs": .array(runs.map(JobJSON.describe))])
        }
        router.read("/v1/jobs/{name}/runs/{id}") { request, context in
            try request.queryArguments().refuseAll(but: [])
            let (run, tries) = try await jobs.run(try context.parameters.require("id"), of: job(context))
            return .json(JobJSON.describe(run).merging(["attempts": .array(tries.map(JobJSON.describe))]))
        }
        router.act("/v1/jobs/{name}/run") { request, context in
            try await request.arguments().refuseAll(but: [])
            let job = try job(context)
            let id = try await jobs.begin(job)
            return .accepted(
                ["job": .text(job.rawValue), "run_id": .text(id)], at: "/v1/jobs/\(job.rawValue)/runs/\(id)")
        }
        router.act("/v1/jobs/{name}/cancel") { request, context in
            try await request.arguments().refuseAll(but: [])
            let job = try job(context)
            let id = try await jobs.cancel(job)
            return .accepted(
                ["job": .text(job.rawValue), "run_id": .text(id)], at: "/v1/jobs/\(job.rawValue)/runs/\(id)")
        }
        router.read("/v1/statistics") { request, _ in
            let arguments = try request.queryArguments()
            try arguments.refuseAll(but: ["limit"])
            let takings = try await jobs.statistics(limit: min(100, try Self.limit(arguments["limit"], standard: 1)))
            return .json(["takings": .array(takings.map(JobJSON.describe))])
        }
    }

    private func job(_ context: BasicRequestContext) throws -> Job {
        try Job(named: context.parameters.require("name"))
    }

    private static func limit(_ text: String?, standard: Int = standardRuns) throws -> Int {
        guard let limit = Int(text ?? String(standard)), limit >= 1 else {
            throw RollbookError(
                .invalidArgument, "limit takes a whole number from 1; more than \(mostRuns) is lowered to it",
                subject: "limit")
        }
        return min(limit, mostRuns)
    }
}

extension Response {
    /// What has been begun, and where to look how it goes on.
    fileprivate static func accepted(_ json: JSONValue, at location: String) -> Response {
        var response = Response.json(json)
        response.status = .accepted
        response.headers[.location] = location
        return response
    }
}
