import ArgumentParser
import Rollbook
import RollbookModel

/// `rollbook jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Show the jobs, run one, look back, or stop one.",
        discussion: """
            The jobs are:
            \(Job.allCases.map { "  \($0.rawValue): \($0.meaning)" }.joined(separator: "\n"))

            A server runs them at their times (jobs.on). Where something else keeps the time, such as cron or Kubernetes, \
            'rollbook jobs run NAME' runs one and ends with it; a job runs once at a time, whoever began it.
            """,
        subcommands: [List.self, Run.self, History.self, Cancel.self], defaultSubcommand: List.self)

    /// `rollbook jobs list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the jobs with their schedules, when they fall due next, and how they ended last.")

        @Option(help: "How the list is printed.") var format: TextFormat = .table
        @OptionGroup var options: DatabaseOptions

        func run() async throws {
            let settings = try await options.settings()
            let list = try await DatabaseAccess.withWarehouse(settings) { warehouse in
                try await WarehouseJobs(warehouse: warehouse, configuration: settings.jobs).list()
            }
            Terminal.print(format == .json ? JobText.json(list) : JobText.table(list))
        }
    }

    /// `rollbook jobs run NAME`.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a job now, and end with it.",
            discussion: """
                What it does is told on the standard error. Where the job runs already, here or on another server, the \
                command ends with status 80, or waits for its turn with --wait.
                """)

        @Argument(help: "The job.") var name: String
        @Option(help: ArgumentHelp("How long to wait for a run elsewhere to end (default: 0).", valueName: "seconds"))
        var wait: Int = 0
        @OptionGroup var options: DatabaseOptions

        func run() async throws {
            let job = try Job(named: name)
            guard (0...604_800).contains(wait) else {
                throw CommandFailure(.usage, "--wait takes a whole number of seconds from 0 to 604800")
            }
            let settings = try await options.settings()
            // What prepares makes the store first, where there is none.
            let end = try await DatabaseAccess.withWarehouse(
                settings, creates: job == .prepare, makesStore: job != .prepare
            ) { warehouse in
                let jobs = WarehouseJobs(
                    warehouse: warehouse, configuration: settings.jobs, onEvent: Self.tell)
                return try await Self.waiting(.seconds(wait)) {
                    try await jobs.run(job) { Terminal.complain("\(job.rawValue): \($0)") }
                }
            }
            switch end.outcome {
            case .succeeded:
                Terminal.print("\(job.rawValue) succeeded: \(Decimals.grouped(end.rowCount ?? 0)) \(job.countedThing)")
            default:
                throw end.error ?? RollbookError(.engineFailure, "\(job.rawValue) ended without having succeeded")
            }
        }

        /// Tries until the job is nobody else's, as long as there is time.
        private static func waiting(
            _ patience: Duration, _ run: () async throws -> JobEnd
        ) async throws -> JobEnd {
            let end = ContinuousClock.now + patience
            while true {
                do { return try await run() } catch let error as RollbookError where error.code == .busy {
                    guard ContinuousClock.now < end else { throw error }
                    try await Task.sleep(for: min(.seconds(2), max(.milliseconds(1), end - .now)))
                }
            }
        }

        @Sendable private static func tell(_ event: JobEvent) {
            switch event {
            case .tryFailed(let job, _, let number, let error, let pause):
                Terminal.complain(
                    "\(job.rawValue): try \(number) failed: \(error.message); again in \(Int(pause / .seconds(1))) s")
            case .notRecorded(let error): Terminal.complain("not recorded: \(error.message)")
            default: break
            }
        }
    }

    /// `rollbook jobs history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the runs of a job, or of all, newest first.")

        @Argument(help: "The job; all of them where none is named.") var name: String?
        @Option(help: ArgumentHelp("The most runs, up to 1000.", valueName: "runs")) var limit: Int = 50
        @Option(help: "How the list is printed.") var format: TextFormat = .table
        @OptionGroup var options: DatabaseOptions

        func run() async throws {
            let job = try name.map(Job.init(named:))
            guard (1...1000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a whole number from 1 to 1000")
            }
            let settings = try await options.settings()
            let runs = try await DatabaseAccess.withWarehouse(settings) { warehouse in
                try await WarehouseJobs(warehouse: warehouse, configuration: settings.jobs).runs(of: job, limit: limit)
            }
            Terminal.print(format == .json ? JobText.json(runs) : JobText.table(runs))
        }
    }

    /// `rollbook jobs cancel NAME`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a job to stop, wherever it runs.",
            discussion: """
                Whoever runs it learns of it within seconds and stops what the engine does for it. The file of a DuckDB \
                database is the server's: ask that one, POST /v1/jobs/NAME/cancel.
                """)

        @Argument(help: "The job.") var name: String
        @OptionGroup var options: DatabaseOptions

        func run() async throws {
            let job = try Job(named: name)
            let settings = try await options.settings()
            let run = try await DatabaseAccess.withWarehouse(settings) { warehouse in
                try await WarehouseJobs(warehouse: warehouse, configuration: settings.jobs).cancel(job)
            }
            Terminal.print("asked \(job.rawValue) to stop (run \(run))")
        }
    }
}

/// How a list is printed.
enum TextFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}
